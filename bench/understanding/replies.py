"""Run the dialogue on one turn, understood this way or that, and tell what the reply does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from skill.core.schema import ContentLibrary
from skill.core.vocabulary import Level
from skill.loading import interaction_model
from skill.loading.content import library, words
from skill.simulator.device import Speaker
from skill.simulator.nlu.recognizer import FALLBACK, LAUNCH, Recognizer, RecognizeResult, Slot, recognizer_for
from skill.simulator.playback import asks
from skill.simulator.requests import Bedside

EPOCH = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
INTO_SET = 20.0  #: seconds after a calf set was begun
STRETCH = 15.0  #: seconds of timed audio from which a reply is a stretch, or goes on with one

_PLACE = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Reply:
    """What one turn is answered: all that is heard, and what of it matters.

    `alarms`: the care line of a sign of level E or U, or any that names help. `asks_of_danger`: a question about a sign, without a
    set. `asks`: any question without a set. `stretches`: a set begins or goes on.
    """

    heard: tuple[str, ...]
    alarms: bool
    asks_of_danger: bool
    asks: bool
    stretches: bool


class Dialogue:
    """Answers one turn at the opening of a session, or 20 s into a calf set."""

    def __init__(self, locale: str) -> None:
        from lambda_handler import handler

        self._handler, self._bedside = handler, Bedside("echo", locale)
        self._ear, self._model = _Given(recognizer_for(locale)), interaction_model.of(locale)
        said = words(locale).lines
        content = library()
        self._care = [_pattern(said[line]) for line in _care_lines(content, said) if line in said]
        self._questions = [_pattern(said[line]) for line in _questions_of_danger(content) if line in said]
        self._known: dict[tuple[object, ...], Reply] = {}

    def reply(self, heard: RecognizeResult, in_set: bool) -> Reply:
        """Return the reply to this turn; the same turn is run once."""
        key = (heard.intent, tuple(sorted((name, slot.id, slot.value) for name, slot in heard.slots.items())), in_set)
        if key not in self._known:
            self._known[key] = self._run(heard, in_set)
        return self._known[key]

    def labelled(self, intent: str, slots: dict[str, str]) -> RecognizeResult | None:
        """Return a turn as a label tells it; None where the model lacks its intent, a slot or an id."""
        if intent in (FALLBACK, LAUNCH):
            return RecognizeResult("", intent)
        kinds = self._model.intents[intent].slots if intent in self._model.intents else {}
        if intent not in self._model.intents or not slots.keys() <= kinds.keys():
            return None
        found = {}
        for name, identity in slots.items():
            names = self._model.types.get(kinds[name])
            if names is not None and identity not in names:
                return None
            found[name] = Slot(name, *((names[identity][0], identity) if names else (identity, None)))
        return RecognizeResult("", intent, found)

    def _run(self, heard: RecognizeResult, in_set: bool) -> Reply:
        speaker = Speaker(self._handler, self._ear, self._bedside, epoch=EPOCH)  # type: ignore[arg-type]
        if in_set:
            cramp = self.labelled("RelieveIntent", {"Site": "calf"})
            assert cramp is not None
            self._ear.next = cramp
            speaker.say("")
        self._ear.next = heard
        performance = speaker.say("", INTO_SET if in_set else None).performance
        spoken = _plain(" ".join(event.text for event in performance.reply))
        stretches = performance.reply_length - performance.audio_from >= STRETCH
        asked = asks(performance.reply) and performance.opens_mic and not stretches
        alarms = any(pattern.search(spoken) for pattern in self._care)
        of_danger = asked and any(pattern.search(spoken) for pattern in self._questions)
        heard_all = tuple(f"{event.at:.0f} {event.text}" for event in (*performance.reply, *performance.reprompt))
        return Reply(heard_all, alarms, of_danger and not alarms, asked and not alarms, stretches)


class _Given:
    """An ear that is told what it hears."""

    def __init__(self, ear: Recognizer) -> None:
        self.model, self.next = ear.model, RecognizeResult("", FALLBACK)

    def recognize(self, utterance: str, *, one_shot: bool = False) -> RecognizeResult:
        return self.next


def is_grave(sign: str) -> bool:
    """True for a sign that stops a set by itself (levels E and U), False for one that asks or waits, or that is not known."""
    rule = library().signs.get(sign)
    return rule is not None and rule.level not in (None, Level.SOON)


def _care_lines(content: ContentLibrary, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"signs.{sign}" for sign in content.signs if is_grave(sign))
    yield from (line for line in lines if line.startswith("care.") and words("en-US").names_help(line))


def _questions_of_danger(content: ContentLibrary) -> Iterator[str]:
    """The lines of the questions that a sign asks, that check a leg, or of which an answer is a sign."""
    asked = {rule.ask for rule in content.signs.values()}
    for name, question in content.questions.items():
        leads_to = {outcome.kind for outcome in (question.yes, question.no, question.unsure)}
        if name in asked or question.checks or "sign" in leads_to:
            yield question.line


def _pattern(line: str) -> re.Pattern[str]:
    """Return the line as it is found among spoken words, whatever fills its places."""
    return re.compile(r"\b" + r".{1,60}?".join(re.escape(_plain(piece)) for piece in _PLACE.split(line)) + r"\b")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w']+", " ", text.lower()).split())
