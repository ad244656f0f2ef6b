"""Where a request comes in: whose it is, what the SDK cannot read, and the SDK's own way for the rest."""

import logging
import os
from typing import Any

from skill import settings
from skill.alexa import handlers, request_log, sdk_bridge, warmup
from skill.alexa.request import AUDIO_FAILED, MATCH, at
from skill.dialogue import LAUNCH
from skill.loading import content
from skill.loading.strict_table import ContentError

log = logging.getLogger(__name__)

Envelope = dict[str, Any]

RELIEVE = "RelieveIntent"
FALLBACK = "AMAZON.FallbackIntent"
#: Alexa asks, outside any session, whether the skill would take a request that does not name it: it would not, for it answers only
#: to whoever asks for it.
CAN_FULFILL = "CanFulfillIntentRequest"
#: The screen could not show all of its document. Whatever is heard goes on: a word of ours would break off the stretch.
SCREEN_FAILED = "Alexa.Presentation.APL.RuntimeError"


class NotForUs(Exception):
    """The request names another skill than SKILL_ID."""


def answer(event: object, context: object = None) -> Envelope:
    """Alexa's response to one request envelope.

    Raises NotForUs for another skill's request, and ContentError where the content is broken and nothing is safe to say.
    """
    envelope = event if isinstance(event, dict) else {}
    with request_log.request(event, context) as seen:
        try:
            seen.response = _answer(envelope, context)
        except ContentError as error:
            log.critical("content: %s", error)  # which file and which key: nothing that anybody said
            request_log.fault(error)
            seen.response = _alone(envelope, error)
        return seen.response


def _answer(envelope: Envelope, context: object) -> Envelope:
    _check_skill(envelope)
    kind = at(envelope, "request", "type")
    if handlers.is_silent(kind):
        handlers.after_the_end(envelope)
        return {"version": "1.0", "response": {}}
    if kind == CAN_FULFILL:
        return {"version": "1.0", "response": {"canFulfillIntent": {"canFulfill": "NO"}}}
    if kind == SCREEN_FAILED:
        log.warning("a device could not show the screen")
        return {"version": "1.0", "sessionAttributes": _attributes(envelope), "response": {}}
    try:
        return sdk_bridge.through(envelope, context)
    except ContentError:
        raise
    except Exception as error:
        # A type or value that this SDK does not know fails before any handler runs: what can be read is kept, and it is answered.
        log.warning("unreadable request: %s", type(error).__name__)
        request_log.fault(error)
        return sdk_bridge.through(_readable(envelope), context)


def _alone(envelope: Envelope, error: ContentError) -> Envelope:
    """Without its content the skill knows one sentence, and no signs: it says it to whoever opens a session for a cramp.

    To anybody else it raises the error, and Alexa says that there is a problem: somebody may be telling of a sign.
    """
    name = at(envelope, "request", "intent", "name") or at(envelope, "request", "type")
    if name not in (LAUNCH, RELIEVE) or at(envelope, "session", "attributes"):
        raise error
    text = content.alone(str(at(envelope, "request", "locale")))
    spoken = {"type": "PlainText", "text": text}
    return {"version": "1.0", "response": {"outputSpeech": spoken, "shouldEndSession": True}}


def _check_skill(envelope: Envelope) -> None:
    expected = settings.skill_id()
    if expected is None:
        if os.environ.get("AWS_EXECUTION_ENV"):
            raise NotForUs("SKILL_ID is not set: in the cloud it must be the id of the skill")
        return
    named = at(envelope, "context", "System", "application", "applicationId")
    if named is None:
        named = at(envelope, "session", "application", "applicationId")
    if named != expected:
        raise NotForUs("the request's applicationId is not SKILL_ID")


def _readable(envelope: Envelope) -> Envelope:
    """The same request in the same session, built anew of what is sound in an envelope that the SDK cannot read.

    What was said is kept, for it may tell of a sign; what is neither said nor a failure of timed audio is "not understood".
    """
    locale = at(envelope, "request", "locale")
    request = {
        "requestId": "",
        "timestamp": at(envelope, "request", "timestamp"),
        "locale": locale if isinstance(locale, str) else "en-US",
    }
    if at(envelope, "request", "type") == AUDIO_FAILED:
        request |= {"type": AUDIO_FAILED, "token": "", "errors": []}
    else:
        request |= {"type": "IntentRequest", "intent": _intent(envelope)}
    session = {"new": True, "sessionId": "", "attributes": _attributes(envelope)}
    return {"version": "1.0", "session": session, "context": {}, "request": request}


def _intent(envelope: Envelope) -> Envelope:
    name, slots = at(envelope, "request", "intent", "name"), at(envelope, "request", "intent", "slots")
    said = slots.items() if isinstance(slots, dict) else ()
    return {
        "name": name if isinstance(name, str) else FALLBACK,
        "confirmationStatus": "NONE",
        "slots": {str(key): _slot(str(key), slot) for key, slot in said if isinstance(at(slot, "value"), str)},
    }


def _slot(name: str, slot: Envelope) -> Envelope:
    """A slot with the best match that can be found in it; without one it was said and not understood."""
    read = {"name": name, "value": slot["value"], "confirmationStatus": "NONE"}
    authorities = at(slot, "resolutions", "resolutionsPerAuthority")
    for authority in authorities if isinstance(authorities, list) else ():
        values = at(authority, "values")
        first = at(values[0], "value", "id") if isinstance(values, list) and values else None
        if at(authority, "status", "code") == MATCH and isinstance(first, str):
            value = {"value": {"name": "", "id": first}}
            found = {"authority": "", "status": {"code": MATCH}, "values": [value]}
            return {**read, "resolutions": {"resolutionsPerAuthority": [found]}}
    return read


def _attributes(envelope: Envelope) -> Envelope:
    found = at(envelope, "session", "attributes")
    return found if isinstance(found, dict) else {}


# Lambda sets a process up on a whole processor, and answers on a share of one: 0.29 at 512 MB. SnapStart keeps what is there then.
if os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    request_log.set_level()
    warmup.get_ready(sdk_bridge.through)
