"""Through the SDK and back: an envelope becomes its classes, its dispatcher finds the handler, the response becomes a table."""

import json
from functools import lru_cache
from typing import Any, cast

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_model import RequestEnvelope

from skill.alexa import handlers, response

Envelope = dict[str, Any]

#: What of a request's context is read. The rest (viewports, players, extensions) takes as long to read as all this together, and a
#: kind of screen that the SDK does not know yet would make the whole request unreadable.
CONTEXT = ("System",)


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
    skill, told = _skill(), envelope.get("context")
    if isinstance(told, dict):
        envelope = {**envelope, "context": {name: told[name] for name in CONTEXT if name in told}}
    request = skill.serializer.deserialize(json.dumps(envelope), RequestEnvelope)
    return cast(Envelope, skill.serializer.serialize(skill.invoke(request, context)))
