"""The SDK's handlers, registered one by one: what is a conversation, and what went wrong; and what is done in silence."""

import logging
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ask_sdk_core.dispatch_components import AbstractExceptionHandler, AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_model import Response

from skill import settings
from skill.alexa import preferences_sync, request, request_log, response, session_attributes
from skill.core.locale import Locale
from skill.core.vocabulary import Level
from skill.dialogue import LAUNCH, PERMISSION, TIMED_AUDIO_FAILED, Input, SessionState, respond
from skill.loading import content

log = logging.getLogger(__name__)

#: Requests to which Alexa lets a skill say nothing; `entry` sends them to `after_the_end`.
SILENT = (
    *("SessionEndedRequest", "System.", "AlexaSkillEvent.", "AudioPlayer.", "PlaybackController."),
    *("Messaging.", "Reminders.", "Alexa.DataStore."),  # which come outside any session
)


class NotDeleted(Exception):
    """What is kept of somebody who disabled the skill is still there; Alexa must not be told that it is gone."""


class ConversationHandler(AbstractRequestHandler):
    """Launch, every intent, a device that cannot play timed audio, and any request that Alexa may yet invent."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return True

    def handle(self, handler_input: HandlerInput) -> Response:
        words, user_id = _words(handler_input), request.user_id(handler_input)
        asked = request.ask(handler_input, _slot_ids(), _gravity)
        before = _conversation(handler_input, words)
        if asked.intent == PERMISSION or not (request.opens_session(handler_input) or _urgent(asked, before)):
            before = preferences_sync.recalled(before, user_id)
        return _answer(handler_input, before, asked, words, user_id)


class FaultHandler(AbstractExceptionHandler):
    """Whatever fails on our side, the stretch still comes; a sign that stands, or is told just now, is not forgotten over it."""

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        import traceback  # which no request needs that goes well

        # Where, never what: an exception's own words may hold what the person said.
        where = traceback.extract_tb(exception.__traceback__)[-1]
        log.error("fault: %s in %s, line %s", type(exception).__name__, where.name, where.lineno)
        request_log.fault(exception)
        words = _words(handler_input)
        known = session_attributes.what_survives(_attributes(handler_input), content.library())
        known = replace(known, signs=known.signs or _told(handler_input))
        return _answer(handler_input, known, Input(LAUNCH), words, None)


def _told(handler_input: HandlerInput) -> tuple[str, ...]:
    """The sign of which this very request tells, where it is one that stops everything."""
    sign = request.ask(handler_input, _slot_ids(), _gravity).sign
    rule = content.library().signs.get(sign or "")
    return (sign,) if sign and rule and rule.level in (Level.URGENT, Level.EMERGENCY) else ()


@lru_cache(maxsize=1)
def _slot_ids() -> dict[str, frozenset[str]]:
    return content.library().slot_ids()


def _gravity(sign: str) -> int:
    """How grave a sign is, to choose between two that one word may mean: one that asks first counts as what it asks about."""
    rules = content.library().signs
    rule = rules[sign]
    return int(rule.level or (rules[rule.family].level if rule.family else None) or Level.SOON)


def _urgent(asked: Input, before: SessionState) -> bool:
    """Whether the answer is whom to call, or a first set over again: neither waits for what is kept."""
    return asked.sign is not None or bool(before.signs) or asked.intent == TIMED_AUDIO_FAILED


def is_silent(request_type: object) -> bool:
    return isinstance(request_type, str) and request_type.startswith(SILENT)


def _answer(
    handler_input: HandlerInput, before: SessionState, asked: Input, words: Locale, user_id: str | None
) -> Response:
    now, library = request.now(handler_input), content.library()
    after, reply = respond(before, asked, now, library, words)
    if reply.effect is not None:
        from skill.alexa import effects  # brings what reaches Amazon's services, which no relief needs

        after, reply = respond(after, effects.run(reply.effect, handler_input, words, user_id), now, library, words)
    if (
        reply.asks_nothing and not after.preferences_unavailable and not after.signs
    ):  # "Press your alarm" waits for nothing
        preferences_sync.keep(after, user_id)
    if handler_input.request_envelope.session is not None:
        handler_input.attributes_manager.session_attributes = session_attributes.attributes(after)
    device = response.Device(
        timed_audio=not after.apla_failed,
        screen=request.has_screen(handler_input),
        skill_id=request.skill_id(handler_input),
    )
    return response.response(reply, words, library, device)


def _words(handler_input: HandlerInput) -> Locale:
    locale = getattr(handler_input.request_envelope.request, "locale", None)
    return content.words(locale if isinstance(locale, str) and len(locale) <= 6 else "en")


def _attributes(handler_input: HandlerInput) -> dict[str, Any]:
    current = handler_input.request_envelope.session
    return (current.attributes or {}) if current is not None else {}


def _conversation(handler_input: HandlerInput, words: Locale) -> SessionState:
    """What the session knows. Attributes of another version of the skill, or broken ones, start anew; a standing sign stays."""
    carried = _attributes(handler_input)
    if not carried:
        # A routine's task may not be answered with documents, and whether timed audio is one of them nobody says.
        return SessionState(voice=settings.first_voice(), apla_failed=request.is_task(handler_input))
    try:
        return session_attributes.conversation(carried, content.library(), words)
    except (ValueError, TypeError, KeyError) as error:
        log.warning("session attributes not taken: %s", type(error).__name__)
        request_log.fault(error)
        return session_attributes.what_survives(carried, content.library())


def after_the_end(envelope: dict[str, Any]) -> None:
    """Requests to which nothing is said: at a session's end what lasts is written, with the skill disabled it is deleted."""
    kind, user_id = request.at(envelope, "request", "type"), request.at(envelope, "context", "System", "user", "userId")
    if not isinstance(user_id, str):
        return
    if kind == "AlexaSkillEvent.SkillDisabled":
        if not preferences_sync.forget(user_id):
            raise NotDeleted("preferences were not deleted after the skill was disabled")
    elif kind == "SessionEndedRequest":
        words = content.words("en")
        try:
            ended = session_attributes.conversation(
                request.at(envelope, "session", "attributes") or {}, content.library(), words
            )
        except (ValueError, TypeError, KeyError) as error:
            log.warning("session attributes not taken: %s", type(error).__name__)
            request_log.fault(error)
            return
        preferences_sync.keep(ended, user_id)


def builder() -> SkillBuilder:
    """The skill with its handlers."""
    skill_builder = SkillBuilder()
    skill_builder.add_request_handler(ConversationHandler())
    skill_builder.add_exception_handler(FaultHandler())
    return skill_builder
