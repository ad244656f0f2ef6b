"""What is measured of each case, and the shares with their intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import fmean

from bench.understanding.cases import ANYTHING, Case, Form, Label, LabelledSet
from bench.understanding.engines import Engine
from bench.understanding.replies import Dialogue, is_grave
from skill.simulator.nlu.recognizer import FALLBACK, RecognizeResult

QUESTIONS = ("AskIntent", "OtherQuestionIntent", "CoachingIntent")
SHORT = 4  #: words of a bare place, for which PlaceIntent is as right as RelieveIntent
Z = 1.96  #: of a normal distribution, for 95 %


@dataclass(frozen=True)
class Outcome:
    """One case, how it was understood, and which measures it meets."""

    case: Case
    heard: RecognizeResult
    meets: dict[str, bool]


@dataclass(frozen=True)
class Share:
    """How many cases of how many, and the bounds of a 95 % interval."""

    value: float
    low: float
    high: float
    count: int


def outcomes(labelled: LabelledSet, engine: Engine, dialogue: Dialogue) -> Iterator[Outcome]:
    """Yield what comes of each case of a set."""
    measure = MEASURES[labelled.form]
    for case in labelled.cases:
        heard = engine(case.utterance)
        yield Outcome(case, heard, measure(case, heard, dialogue, labelled.slots == "exact"))


# --- one form each ----------------------------------------------------------------------------------------------------


def _said(case: Case, heard: RecognizeResult, dialogue: Dialogue, exact: bool) -> dict[str, bool]:
    right = any(fits(label, case, heard, exact) for label in case.labels)
    return {
        "intent": any(_is_of(heard.intent, label, case) for label in case.labels),
        "intent and slots": right,
        "right or safe, opening": right or _is_safe(case, heard, dialogue, in_set=False),
        "right or safe, in a set": right or _is_safe(case, heard, dialogue, in_set=True),
    }


def _signs(case: Case, heard: RecognizeResult, dialogue: Dialogue, exact: bool) -> dict[str, bool]:
    reply = dialogue.reply(heard, in_set=True)
    slot = heard.slots.get("Sign")
    said = (slot.id or "").removesuffix("_maybe") if slot else ""
    itself = said in {sign.removesuffix("_maybe") for sign in case.signs}
    return {
        "alarmed": reply.alarms,
        "asked about": reply.asks_of_danger,
        "found": reply.alarms or reply.asks_of_danger or (case.level == "S" and itself),  # what can wait is told later
        "the sign itself": itself,
    }


def _harmless(case: Case, heard: RecognizeResult, dialogue: Dialogue, exact: bool) -> dict[str, bool]:
    reply = dialogue.reply(heard, in_set=True)
    return {
        "alarmed": reply.alarms,
        "asked about": reply.asks_of_danger,
        "another question": reply.asks and not reply.asks_of_danger,
    }


def _questions(case: Case, heard: RecognizeResult, dialogue: Dialogue, exact: bool) -> dict[str, bool]:
    reply = dialogue.reply(heard, in_set=False)
    slot = heard.slots.get("Topic")
    topics = case.topic.replace("|", "/").split("/")
    return {
        "heard as a question": heard.intent in QUESTIONS,
        "the topic": heard.intent in QUESTIONS and (not case.topic or (slot.id if slot else None) in topics),
        "a stretch": reply.stretches,
        "alarmed": reply.alarms,
        "asked about": reply.asks_of_danger,
    }


MEASURES: dict[Form, Callable[[Case, RecognizeResult, Dialogue, bool], dict[str, bool]]] = {
    "said": _said,
    "signs": _signs,
    "harmless": _harmless,
    "questions": _questions,
}


# --- labels -----------------------------------------------------------------------------------------------------------


def fits(label: Label, case: Case, heard: RecognizeResult, exact: bool) -> bool:
    """Whether this is one of the label's intents with its slots; `exact`: with no other slot."""
    if not _is_of(heard.intent, label, case):
        return False
    said = {name: slot.id or slot.value for name, slot in heard.slots.items()}
    got = {name: value for name, value in said.items() if value is not None}  # what resolves to nothing is no value
    for name, wanted in label.slots.items():
        if name not in got and (name in label.optional):
            continue
        if name not in got or not (wanted == (ANYTHING,) or got[name] in wanted):
            return False
    if any(got.get(name) == value for name, value in label.forbidden.items()):
        return False
    return not exact or got.keys() <= label.slots.keys() | label.forbidden.keys()


def _is_of(intent: str, label: Label, case: Case) -> bool:
    """Whether an intent is one of the label's, its twin for longer forms, or the bare place that a short cramp is."""
    wanted = {_without_twin(name) for name in label.intents}
    if "RelieveIntent" in wanted and len(case.utterance.split()) <= SHORT:
        wanted.add("PlaceIntent")
    return ANYTHING in wanted or _without_twin(intent) in wanted


def _without_twin(intent: str) -> str:
    """The name that a built-in intent shares with the custom intent for its longer forms."""
    return intent.removeprefix("AMAZON.")


def _is_safe(case: Case, heard: RecognizeResult, dialogue: Dialogue, in_set: bool) -> bool:
    """Whether the reply is the label's own, says that it did not understand, or only asks.

    For a sign of level E or U nothing is safe but the alarm or a question about it.
    """
    reply = dialogue.reply(heard, in_set)
    own = [
        dialogue.reply(turn, in_set)
        for label in case.labels
        for intent in label.intents
        for slots in _told(label)
        for name in (intent, intent.removeprefix("AMAZON."))
        if (turn := dialogue.labelled(name, slots)) is not None
    ]
    if any(reply.heard == one.heard for one in own):
        return True
    if _tells_a_grave_sign(case):
        return reply.alarms or reply.asks_of_danger
    return reply.asks or reply.heard == dialogue.reply(RecognizeResult("", FALLBACK), in_set).heard


def _told(label: Label) -> Iterator[dict[str, str]]:
    """Yield the slots of a label with each of their values, the others with their first; none with a free value."""
    if (ANYTHING,) in label.slots.values():
        return
    first = {name: values[0] for name, values in label.slots.items()}
    yield first
    for name, values in label.slots.items():
        yield from ({**first, name: value} for value in values[1:])
    if label.optional:
        yield {name: value for name, value in first.items() if name not in label.optional}


def _tells_a_grave_sign(case: Case) -> bool:
    """Whether every right reading of it is a sign of level E or U."""
    return all(
        label.intents == ("WarningSignIntent",) and any(map(is_grave, label.slots.get("Sign", ())))
        for label in case.labels
    )


# --- shares -----------------------------------------------------------------------------------------------------------


def micro(met: list[bool]) -> Share:
    """Return the share of all cases, with Wilson's interval."""
    count, good = len(met), sum(met)
    share = good / count
    centre = (share + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count)) / (1 + Z * Z / count)
    return Share(share, max(0.0, centre - half), min(1.0, centre + half), count)


def macro(groups: list[list[bool]]) -> Share:
    """Return the mean of the kinds' shares; for the interval, each kind counts with one good and one bad case more."""
    value = fmean(sum(met) / len(met) for met in groups)
    guarded = [((sum(met) + 1) / (len(met) + 2), len(met) + 2) for met in groups]
    half = Z * math.sqrt(sum(share * (1 - share) / count for share, count in guarded)) / len(groups)
    return Share(value, max(0.0, value - half), min(1.0, value + half), len(groups))
