"""How well the stand-in's ear, and so the English model, hears people who had no part in writing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from skill.simulator.nlu.recognizer import Heard, ear_of

HERE = Path(__file__).parent
INVOCATION = "cramp coach"
GRAVEST = ("chest_or_breath", "clot")


@dataclass(frozen=True)
class Answer:
    """One right way to hear a line; a slot in `optional` may be left out."""

    intent: str
    slots: dict[str, str]
    optional: frozenset[str]

    def fits(self, heard: Heard, *, only: frozenset[str] | None = None) -> bool:
        """Whether intent and slots agree; with `only`, no other slot is looked at."""
        got = {name: slot.id or slot.said for name, slot in heard.slots.items()}
        names = (set(self.slots) | set(got)) if only is None else only
        return heard.intent == self.intent and all(
            got.get(name) == self.slots.get(name) or (name in self.optional and name not in got) for name in names
        )


@dataclass(frozen=True)
class Line:
    """A line of a file as it was heard."""

    utterance: str
    answers: tuple[Answer, ...]
    heard: Heard

    def is_for(self, intent: str) -> bool:
        return any(answer.intent == intent for answer in self.answers)

    def has(self, intent: str, slot: str, *values: str) -> bool:
        return any(a.intent == intent and a.slots.get(slot) in values for a in self.answers)

    def right(self) -> bool:
        return any(answer.fits(self.heard) for answer in self.answers)

    def sign_found(self) -> bool:
        return any(answer.fits(self.heard, only=frozenset({"Sign"})) for answer in self.answers)

    def __str__(self) -> str:
        got = {name: slot.id or f"?{slot.said}" for name, slot in self.heard.slots.items()}
        wanted = " or ".join(f"{a.intent} {a.slots or ''}".strip() for a in self.answers)
        return f"{self.utterance!r}: heard {self.heard.intent} {got}, wanted {wanted}"


def _answers(intents: str, slots: str) -> tuple[Answer, ...]:
    """Pairs the alternatives of both columns; a column with one alternative goes with each of the other."""
    left, right = intents.split("|"), slots.split("|")
    length = max(len(left), len(right))
    left, right = (side * length if len(side) == 1 else side for side in (left, right))
    answers = []
    for intent, said in zip(left, right, strict=True):
        pairs = dict(pair.split("=", 1) for pair in said.split())
        optional = frozenset(name for name, value in pairs.items() if value.endswith("?"))
        answers.append(Answer(intent, {n: v.removesuffix("?") for n, v in pairs.items()}, optional))
    return tuple(answers)


SETS = ("dev.tsv", "final.tsv", "people.tsv", "paraphrases.tsv", "lasting.tsv", "frightened.tsv")


@pytest.fixture(scope="module", params=SETS)
def lines(request: pytest.FixtureRequest) -> list[Line]:
    ear = ear_of("en-US")
    found = []
    for row in (HERE / request.param).read_text(encoding="utf-8").splitlines():
        if row.startswith("#"):
            continue
        utterance, intents, slots = row.split("\t")
        heard = ear.hear(utterance, one_shot=INVOCATION in utterance)
        found.append(Line(utterance, _answers(intents, slots), heard))
    return found


def _at_least(share: float, lines: list[Line], good: Callable[[Line], bool]) -> None:
    misses = [line for line in lines if not good(line)]
    reached = 1 - len(misses) / len(lines)
    listing = "\n".join(str(line) for line in misses)
    assert reached >= share, f"{reached:.1%} of {len(lines)} lines, wanted {share:.0%}:\n{listing}"


def test_over_all(lines: list[Line]) -> None:
    _at_least(0.90, lines, Line.right)


def test_calf_and_foot(lines: list[Line]) -> None:
    _at_least(0.95, [line for line in lines if line.has("RelieveIntent", "Site", "calf", "foot")], Line.right)


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
