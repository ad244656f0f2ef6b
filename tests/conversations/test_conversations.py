"""Conversations as data: what is said, when, and what must be heard. A turn's keys are those of MOVES and of CHECKS.

A turn speaks through the ear (`said`), by intent and slot ids (`ask`, `slots`), touches the screen (`touch`), speaks for
the device (`fail_audio`), or says nothing until the session is over (`silence`). It comes `after` so many seconds from
the last request, `into_set` so many after the last reply's timed audio began, `into_reprompt` so many after the reprompt
began, or else when the reply before it is over. `clock` stands for the request's timestamp: seconds to be off, or a text
as it is ("" for none). `speaker` is which of one person's speakers hears it.

A conversation that is `kept` has a file of preferences and, for `reminders`, a stand-in of Amazon's API; `fails` names
operations of it with the status that they answer. A `crossing` is many conversations: each of `ways` followed by each of `then`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from lambda_handler import handler
from skill.alexa import store
from skill.core.preferences import Preferences
from skill.dialogue import INTENT_HANDLERS, TWINS
from skill.loading import content, interaction_model
from skill.simulator import alexa_prompts
from skill.simulator.device import Speaker, Turn
from skill.simulator.nlu.recognizer import RecognizeResult, Slot, recognizer_for
from skill.simulator.playback import MICROPHONE
from skill.simulator.requests import Bedside, timestamp, unique
from tests.amazon_api import DEVICE, TOKEN, AmazonApi
from tests.night import START, Answer, Part, read

MODEL = interaction_model.of("en-GB")
EAR = recognizer_for("en-GB")
INTENTS = {name.removeprefix("AMAZON.").removesuffix("Intent"): name for name in INTENT_HANDLERS} | {
    **{f"Twin{name.removesuffix('Intent')}": name for name in TWINS},
    "Launch": "LaunchRequest",
}
IDS = {identity for ids in content.library().slot_ids().values() for identity in ids}
MOVES = {"said", "ask", "slots", "touch", "fail_audio", "silence", "speaker"} | {
    *("after", "into_set", "into_reprompt", "clock", "tolerance")
}
LOUDNESS = ("x-soft", "soft", "medium", "loud")
RUBBING, NOT = re.compile(r"\b(rub|massage|stroke it|knuckle)", re.I), re.compile(r"\b(not|no|without)\b", re.I)


class Told:
    """One answer as the checks see it, with those before it; `rings` are the times of this person's reminders."""

    def __init__(
        self, turn: Turn, before: list[Told], tolerance: float, rings: list[str], stored: Preferences | None
    ) -> None:
        answer: Answer = read(turn.response or {})
        self.turn, self.before, self.tolerance, self.ends = turn, before, tolerance, answer.ends
        self.reply, self.reprompt = answer.say, answer.reprompt or Part("", (), "")
        self.everything = f"{self.reply.text} {self.reprompt.text}"
        self.body: dict[str, Any] = answer.envelope["response"]
        self.rings, self.stored = rings, stored

    @property
    def manner(self) -> tuple[int, int]:
        """How loud its softest word is, and how slow its fastest."""
        markup = json.dumps({**self.body, "reprompt": None})
        volumes = re.findall(r"volume=\W+([\w-]+)", markup) or ["x-soft" if "whispered" in markup else "medium"]
        return min(map(LOUDNESS.index, volumes)), -max(map(int, re.findall(r"rate=\W+(\d+)%", markup)), default=100)

    @property
    def card(self) -> str:
        card = self.body.get("card") or {}
        return f"{card.get('title', '')} {card.get('content', '')}".strip()

    @property
    def asked_by_alexa(self) -> str:
        """The kind of question that Alexa asks by itself now, if any."""
        asked = alexa_prompts.of(self.turn.response)
        return {alexa_prompts.PERMISSION: "permission", alexa_prompts.OFFER: "routine"}[asked.kind] if asked else ""


def in_order(wanted: list[str], text: str) -> bool:
    """Whether all that is wanted is in the text, one after the other; a list within the list is a choice."""
    place = 0
    for one in wanted:
        found = [text.lower().find(word.lower(), place) for word in ([one] if isinstance(one, str) else one)]
        if max(found) < 0:
            return False
        place = min(index for index in found if index >= 0) + 1
    return True


def timed(wanted: dict[str, str], part: Part, tolerance: float) -> bool:
    """Whether a cue with these first words sounds at each second of the timed audio."""
    return all(
        any(abs(at - float(second)) <= tolerance and text.startswith(words) for at, text in part.cues)
        for second, words in wanted.items()
    )


def holds(part: Part) -> list[float]:
    """Seconds of each hold: from the onset of its "hold" to the onset of its "let go"."""
    lengths: list[float] = []
    since: float | None = None
    for second, text in part.cues:
        if since is not None and re.search(r"\blet go\b", text, re.I):
            lengths.append(round(second - since, 2))
            since = None
        elif since is None and re.search(r"\bhold\b", text, re.I):
            since = second
    return lengths


def same(found: list[float], wanted: list[float], tolerance: float) -> bool:
    return len(found) == len(wanted) and all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def sounds(wanted: dict[str, str], told: Told) -> bool:
    """Whether something with these first words is heard so many seconds after the request."""
    heard = [(event.at, event.text) for event in told.turn.performance.reply]
    return timed(wanted, Part("", tuple(heard), ""), told.tolerance)


def offers_rubbing(text: str) -> bool:
    return any(RUBBING.search(one) and not NOT.search(one) for one in re.split(r"(?<=[.?!])\s", text))


CHECKS: dict[str, Callable[[Any, Told], bool]] = {
    "understood": lambda name, told: told.turn.heard is not None and told.turn.heard.intent == INTENTS[name],
    "first": lambda words, told: told.reply.text.startswith(words),
    "heard": lambda wanted, told: in_order(wanted, told.reply.text),
    "not_heard": lambda words, told: not any(in_order([one], told.everything) for one in words),
    "cues": lambda wanted, told: timed(wanted, told.reply, told.tolerance),
    "at": lambda wanted, told: sounds(wanted, told),
    "holds": lambda wanted, told: same(holds(told.reply), wanted, told.tolerance),
    "question": lambda words, told: told.reply.text.endswith(words) and not told.ends,
    "asks": lambda yes, told: told.reply.text.endswith("?") == yes,
    "ends": lambda yes, told: told.ends == yes,
    "lasts": lambda span, told: span[0] <= told.turn.performance.reply_length <= span[1],
    "reprompt": lambda wanted, told: in_order(wanted, told.reprompt.text),
    "reprompt_cues": lambda wanted, told: timed(wanted, told.reprompt, told.tolerance),
    "holds_between": lambda span, told: (
        holds(told.reply) != [] and all(span[0] <= one <= span[1] for one in holds(told.reply))
    ),
    "reprompt_holds": lambda wanted, told: same(holds(told.reprompt), wanted, told.tolerance),
    "no_reprompt": lambda yes, told: (not told.reprompt.text) == yes,
    "no_set": lambda yes, told: (
        any(not text.endswith("?") for _, text in (*told.reply.cues, *told.reprompt.cues)) != yes
    ),
    "no_massage": lambda yes, told: offers_rubbing(told.everything) != yes,
    "massage": lambda yes, told: offers_rubbing(told.reply.text) == yes,
    "new_step": lambda yes, told: all(told.reply.text != other.reply.text for other in told.before) == yes,
    "as_before": lambda back, told: told.reply.text == told.before[-back].reply.text,
    "never_whispered": lambda yes, told: all(one.voice != "whisper" for one in told.turn.performance.reply) == yes,
    "whispered": lambda yes, told: any(one.voice == "whisper" for one in told.turn.performance.reply) == yes,
    "reprompt_whispered": lambda yes, told: (
        any(one.voice == "whisper" for one in told.turn.performance.reprompt) == yes
    ),
    "new_session": lambda yes, told: told.turn.opens_session == yes,
    "voices": lambda names, told: list(dict.fromkeys(one.voice for one in told.turn.performance.reply)) == names,
    "louder_and_slower": lambda yes, told: (
        all(now > then for now, then in zip(told.manner, told.before[-1].manner, strict=True)) == yes
    ),
    "asked_by_alexa": lambda kind, told: told.asked_by_alexa == kind,
    "rings": lambda times, told: told.rings == times,
    "card": lambda wanted, told: bool(told.card) and in_order(wanted, told.card),
    "no_card": lambda yes, told: (not told.card) == yes,
    "card_without": lambda words, told: not any(in_order([one], told.card) for one in words),
    "stored": lambda wanted, told: all(
        getattr(told.stored, key) in (value, value or None) for key, value in wanted.items()
    ),
}


class Sleeper:
    """Somebody in bed: the turns of one conversation, through the stand-in speakers of one account."""

    def __init__(self, locale: str, device: Any, amazon: AmazonApi | None) -> None:
        self.model, self.meant, self.amazon, self.user = MODEL, RecognizeResult("", ""), amazon, unique("ask.account")
        self.clock: int | str = 0
        bedside = Bedside(device, locale, user_id=self.user, device_id=DEVICE)
        made: Any = Speaker  # which is given this in the place of the recogniser
        self.speakers: dict[int, Speaker] = defaultdict(lambda: made(self._deliver, self, bedside, epoch=START))

    def recognize(self, utterance: str, *, one_shot: bool = False) -> RecognizeResult:
        return EAR.recognize(utterance, one_shot=one_shot) if utterance else self.meant

    def _deliver(self, request: Any, context: object) -> Any:
        asked = request["request"]
        if isinstance(self.clock, str):
            asked["timestamp"] = self.clock
            if not self.clock:
                del asked["timestamp"]
        elif self.clock:
            moment = datetime.fromisoformat(asked["timestamp"])
            asked["timestamp"] = timestamp(moment + timedelta(seconds=self.clock))
        if self.amazon:
            request["context"]["System"] |= {"apiEndpoint": self.amazon.endpoint, "apiAccessToken": TOKEN}
        return handler(request, context)

    def take(self, turn: dict[str, Any]) -> Turn:
        speaker = self.speakers[turn.get("speaker", 1)]
        after, last = turn.get("after"), speaker.last
        if "into_set" in turn and last is not None:
            after = last.performance.audio_from + turn["into_set"]
        if "into_reprompt" in turn and last is not None:
            after = last.performance.reply_length + MICROPHONE + turn["into_reprompt"]
        self.clock = turn.get("clock", 0)
        if turn.get("silence"):
            over = speaker.stay_silent()
            assert over is not None, "the session was over already"
            return over
        if turn.get("fail_audio"):
            return speaker.fail_audio(after or 0.0)
        if "touch" in turn:
            return speaker.touch([turn["touch"]], after)
        slots = {
            name: Slot(name, said, said if said in IDS else None, said) for name, said in turn.get("slots", {}).items()
        }
        self.meant = RecognizeResult("", INTENTS[turn.get("ask", "Fallback")], slots)
        return speaker.say(turn.get("said", ""), after)

    def rings(self) -> list[str]:
        """The times of day at which reminders ring for this person."""
        existing = self.amazon.reminders.values() if self.amazon else ()
        return sorted(one["trigger"]["scheduledTime"][11:16] for one in existing)


def conversations() -> list[Any]:
    found = []
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for one in content.get("conversation", ()):
            found.append(pytest.param(one, id=f"{path.stem}: {one['name']}"))
        for crossing in content.get("crossing", ()):
            for (way, turns), (then, more) in product(crossing["ways"].items(), crossing["then"].items()):
                one = {**crossing, "turn": [*turns, *more]}
                found.append(pytest.param(one, id=f"{path.stem}: {crossing['name']}: {way}, {then}"))
    return found


@pytest.mark.parametrize("conversation", conversations())
def test_conversation(
    conversation: dict[str, Any], request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    amazon: AmazonApi | None = None
    if kept := conversation.get("kept", False):
        monkeypatch.setenv("PREFERENCES_FILE", str(tmp_path / "preferences.db"))
    if conversation.get("reminders"):
        amazon = request.getfixturevalue("amazon")
        amazon.now = START
        for operation, status in conversation.get("fails", {}).items():
            amazon.fail(operation, status)
    sleeper = Sleeper(conversation.get("locale", "en-GB"), conversation.get("device", "echo"), amazon)
    before: list[Told] = []
    for number, turn in enumerate(conversation["turn"], 1):
        taken = sleeper.take(turn)
        stored = store.read(sleeper.user) if kept else None
        told = Told(taken, before, turn.get("tolerance", 0.05), sleeper.rings(), stored)
        for key in turn.keys() - MOVES:
            assert CHECKS[key](turn[key], told), (
                f"turn {number} ({turn.get('said') or turn.get('ask') or 'device'}): {key} = {turn[key]!r}\n"
                f"  heard as {told.turn.heard}\n  reply    {told.reply.speech} {list(told.reply.cues)}"
                f"\n  reprompt {told.reprompt.speech} {list(told.reprompt.cues)}\n  ends     {told.ends}"
                f"\n  Alexa asks {told.asked_by_alexa!r}, reminders at {told.rings}, stored {told.stored}"
            )
        before.append(told)
