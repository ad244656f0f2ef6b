"""How well the recogniser, and so the English model, understands people who had no part in writing it: the guards of the bench.

A guard measures nothing any more, so a floor is what was reached when it was set. It finds what gets worse. Raise it with what gets
better.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from bench.understanding.cases import SETS, Case, read_set
from bench.understanding.measures import fits
from bench.understanding.replies import Dialogue, Reply, is_grave
from skill.simulator.nlu.recognizer import FALLBACK, RecognizeResult, recognizer_for

#: of each set: intent and slots as labelled; signs of level E and U alarmed or asked about; strangers not taken for something else
FLOORS = {
    "dev": (0.90, 0.96, 0.78),
    "final": (0.86, 0.92, 0.79),
    "people": (0.87, 0.90, 0.83),
    "paraphrases": (0.86, 0.90, 0.86),
    "lasting": (0.93, 1.0, 0.85),
    "frightened": (0.71, 0.85, 0.63),
}
ALARMS = 0.01  #: the most of what is no sign that may raise an alarm


@cache
def _heard(name: str) -> list[tuple[Case, RecognizeResult]]:
    recognizer = recognizer_for("en-US")
    return [
        (case, recognizer.recognize(case.utterance, one_shot=True)) for case in read_set(SETS / f"{name}.tsv").cases
    ]


@cache
def _dialogue() -> Dialogue:
    return Dialogue("en-US")


def _is_for(case: Case, intent: str) -> bool:
    return any(intent in label.intents for label in case.labels)


def _tells_grave(case: Case) -> bool:
    return all(any(map(is_grave, label.slots.get("Sign", ()))) for label in case.labels)


def _share(
    rows: list[tuple[Case, RecognizeResult]], good: Callable[[Case, RecognizeResult], bool]
) -> tuple[float, str]:
    """Return the share that is good, and the rest as text."""
    bad = [f"{case.utterance!r}: {heard.intent} {heard.slots}" for case, heard in rows if not good(case, heard)]
    return 1 - len(bad) / max(1, len(rows)), "\n".join(bad)


@pytest.mark.parametrize("name", FLOORS)
def test_intent_and_slots(name: str) -> None:
    share, misses = _share(
        _heard(name), lambda case, heard: any(fits(x, case, heard, exact=False) for x in case.labels)
    )
    assert share >= FLOORS[name][0], misses


@pytest.mark.parametrize("name", FLOORS)
def test_grave_signs_are_alarmed_or_asked_about(name: str) -> None:
    def found(case: Case, heard: RecognizeResult) -> bool:
        reply = _reply(heard)
        return reply.alarms or reply.asks_of_danger

    share, misses = _share([row for row in _heard(name) if _tells_grave(row[0])], found)
    assert share >= FLOORS[name][1], misses


@pytest.mark.parametrize("name", FLOORS)
def test_strangers_are_not_taken_for_something_else(name: str) -> None:
    """A stranger is not understood, or is heard as the other intent that its label allows."""
    rows = [row for row in _heard(name) if _is_for(row[0], FALLBACK)]
    share, misses = _share(rows, lambda case, heard: any(fits(x, case, heard, exact=False) for x in case.labels))
    assert share >= FLOORS[name][2], misses


@pytest.mark.parametrize("name", FLOORS)
def test_what_is_no_sign_raises_no_alarm(name: str) -> None:
    rows = [row for row in _heard(name) if not _is_for(row[0], "WarningSignIntent")]
    share, misses = _share(rows, lambda case, heard: not _reply(heard).alarms)
    assert share >= 1 - ALARMS, misses


def _reply(heard: RecognizeResult) -> Reply:
    return _dialogue().reply(heard, in_set=True)
