"""From a Reply to Alexa's response: plain speech first, then the timed audio, the microphone only after a question."""

from typing import Any

from ask_sdk_model import Response
from ask_sdk_model.ui import Reprompt, SsmlOutputSpeech

from skill.render import apla, ssml
from skill.reply import Part, Reply
from skill.words import Words


def response(reply: Reply, words: Words, apla_failed: bool) -> Response:
    """`apla_failed`: this device reported that it cannot play timed audio, so sets go out as speech with breaks."""
    return Response(
        output_speech=_speech(reply, reply.say, words, apla_failed),
        directives=_directives(reply, reply.say, words, apla_failed, "reply") or None,
        reprompt=_reprompt(reply, words, apla_failed),
        should_end_session=reply.ends,
    )


def _speech(reply: Reply, part: Part, words: Words, apla_failed: bool) -> SsmlOutputSpeech:
    return SsmlOutputSpeech(ssml=ssml.speak(reply, part, words, timed=apla_failed))


def _directives(reply: Reply, part: Part, words: Words, apla_failed: bool, token: str) -> list[Any]:
    """Directives as plain tables: the SDK's serialiser takes them, and its classes need not be imported."""
    if part.timeline is None or apla_failed:
        return []
    return [apla.directive(part.timeline, words, reply.voice, token)]


def _reprompt(reply: Reply, words: Words, apla_failed: bool) -> Reprompt | None:
    # Set by hand: the SDK's builder drops the directives of a reprompt.
    if reply.reprompt is None or reply.ends:
        return None
    return Reprompt(
        output_speech=_speech(reply, reply.reprompt, words, apla_failed),
        directives=_directives(reply, reply.reprompt, words, apla_failed, "reprompt"),
    )
