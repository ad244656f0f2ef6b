"""Holds a JSON value against Amazon's own model classes: what they do not know, no device knows."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any

RESPONSE = "ask_sdk_model.response_envelope.ResponseEnvelope"
REQUEST = "ask_sdk_model.request_envelope.RequestEnvelope"

_NATIVE: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "datetime": (str,),
    "date": (str,),
}
# The classes call every property optional; these are the ones that Amazon's reference pages call required.
_REQUIRED = {
    "ask_sdk_model.response_envelope.ResponseEnvelope": ("version", "response"),
    "ask_sdk_model.ui.ssml_output_speech.SsmlOutputSpeech": ("ssml",),
    "ask_sdk_model.ui.plain_text_output_speech.PlainTextOutputSpeech": ("text",),
    "ask_sdk_model.ui.simple_card.SimpleCard": ("content",),
    "ask_sdk_model.ui.standard_card.StandardCard": ("text",),
    "ask_sdk_model.interfaces.alexa.presentation.apla.render_document_directive.RenderDocumentDirective": ("document",),
    "ask_sdk_model.interfaces.alexa.presentation.apl.render_document_directive.RenderDocumentDirective": (
        "token",
        "document",
    ),
    "ask_sdk_model.interfaces.alexa.presentation.apl.execute_commands_directive.ExecuteCommandsDirective": (
        "token",
        "commands",
    ),
    "ask_sdk_model.interfaces.connections.send_request_directive.SendRequestDirective": (
        "name",
        "payload",
        "token",
    ),
    "ask_sdk_model.interfaces.connections.v1.start_connection_directive.StartConnectionDirective": ("uri",),
    "ask_sdk_model.request_envelope.RequestEnvelope": ("version", "context", "request"),
    "ask_sdk_model.session.Session": ("new", "sessionId", "application", "user"),
    "ask_sdk_model.interfaces.system.system_state.SystemState": (
        "application",
        "user",
        "device",
        "apiEndpoint",
        "apiAccessToken",
    ),
    "ask_sdk_model.launch_request.LaunchRequest": ("requestId", "timestamp", "locale"),
    "ask_sdk_model.intent_request.IntentRequest": ("requestId", "timestamp", "locale", "intent"),
    "ask_sdk_model.session_ended_request.SessionEndedRequest": ("requestId", "timestamp", "locale", "reason"),
    "ask_sdk_model.intent.Intent": ("name",),
    "ask_sdk_model.slot.Slot": ("name",),
}


def faults(value: Any, kind: str, path: str = "") -> Iterator[str]:
    """Where the value is not of the kind, as "path: why"; `kind` is a type's name as the classes write it."""
    if listed := re.fullmatch(r"list\[(.+)]", kind):
        yield from _each(value, list, path, listed[1])
    elif mapped := re.fullmatch(r"dict\(str, (.+)\)", kind):
        yield from _each(value, dict, path, mapped[1])
    elif kind in _NATIVE:
        if not isinstance(value, _NATIVE[kind]) or (isinstance(value, bool) and kind != "bool"):
            yield f"{path}: {value!r} is not of type {kind}"
    elif kind != "object":
        model = _load(kind)
        if issubclass(model, Enum):
            known = [member.value for member in model]
            if value not in known:
                yield f"{path}: unknown value {value!r}, not one of {', '.join(map(str, known))}"
        else:
            yield from _object(value, model, path)


def _each(value: Any, container: type, path: str, kind: str) -> Iterator[str]:
    if not isinstance(value, container):
        yield f"{path}: {value!r} is not a {container.__name__}"
        return
    entries: Any = value
    pairs = entries.items() if container is dict else enumerate(entries)
    for key, entry in pairs:
        yield from faults(entry, kind, _below(path, key) if container is dict else f"{path}[{key}]")


def _object(value: Any, model: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is not an object"
        return
    if hasattr(model, "get_real_child_model"):
        discriminator = model.json_discriminator_key
        real = model.discriminator_value_class_map.get(str(value.get(discriminator)))
        if real is None:
            yield f"{_below(path, discriminator)}: unknown {model.__name__} {value.get(discriminator)!r}"
            return
        model = _load(real)
    kinds = {model.attribute_map.get(name, name): kind for name, kind in model.deserialized_types.items()}
    for key, entry in value.items():
        if key not in kinds:
            yield f"{_below(path, key)}: unknown property of {model.__name__}"
        elif entry is not None:
            yield from faults(entry, kinds[key], _below(path, key))
    for key in _REQUIRED.get(f"{model.__module__}.{model.__name__}", ()):
        if value.get(key) is None:
            yield f"{_below(path, key)}: missing"


def _below(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


@cache
def _load(name: str) -> Any:
    module, _, member = name.rpartition(".")
    return getattr(importlib.import_module(module), member)
