"""A simulated speaker for each tab of the browser: kept in memory, few at a time, and forgotten after an hour."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from skill.simulator import countdown
from skill.simulator.device import Handler, Speaker, Turn
from skill.simulator.nlu.recognizer import Recognizer, recognizer_for
from skill.simulator.playback import Event
from skill.simulator.requests import Bedside, Json
from skill.simulator.validation.response import Rejected

#: Tabs that have a speaker at one time; the one that was used longest ago goes first.
MOST_SPEAKERS = 16
#: Seconds without a turn after which a speaker is forgotten.
FORGOTTEN_AFTER = 3600.0


class Gone(Exception):
    """The tab has no speaker, or no longer has one."""


class SpeakerSession:
    """One tab's speaker, used by one request at a time.

    Each method returns what the page wants: the turn, and every exchange with the skill that it took.
    Raises Refusal if a device would reject the skill's response.
    """

    def __init__(self, handler: Handler, bedside: Bedside, ear: Recognizer) -> None:
        self.bedside = bedside
        self._handler = handler
        self._exchanges: list[Json] = []
        self._speaker = Speaker(self._overheard, ear, bedside)
        self._lock = threading.Lock()

    def say(self, utterance: str, after: float | None) -> Json:
        """Say an utterance, `after` seconds after the last request."""
        return self._told(lambda: self._speaker.say(utterance, after))

    def touch(self, arguments: list[Any], after: float | None) -> Json:
        """Touch what the screen shows, by the arguments that it sends."""
        return self._told(lambda: self._speaker.touch(arguments, after))

    def stay_silent(self) -> Json:
        """Let the open microphone close."""
        return self._told(self._speaker.stay_silent)

    def close(self, after: float | None) -> Json:
        """End the session, as a person does by leaving."""
        return self._told(lambda: self._speaker.close(after))

    def _told(self, act: Callable[[], Turn | None]) -> Json:
        """Return the turn with its exchanges; raises Refusal, which has them too."""
        with self._lock:
            self._exchanges = []
            try:
                turn = act()
            except Rejected as error:
                raise Refusal(error.problems, self._exchanges) from error
            return {"turn": turn and performed(turn), "exchanges": self._exchanges}

    def _overheard(self, request: Json, context: object) -> Any:
        exchange: Json = {"request": request, "response": None}
        self._exchanges.append(exchange)
        exchange["response"] = self._handler(request, context)
        return exchange["response"]


class Refusal(Exception):
    """A device would have rejected the skill's response, for these problems."""

    def __init__(self, problems: list[str], exchanges: list[Json]) -> None:
        super().__init__("; ".join(problems))
        self.problems, self.exchanges = problems, exchanges


def performed(turn: Turn) -> Json:
    """Return what the page performs: every event of the turn if nobody answers, in seconds from the start of the reply."""
    played = turn.performance
    return {
        "at": turn.at,
        "said": turn.utterance,
        "intent": turn.heard.intent if turn.heard else None,
        "slots": {name: slot.id or slot.said for name, slot in turn.heard.slots.items()} if turn.heard else {},
        "opens": turn.opens_session,
        "ends": played.ends,
        "replies": played.reply_length,
        "lasts": played.length,
        "events": [_event(event) for event in played.unanswered()],
    }


def _event(event: Event) -> Json:
    hold = countdown.HOLD.fullmatch(event.name)
    return {
        "at": event.at,
        "lasts": event.lasts,
        "kind": event.kind,
        "text": event.text,
        "voice": event.voice,
        "hold": float(hold[1]) if hold else None,
    }


@dataclass
class _Kept:
    session: SpeakerSession
    used: float


@dataclass
class SpeakerSessions:
    """The speakers of all tabs; `clock` counts seconds from anywhere."""

    handler: Handler
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, tab: str, bedside: Bedside) -> SpeakerSession:
        """Give the tab a new speaker. The session of its former one ends, and the skill is told."""
        session = SpeakerSession(self.handler, bedside, recognizer_for(bedside.locale))
        with self._lock:
            former = self._kept.pop(tab, None)
            self._forget()
            while len(self._kept) >= MOST_SPEAKERS:
                del self._kept[next(iter(self._kept))]
            self._kept[tab] = _Kept(session, self.clock())
        if former is not None:
            with suppress(Refusal):  # nobody is there any more to be told
                former.session.close(None)
        return session

    def of(self, tab: str) -> SpeakerSession:
        """Return the tab's speaker; raises Gone if it has none."""
        with self._lock:
            self._forget()
            kept = self._kept.pop(tab, None)
            if kept is None:
                raise Gone
            kept.used = self.clock()
            self._kept[tab] = kept  # last again: the order is that of use
            return kept.session

    def _forget(self) -> None:
        latest = self.clock() - FORGOTTEN_AFTER
        while self._kept and next(iter(self._kept.values())).used < latest:
            del self._kept[next(iter(self._kept))]


def account(tab: str) -> str:
    """Return the id of a tab's person, the same as long as the tab is open."""
    return f"amzn1.ask.account.{tab}"
