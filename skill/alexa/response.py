"""From a Reply to Alexa's response: plain speech first, then the timed audio, the microphone only after a question."""

import logging
from dataclasses import dataclass
from typing import Any

from ask_sdk_model import Response
from ask_sdk_model.ui import Reprompt, SimpleCard, SsmlOutputSpeech

from skill.alexa import connections, request_log
from skill.alexa.render import apla, ssml
from skill.core.locale import Locale
from skill.core.output import Output, SpeechPart
from skill.core.schema import ContentLibrary

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Device:
    """What the reply is performed on. `timed_audio`: it has not reported that it cannot play timed audio."""

    timed_audio: bool = True
    screen: bool = False
    skill_id: str = ""


def response(reply: Output, words: Locale, library: ContentLibrary, device: Device) -> Response:
    """Without timed audio, sets go out as speech with breaks; a screen is sent only to a device that has one."""
    handed_over = _handed_over(reply, words, device)
    directives = [*_timed(reply, reply.speech, words, device, "reply"), *handed_over]
    if device.screen and not handed_over:
        directives += _shown(reply, words, library)
    return Response(
        output_speech=_speech(reply, reply.speech, words, device),
        directives=directives or None,
        reprompt=_reprompt(reply, words, device),
        card=_card(words) if reply.card else None,
        # While Alexa leads, the session is neither ended nor is the microphone ours to open.
        should_end_session=None if handed_over else reply.asks_nothing,
    )


def _speech(reply: Output, part: SpeechPart, words: Locale, device: Device) -> SsmlOutputSpeech | None:
    if not part.lines and part.timeline is None:
        return None
    return SsmlOutputSpeech(ssml=ssml.speak(reply, part, words, timed=not device.timed_audio))


def _timed(reply: Output, part: SpeechPart, words: Locale, device: Device, token: str) -> list[Any]:
    if part.timeline is None or not device.timed_audio:
        return []
    manner = words.manner(reply.voice, reply.repeats(part))
    return [apla.directive(part.timeline, words, manner, token)]


def _shown(reply: Output, words: Locale, library: ContentLibrary) -> list[Any]:
    """The screen, or none where it cannot be made: nothing that is to be heard may fail over it, least of all whom to call."""
    try:
        from skill.alexa.render import apl  # which no device without a screen waits for

        return [apl.directive(reply, words, library, "screen")]
    except Exception as error:
        log.error("no screen: %s", type(error).__name__)
        request_log.fault(error)
        return []


def _handed_over(reply: Output, words: Locale, device: Device) -> list[Any]:
    if reply.ask_reminder_permission is not None:
        return [connections.consent(reply.ask_reminder_permission)]
    if reply.offer_routine:
        prompt = words.text("reminders.phrase_prompt")
        return [connections.phrase(words.phrases, words.locale, device.skill_id, prompt)]
    return []


def _card(words: Locale) -> SimpleCard:
    return SimpleCard(title=words.text("card.title"), content=words.text("card.text"))


def _reprompt(reply: Output, words: Locale, device: Device) -> Reprompt | None:
    # Set by hand: the SDK's builder drops the directives of a reprompt.
    if reply.reprompt is None or reply.asks_nothing:
        return None
    return Reprompt(
        output_speech=_speech(reply, reply.reprompt, words, device),
        directives=_timed(reply, reply.reprompt, words, device, "reprompt"),
    )
