"""The SDK's handlers, registered one by one: what is a conversation, what must get silence, and what went wrong."""

import logging
import traceback
from functools import lru_cache
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Response

from skill import library
from skill.alexa import request, response, session
from skill.dialogue import LAUNCH, Ask, Conversation, respond
from skill.words import Words

log = logging.getLogger(__name__)

#: Requests to which Alexa lets a skill say nothing.
SILENT = ("SessionEndedRequest", "System.", "AlexaSkillEvent.", "AudioPlayer.", "PlaybackController.")


class ConversationHandler(AbstractRequestHandler):
    """Launch, every intent, a device that cannot play timed audio, and any request that Alexa may yet invent."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        words = _words(handler_input)
        before = _conversation(handler_input, words)
        return _answer(handler_input, before, request.ask(handler_input, _slot_ids()), words)


class SilenceHandler(AbstractRequestHandler):
    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_silent(request.request_type(handler_input))

    def handle(self, handler_input: HandlerInput) -> Response:
        return Response()


class FaultHandler(AbstractExceptionHandler):
    """Whatever fails on our side, the stretch still comes; a sign that stands is not forgotten over it."""

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        # Where, never what: an exception's own words may hold what the person said.
        where = traceback.extract_tb(exception.__traceback__)[-1]
        log.error("fault: %s in %s, line %s", type(exception).__name__, where.name, where.lineno)
        if is_silent(request.request_type(handler_input)):
            return Response()
        words = _words(handler_input)
        signs = session.standing_signs(_attributes(handler_input), library.library())
        return _answer(handler_input, Conversation(signs=signs), Ask(LAUNCH), words)


@lru_cache(maxsize=1)
def _slot_ids() -> dict[str, frozenset[str]]:
    return request.slot_ids(library.library())


def is_silent(request_type: object) -> bool:
    return isinstance(request_type, str) and request_type.startswith(SILENT)


def _answer(handler_input: HandlerInput, before: Conversation, asked: Ask, words: Words) -> Response:
    after, reply = respond(before, asked, request.now(handler_input), library.library(), words)
    if handler_input.request_envelope.session is not None:
        handler_input.attributes_manager.session_attributes = session.attributes(after)
    return response.response(reply, words, after.apla_failed)


def _words(handler_input: HandlerInput) -> Words:
    locale = getattr(handler_input.request_envelope.request, "locale", None)
    return library.words(locale if isinstance(locale, str) and len(locale) <= 6 else "en")


def _attributes(handler_input: HandlerInput) -> dict[str, Any]:
    current = handler_input.request_envelope.session
    return (current.attributes or {}) if current is not None else {}


def _conversation(handler_input: HandlerInput, words: Words) -> Conversation:
    """What the session knows. Attributes of another version of the skill, or broken ones, start anew; a standing sign stays."""
    carried = _attributes(handler_input)
    try:
        return session.conversation(carried, library.library(), words)
    except (ValueError, TypeError, KeyError) as error:
        log.warning("session attributes not taken: %s", type(error).__name__)
        return Conversation(signs=session.standing_signs(carried, library.library()))


def builder() -> SkillBuilder:
    """The skill with its handlers in order: the first that can handle a request does."""
    skill_builder = SkillBuilder()
    skill_builder.add_request_handler(SilenceHandler())
    skill_builder.add_request_handler(ConversationHandler())
    skill_builder.add_exception_handler(FaultHandler())
    return skill_builder
