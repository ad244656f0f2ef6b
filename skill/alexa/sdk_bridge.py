"""Through the SDK and back: an envelope becomes its classes, its dispatcher finds the handler, the response becomes a table."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_core.skill import CustomSkill
from ask_sdk_model import RequestEnvelope

from skill.alexa import handlers

Envelope = dict[str, Any]

ENVELOPE = "ask_sdk_model.request_envelope.RequestEnvelope"

#: All that is read of these classes. The rest of an envelope (viewports, players, permissions) takes longer to read than what is
#: used of it, and a kind of screen that the SDK does not know yet would make the whole request unreadable.
READ: dict[str, tuple[str, ...]] = {
    "Session": ("new", "attributes"),
    "Context": ("system",),
    "SystemState": ("application", "user", "device", "api_endpoint", "api_access_token"),
    "User": ("user_id",),
    "Device": ("device_id", "supported_interfaces"),
    "SupportedInterfaces": ("alexa_presentation_apl",),
    "AlexaPresentationAplInterface": (),
    "Slot": ("name", "value", "resolutions"),
}


class _Serializer(DefaultSerializer):
    """Lets tables through as they are: all of ours are written out, and the SDK's looks into every value of a screen's document."""

    PRIMITIVE_TYPES = (*DefaultSerializer.PRIMITIVE_TYPES, dict)


@lru_cache(maxsize=1)
def _skill() -> CustomSkill:
    """Made once; the handler that the SDK's builder makes for Lambda puts a skill together for each request."""
    skill = handlers.builder().create()
    skill.serializer = _Serializer()
    return skill


def through(envelope: Envelope, context: object) -> Envelope:
    """The response to an envelope; raises whatever comes of one that cannot be read."""
    skill = _skill()
    return cast(Envelope, skill.serializer.serialize(skill.invoke(read(envelope), context)))


def read(envelope: Envelope) -> RequestEnvelope:
    """The envelope in the SDK's classes, as the SDK reads it, in a third of the time: it looks up each class and type anew."""
    return cast(RequestEnvelope, _model(ENVELOPE, envelope))


def _model(name: str, table: Envelope) -> Any:
    model, fields = _class(name), _fields(name)
    made = model()
    for attribute, key, kind in fields:
        value = table.get(key)
        if value is not None:
            setattr(made, attribute, _reader(kind)(value))
    return made


@lru_cache(maxsize=256)
def _fields(name: str) -> tuple[tuple[str, str, str], ...]:
    """What is read of a class: each attribute, its key in a table, and its type as the SDK writes it."""
    model = _class(name)
    kinds, keys = model.deserialized_types, model.attribute_map
    wanted = READ.get(model.__name__, kinds)
    return tuple((attribute, keys[attribute], kinds[attribute]) for attribute in wanted)


@lru_cache(maxsize=256)
def _reader(kind: str) -> Callable[[Any], Any]:
    """What makes a value of this type of what stands in a table."""
    if kind in _NATIVE:
        return _NATIVE[kind]
    if kind.startswith("list["):  # list[A]
        one = _reader(kind[5:-1])
        return lambda values: [None if value is None else one(value) for value in values]
    if kind.startswith("dict("):  # dict(str, A)
        each = _reader(kind.partition(", ")[2][:-1])
        return lambda table: {key: None if value is None else each(value) for key, value in table.items()}
    model: Any = _class(kind)
    if issubclass(model, Enum):
        return cast(Callable[[Any], Any], model)
    if hasattr(model, "get_real_child_model"):  # a request, by its type; raises where the SDK does not know it
        return lambda table: _model(model.get_real_child_model(table), table)
    return lambda table: _model(kind, table)


@lru_cache(maxsize=256)
def _class(name: str) -> Any:
    module, _, own = name.rpartition(".")
    return getattr(import_module(module), own)


def _time(stamp: object) -> datetime | None:
    """A request's own time, in UTC where it names no zone; None where it is no time.

    The SDK reads it with dateutil, which alone takes a tenth of an answer.
    """
    try:
        time = datetime.fromisoformat(stamp)  # type: ignore[arg-type]  # which raises TypeError for what is no text
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


_NATIVE: dict[str, Callable[[Any], Any]] = {
    "object": lambda value: value,
    "str": str,
    "bool": bool,
    "int": int,
    "float": float,
    "datetime": _time,
}
