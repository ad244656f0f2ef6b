"""Session attributes of an older version of the skill, or spoilt on the way.

`attributes.json` is what version 0.1.0 carried, frozen: a session may have begun before the skill was deployed anew.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from skill.core.vocabulary import Position
from tests.night import Answer, Night

FROZEN: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "attributes.json").read_text())
IN_A_SET, WITH_A_SIGN = FROZEN["broken off in a set"], FROZEN["with a sign"]
#: Of other types than any key has, or of the right one with nonsense in it.
ODD: tuple[Any, ...] = (None, "", "x", 0, -1, 2.5, 1e300, True, [], ["x"], [[]], {}, {"x": 1}, "pregnancy_clot")


def _spoilt(attributes: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each key removed, renamed, and of every other type; one key more; and what is around them."""
    for key in attributes["conversation"]:
        for kind, change in (("without", None), ("renamed", f"{key}_once")):
            table = copy.deepcopy(attributes)
            value = table["conversation"].pop(key)
            if change:
                table["conversation"][change] = value
            yield f"{kind} {key}", table
        for odd in ODD:
            table = copy.deepcopy(attributes)
            table["conversation"][key] = odd
            yield f"{key} = {odd!r}", table
    yield "with a key of tomorrow", {"conversation": {**attributes["conversation"], "mood": "bright"}}
    yield "with a second table", {**attributes, "preferences": {"voice": "soft"}}
    for odd in ODD:
        yield f"conversation = {odd!r}", {"conversation": odd}


def _relief(attributes: Any) -> Answer:
    """The answer to "my calf is cramping" in the middle of that session, judged as a device would judge it."""
    night = Night()
    night.attributes, night.new = copy.deepcopy(attributes), False
    return night.ask("RelieveIntent", after=240, Site="calf")


@cache
def _actions() -> tuple[str, ...]:
    """The first sentence of a calf's relief in each position, in a session without a past."""
    nights = [Night().ask("RelieveIntent", Site="calf", Position=position) for position in Position]
    return tuple(night.say.speech.partition(".")[0] for night in nights)


@pytest.mark.parametrize("key", ["", *IN_A_SET["conversation"]])
def test_relief_goes_on(key: str) -> None:
    spoilt = {name: table for name, table in _spoilt(IN_A_SET) if key in name} if key else {"frozen": IN_A_SET}
    for name, table in spoilt.items():
        assert _relief(table).say.speech.startswith(_actions()), name


def test_a_standing_sign_is_never_lost() -> None:
    """Whatever else is broken: its care comes before any stretch."""
    care = _relief(WITH_A_SIGN).text
    assert not _relief(WITH_A_SIGN).say.cues
    spoilt = [
        (name, table)
        for name, table in _spoilt(WITH_A_SIGN)
        if isinstance(table["conversation"], dict) and table["conversation"].get("signs") == ["pregnancy_clot"]
    ]
    assert len(spoilt) > 200
    for name, table in spoilt:
        answer = _relief(table)
        assert not answer.say.cues, name
        assert answer.text == care, name


@pytest.mark.parametrize(
    "signs",
    [
        ["pregnancy_clot", 7],
        [None, "pregnancy_clot"],
        ["pregnancy_clot", "a sign of tomorrow"],
        ["pregnancy_clot", "pregnancy_clot"],
        ["pregnancy_clot", ["clot"]],
    ],
    ids=json.dumps,
)
def test_a_standing_sign_is_not_lost_over_another(signs: list[Any]) -> None:
    table = copy.deepcopy(WITH_A_SIGN)
    table["conversation"]["signs"] = signs
    assert not _relief(table).say.cues
