"""How well the recogniser, and so the English model, understands people who had no part in writing it: the guards of the bench."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bench.understanding.cases import SETS, Case, Label, read_set
from bench.understanding.measures import fits
from skill.simulator.nlu.recognizer import RecognizeResult, recognizer_for

GRAVEST = ("chest_or_breath", "clot")
NAMES = ("dev", "final", "people", "paraphrases", "lasting", "frightened")


@dataclass(frozen=True)
class Line:
    """A case of a set as it was heard."""

    case: Case
    heard: RecognizeResult

    def is_for(self, intent: str) -> bool:
        return any(intent in label.intents for label in self.case.labels)

    def has(self, intent: str, slot: str, *values: str) -> bool:
        return any(intent in label.intents and {*label.slots.get(slot, ())} & {*values} for label in self.case.labels)

    def right(self) -> bool:
        return any(fits(label, self.case, self.heard, exact=True) for label in self.case.labels)

    def sign_found(self) -> bool:
        return any(fits(_only("Sign", label), self.case, self.heard, exact=False) for label in self.case.labels)

    def __str__(self) -> str:
        got = {name: slot.id or f"?{slot.said}" for name, slot in self.heard.slots.items()}
        wanted = " or ".join(f"{'/'.join(label.intents)} {label.slots or ''}".strip() for label in self.case.labels)
        return f"{self.case.utterance!r}: heard {self.heard.intent} {got}, wanted {wanted}"


def _only(slot: str, label: Label) -> Label:
    return Label(label.intents, {name: values for name, values in label.slots.items() if name == slot}, label.optional)


@pytest.fixture(scope="module", params=NAMES)
def lines(request: pytest.FixtureRequest) -> list[Line]:
    ear = recognizer_for("en-US")
    return [
        Line(case, ear.recognize(case.utterance, one_shot=True))
        for case in read_set(SETS / f"{request.param}.tsv").cases
    ]


def _at_least(share: float, lines: list[Line], good: Callable[[Line], bool]) -> None:
    misses = [line for line in lines if not good(line)]
    reached = 1 - len(misses) / len(lines)
    listing = "\n".join(str(line) for line in misses)
    assert reached >= share, f"{reached:.1%} of {len(lines)} lines, wanted {share:.0%}:\n{listing}"


def test_over_all(lines: list[Line]) -> None:
    _at_least(0.90, lines, Line.right)


def test_calf_and_foot(lines: list[Line]) -> None:
    chosen = [line for line in lines if line.has("RelieveIntent", "Site", "calf", "foot")]
    _at_least(0.95, chosen, Line.right)


def test_warning_signs(lines: list[Line]) -> None:
    _at_least(0.95, [line for line in lines if line.is_for("WarningSignIntent")], Line.sign_found)


def test_no_grave_sign_is_missed(lines: list[Line]) -> None:
    grave = [line for line in lines if line.has("WarningSignIntent", "Sign", *GRAVEST)]
    _at_least(1.0, grave, Line.sign_found)


def test_nothing_else_is_taken_for_a_sign(lines: list[Line]) -> None:
    others = [line for line in lines if not line.is_for("WarningSignIntent")]
    _at_least(1.0, others, lambda line: line.heard.intent != "WarningSignIntent")


def test_strangers_fall_back(lines: list[Line]) -> None:
    _at_least(0.95, [line for line in lines if line.is_for("AMAZON.FallbackIntent")], Line.right)
