"""The document of the screen: Amazon's linter finds nothing in it, its colours leave the eyes used to the dark, it fits."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.render import apl
from skill.dialogue import Input, SessionState, respond
from skill.loading import content
from tests.instruments import node_package

LINT = Path(__file__).parent / "lint.js"
Json = dict[str, Any]


def screens() -> Iterator[Json]:
    """One for each drawing's place, and one without."""
    library, words = content.library(), content.words("en-GB")
    asks = [Input("RelieveIntent", site=site) for site, score in library.scores.items() if score.place]
    for ask in [*asks, Input("AskIntent", topic="magnesium"), Input("LaunchRequest")]:
        yield apl.directive(respond(SessionState(), ask, 0.0, library, words)[1], words, library, "screen")


def parts(value: object) -> Iterator[Json]:
    """Every table inside a document."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def test_amazons_linter_finds_nothing() -> None:
    documents = [screen["document"] for screen in screens()]
    broken = json.loads(json.dumps(documents[0]))
    broken["mainTemplate"]["items"][0]["items"][1]["items"][0]["fontColour"] = "red"
    suggester = str(node_package("apl-suggester"))
    told = "\n".join(json.dumps(document) for document in [broken, *documents])
    ran = subprocess.run(["node", LINT, suggester], input=told, capture_output=True, text=True, timeout=60, check=True)
    first, *found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert first, "the linter looks"
    assert found == [[] for _ in documents]


def test_all_that_takes_touches_says_what_it_is() -> None:
    document = next(screens())["document"]
    targets = [part for part in parts(document) if part.get("type") == "TouchWrapper"]
    assert targets
    assert all(target["accessibilityLabel"] == "${data.label}" for target in targets)


def test_every_target_has_its_sign() -> None:
    graphics = next(screens())["document"]["graphics"]
    for line in {*apl.IN_A_LEGS_SET, *apl.PAUSED, *apl.ASKED, *apl.ASKED_OPENLY}:
        assert line.removeprefix("screen.") in graphics


@pytest.mark.parametrize(
    ("ask", "there"),
    [
        (Input("RelieveIntent", site="calf"), True),
        (Input("LaunchRequest"), True),
        (Input("RelieveIntent", site="hand"), False),
        (Input("BedtimeRoutineIntent"), False),
    ],
    ids=lambda value: getattr(value, "site", None),
)
def test_the_other_leg_can_be_touched_where_there_is_one_to_stretch(ask: Input, there: bool) -> None:
    library, words = content.library(), content.words("en-GB")
    screen = apl.directive(respond(SessionState(), ask, 0.0, library, words)[1], words, library, "screen")
    rows = [{target["ask"] for target in row["targets"]} for row in screen["datasources"]["screen"]["touches"]]
    assert any("pause" in row for row in rows)
    assert all(("other_leg" in row) == there for row in rows if "pause" in row)


def test_the_light_is_red_and_dim_and_what_is_read_stands_out() -> None:
    """Rods, with which we see at night, hardly see red; blue and green wake them up. Contrasts by WCAG: 3 for large letters."""
    document = next(screens())["document"]
    colours = {key: value for part in document["resources"] for key, value in part.get("colors", {}).items()}
    for colour in [*colours.values(), *apl.COLOURS.values()]:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert green <= 0.5 * red, colour
        assert blue <= 0.35 * red, colour
        assert _luminance(colour) < 0.3, colour
    assert document["background"] == "#000000"
    for name in ("words", "count", "touch"):
        assert (_luminance(colours[name]) + 0.05) / 0.05 >= 3, name
    literal = re.findall(r"#[0-9A-Fa-f]{3,8}\b", json.dumps({**document, "resources": [], "graphics": {}}))
    assert set(literal) == {"#000000"}


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
