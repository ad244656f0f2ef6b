"""Through the SDK and back: an envelope becomes its classes, its dispatcher finds the handler, the response becomes a table."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_model import RequestEnvelope

from skill.alexa import handlers, response
from skill.alexa.request import at

Envelope = dict[str, Any]

#: What of an envelope's tables is read. The rest (viewports, players, extensions) takes as long to read as all this together, and a
#: kind of screen that the SDK does not know yet would make the whole request unreadable.
READ = {"session": ("new", "attributes"), "context": ("System",)}


class _Serializer(DefaultSerializer):
    """Lets directives through as they are: the SDK's looks into every value of their documents."""

    PRIMITIVE_TYPES = (*DefaultSerializer.PRIMITIVE_TYPES, response.Directive)


@lru_cache(maxsize=1)
def _skill() -> CustomSkill:
    """Made once; the handler that the SDK's builder makes for Lambda puts a skill together for each request."""
    skill = handlers.builder().create()
    skill.serializer = _Serializer()
    return skill


def through(envelope: Envelope, context: object) -> Envelope:
    """The response to an envelope; raises what the SDK raises where it cannot read it."""
    skill, asked = _skill(), envelope.get("request")
    parsed = skill.serializer.deserialize(json.dumps(_read(envelope)), RequestEnvelope)
    if isinstance(asked, dict):
        parsed.request.timestamp = _time(asked.get("timestamp"))
    return cast(Envelope, skill.serializer.serialize(skill.invoke(parsed, context)))


def _read(envelope: Envelope) -> Envelope:
    """What is read of an envelope; of the request, its time is left to `_time`."""
    read = dict(envelope)
    for part, names in READ.items():
        if isinstance(told := envelope.get(part), dict):
            read[part] = {name: told[name] for name in names if name in told}
    if isinstance(asked := envelope.get("request"), dict):
        read["request"] = {name: value for name, value in asked.items() if name != "timestamp"}
        if isinstance(slots := at(asked, "intent", "slots"), dict):
            read["request"]["intent"] = {**asked["intent"], "slots": _said(slots)}
    return read


def _said(slots: Envelope) -> Envelope:
    """The slots that were said, without `slotValue`, in which Alexa tells the same again."""
    said = {name: slot for name, slot in slots.items() if isinstance(slot, dict) and "value" in slot}
    return {name: {key: slot[key] for key in slot if key != "slotValue"} for name, slot in said.items()}


def _time(stamp: object) -> datetime | None:
    """A request's own time, in UTC where it names no zone; None where it is no time.

    Read here because the SDK reads it with dateutil, which alone takes a tenth of an answer.
    """
    try:
        time = datetime.fromisoformat(stamp)  # type: ignore[arg-type]  # which raises TypeError for what is no text
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
