"""The judge: everything for which a real device, or this house, would refuse a response."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from skill.simulator.playback import APL_DIRECTIVE, Event, Performance, asks, perform
from skill.simulator.speech_timing import voice_of
from skill.simulator.validation import apla, sdk_schema, ssml
from skill.simulator.validation.apla import Estimate, Json

LONGEST_REPLY = 180.0
LONGEST_REPROMPT = 90.0
MOST_BYTES = 24 * 1024
MOST_BYTES_WITH_SCREEN = 60 * 1024
MOST_CARD_CHARACTERS = 8000
APL = "Alexa.Presentation.APL"
_SILENT = ("SessionEndedRequest", "System.ExceptionEncountered", "AlexaSkillEvent.", f"{APL}.RuntimeError")


class Rejected(Exception):
    """A real device would not have taken the response; `problems` says why, each with its place."""

    def __init__(self, request: Json, response: Any, problems: list[str]) -> None:
        super().__init__(f"a device would reject the answer to {_named(request)}: {'; '.join(problems)}")
        self.request, self.response, self.problems = request, response, problems


def judge(request: Json, response: Any, estimate: Estimate | None = None) -> list[str]:
    """What is wrong with a response to this request, each "path: why"; empty when a device would take it.

    Lengths are measured with `estimate`; without one, as the request's locale speaks.
    """
    try:
        size = len(json.dumps(response, allow_nan=False, ensure_ascii=False).encode())
    except (TypeError, ValueError, UnicodeEncodeError) as error:
        return [f"not JSON: {error}"]
    if must_be_silent(request):
        return list(_broken_silence(response))
    if not response:
        return ["no response, where something must be said"]
    if misfits := list(sdk_schema.faults(response, sdk_schema.RESPONSE)):
        return misfits  # the rest reads the response by its schema
    body = response["response"]
    unplayable = list(_rendering_faults(request, body))
    problems = [*_size_faults(request, size), *_frame_faults(body), *unplayable]
    if not unplayable:
        problems += _performance_faults(
            body, perform(response, estimate or voice_of(_locale(request)), _locale(request))
        )
    return problems


def must_be_silent(request: Json) -> bool:
    """Whether Alexa takes no words in answer to this request."""
    return str(request["request"]["type"]).startswith(_SILENT)


def _locale(request: Json) -> str:
    return str(request["request"].get("locale") or "en-US")


def _named(request: Json) -> str:
    asked = request["request"]
    return str(asked.get("intent", {}).get("name") or asked["type"])


def _broken_silence(response: Any) -> Iterator[str]:
    if not response:
        return
    yield from sdk_schema.faults(response, sdk_schema.RESPONSE)
    for key in ("outputSpeech", "reprompt", "directives", "card"):
        if (response.get("response") or {}).get(key):
            yield f"response.{key}: nothing may be said or shown in answer to this request"


def _size_faults(request: Json, size: int) -> Iterator[str]:
    most = MOST_BYTES_WITH_SCREEN if APL in _interfaces(request) else MOST_BYTES
    if size > most:
        yield f"{size} bytes with the session attributes, over {most}"


def _interfaces(request: Json) -> Json:
    device = request["context"]["System"].get("device") or {}
    return device.get("supportedInterfaces") or {}


def _frame_faults(body: Json) -> Iterator[str]:
    reprompt, card = body.get("reprompt") or {}, body.get("card") or {}
    if reprompt and body.get("shouldEndSession") is not False:
        yield "response.reprompt: a reprompt needs an open session"
    if foreign := [one["type"] for one in reprompt.get("directives") or [] if one["type"] != apla.DIRECTIVE]:
        yield f"response.reprompt.directives: only APLA is played in a reprompt, not {', '.join(foreign)}"
    if len(str(card.get("content") or card.get("text") or "")) > MOST_CARD_CHARACTERS:
        yield f"response.card: over {MOST_CARD_CHARACTERS} characters"


def _rendering_faults(request: Json, body: Json) -> Iterator[str]:
    locale = _locale(request)
    for path, part in (("response", body), ("response.reprompt", body.get("reprompt") or {})):
        yield from _speech_faults(part.get("outputSpeech"), f"{path}.outputSpeech", locale)
        for index, directive in enumerate(part.get("directives") or []):
            yield from _directive_faults(request, directive, f"{path}.directives[{index}]", locale)


def _speech_faults(speech: Json | None, path: str, locale: str) -> Iterator[str]:
    if speech is None:
        return
    if speech["type"] == "SSML":
        yield from (f"{path}.ssml: {fault}" for fault in ssml.faults(speech["ssml"], locale))
    elif len(speech["text"]) > ssml.MOST_CHARACTERS:
        yield f"{path}.text: {len(speech['text'])} characters, over {ssml.MOST_CHARACTERS}"


def _directive_faults(request: Json, directive: Json, path: str, locale: str) -> Iterator[str]:
    kind = directive["type"]
    if kind == apla.DIRECTIVE:
        yield from (f"{path}.document.{fault}" for fault in apla.faults(directive["document"], locale))
    interface = next((name for name in (f"{APL}.", f"{APL}T.") if kind.startswith(name)), None)
    if interface and interface.rstrip(".") not in _interfaces(request):
        yield f"{path}: {kind}, but the device has no {interface.rstrip('.')}"
    if kind == APL_DIRECTIVE:
        document = directive["document"]
        if document.get("type") not in ("APL", "Link"):
            yield f"{path}.document.type: {document.get('type')!r} is not 'APL'"
        elif document["type"] == "APL" and not _has_items(document.get("mainTemplate")):
            yield f"{path}.document.mainTemplate: no items"


def _has_items(template: Any) -> bool:
    return isinstance(template, dict) and bool(template.get("items") or template.get("item"))


def _performance_faults(body: Json, played: Performance) -> Iterator[str]:
    for path, events, length, bound in (
        ("response", played.reply, played.reply_length, LONGEST_REPLY),
        ("response.reprompt", played.reprompt, played.reprompt_length, LONGEST_REPROMPT),
    ):
        if length > bound:
            yield f"{path}: {length:.1f} s long, over {bound:g} s"
        yield from (f"{path}: {fault}" for fault in _voices_at_once(events))
    if _handed_over(body):
        return  # Alexa leads the conversation from here, and opens the microphone itself
    if not played.reply:
        yield "response: nothing is said"
    yield from _microphone_faults(body.get("shouldEndSession"), played.reply)
    if body.get("reprompt") and not played.reprompt:
        yield "response.reprompt: nothing is said"
    # A care line may be repeated and left at that; a set that nobody answers still has its question to ask.
    if any(event.kind == "cue" for event in played.reprompt) and not asks(played.reprompt):
        yield f"response.reprompt: its set ends with {_last(played.reprompt)!r}, which asks nothing"


def _microphone_faults(ends: bool | None, events: tuple[Event, ...]) -> Iterator[str]:
    if ends is None:
        yield "response.shouldEndSession: missing; devices differ in what they make of that"
    elif events and not ends and not asks(events):
        yield f"response.shouldEndSession: the microphone opens after {_last(events)!r}, which asks nothing"
    elif events and ends and asks(events):
        yield f"response.shouldEndSession: {_last(events)!r} is asked, and the microphone stays shut"


def _last(events: tuple[Event, ...]) -> str:
    return max(events, key=lambda event: event.at).text


def _handed_over(body: Json) -> bool:
    return any(directive["type"].startswith("Connections.") for directive in body.get("directives") or [])


def _voices_at_once(events: tuple[Event, ...]) -> Iterator[str]:
    ordered = sorted(events, key=lambda event: event.at)
    for before, after in pairwise(ordered):
        if after.at < before.ends - 0.001:
            yield f"two voices at once at {after.at:.1f} s: {before.text!r} and {after.text!r}"
