"""Turns a response into what is heard and when: a flat list of events, as a device would play it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from skill.simulator import alexa_prompts
from skill.simulator.validation import apla
from skill.simulator.validation.apla import Clip, Estimate, Json, Sounding

MICROPHONE = 8.0  # seconds for which Alexa listens after a question
APL_DIRECTIVE = "Alexa.Presentation.APL.RenderDocument"
Kind = Literal["speech", "cue", "listening"]


@dataclass(frozen=True)
class Event:
    """Plain speech, a cue of timed audio or an open microphone, `at` seconds from the start of the reply."""

    at: float
    lasts: float
    text: str
    kind: Kind
    voice: str = "normal"  # or "soft", "whisper"
    name: str = ""  # the id of the APLA component

    @property
    def ends(self) -> float:
        """The second at which it is over."""
        return self.at + self.lasts


@dataclass(frozen=True)
class Performance:
    """A response on a clock, in seconds; the reprompt's events count from the reprompt's own start."""

    reply: tuple[Event, ...] = ()
    reprompt: tuple[Event, ...] = ()
    reply_length: float = 0.0
    reprompt_length: float = 0.0
    audio_from: float = 0.0  # where the reply's timed audio starts: the length of the plain speech before it
    opens_mic: bool = False
    ends: bool = True
    screen: tuple[str, ...] = ()  # the words on the screen, in document order

    @property
    def length(self) -> float:
        """Seconds until the session is over if nobody speaks: reply, microphone, reprompt, microphone."""
        return self.unanswered()[-1].ends if self.opens_mic else self.reply_length

    def unanswered(self) -> tuple[Event, ...]:
        """Everything that happens when nobody answers, on one clock from the start of the reply."""
        events = list(self.reply)
        if self.opens_mic:
            events.append(_listening(self.reply_length))
            if self.reprompt:
                start = self.reply_length + MICROPHONE
                events += [replace(event, at=event.at + start) for event in self.reprompt]
                events.append(_listening(start + self.reprompt_length))
        return tuple(events)


def perform(response: Json | None, estimate: Estimate, locale: str = "en-US") -> Performance:
    """Plays a response that the judge has passed; where it hands over to Alexa, Alexa asks in the locale's language."""
    body: Json = (response or {}).get("response") or {}
    reply, reply_length, audio_from = _play(body, estimate)
    reprompt, reprompt_length, _ = _play(body.get("reprompt") or {}, estimate)
    opens = body.get("shouldEndSession") is False
    if alexa := alexa_prompts.of(response):
        question = alexa.question(locale)
        lasts = estimate(question, "normal", 1.0)
        reply = (*reply, Event(reply_length, lasts, question, "speech"))
        reply_length, opens = reply_length + lasts, True
    return Performance(
        reply, reprompt, reply_length, reprompt_length, audio_from, opens, not opens, tuple(_screen(body))
    )


def asks(events: tuple[Event, ...]) -> bool:
    """Whether the last thing said ends in a question mark, of any script."""
    last = max(events, key=lambda event: event.at, default=None)
    return last is not None and re.search(r"[?？؟][\"'”’»)\s]*$", last.text) is not None


def _play(part: Json, estimate: Estimate) -> tuple[tuple[Event, ...], float, float]:
    """The events of a reply or a reprompt, its length, and where its timed audio starts, after the speech."""
    speech = _spoken(part.get("outputSpeech") or {}, estimate)
    events = [_event(one, "speech") for one in speech.soundings]
    now = speech.lasts
    for directive in part.get("directives") or []:
        if directive.get("type") == apla.DIRECTIVE:
            clip = apla.render(directive["document"], estimate)
            events += [_event(one, "cue") for one in clip.moved(now)]
            now += clip.lasts
    return tuple(events), now, speech.lasts


def _spoken(speech: Json, estimate: Estimate) -> Clip:
    if speech.get("type") == "SSML":
        return apla.spoken(speech["ssml"], estimate)
    return apla.plain(str(speech.get("text", "")), estimate)


def _event(one: Sounding, kind: Kind) -> Event:
    return Event(one.at, one.lasts, one.text, kind, one.voice, one.name)


def _listening(at: float) -> Event:
    return Event(at, MICROPHONE, "", "listening")


def _screen(body: Json) -> Iterator[str]:
    for directive in body.get("directives") or []:
        if directive.get("type") == APL_DIRECTIVE:
            yield from _texts(directive.get("document"), directive.get("datasources") or {})


def _texts(node: Any, sources: Json) -> Iterator[str]:
    """The words of every Text component, with the data put in; other expressions stay as they are.

    A component with an array of data stands there once for each of its rows.
    """
    if isinstance(node, dict) and isinstance(rows := _rows(node.get("data"), sources), list):
        for row in rows:
            yield from _texts({**node, "data": None}, {**sources, "data": row})
    elif isinstance(node, list):
        for child in node:
            yield from _texts(child, sources)
    elif isinstance(node, dict):
        if node.get("type") == "Text" and isinstance(node.get("text"), str):
            yield re.sub(r"\$\{([\w.]+)}", lambda match: _bound(match, sources), node["text"])
        for child in node.values():
            if isinstance(child, dict | list):
                yield from _texts(child, sources)


def _rows(binding: Any, sources: Json) -> Any:
    found = re.fullmatch(r"\$\{([\w.]+)}", binding) if isinstance(binding, str) else None
    return _value(found[1], sources) if found else None


def _bound(expression: re.Match[str], sources: Json) -> str:
    value = _value(expression[1], sources)
    return expression[0] if value is None else str(value)


def _value(path: str, sources: Json) -> Any:
    value: Any = {"payload": sources, **sources}
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value
