"""Carry a verified request through flask-ask-sdk's SkillAdapter to the skill's one handler.

The adapter's own path deserialises into the SDK's classes, and an unknown request type or enum fails there,
before any handler; Lambda's handler answers those in speech. So the adapter is given a CustomSkill whose
deserialiser hands over the envelope that was checked and whose `invoke` is that handler: one path, whatever
brought the request.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

from ask_sdk_core.skill import CustomSkill, SkillConfiguration
from flask import Flask, g

Envelope = dict[str, Any]
Handler = Callable[[Envelope, object], Envelope | None]

#: What Alexa is told when nothing may be said (a session that has ended, for one): an empty response.
SILENCE: Envelope = {"version": "1.0", "response": {}}


def _replace_certvalidator() -> None:
    """Let flask-ask-sdk be imported: its verifier needs certvalidator, which fails to import (its oscrypto
    cannot read the version of OpenSSL 3.0.10 and later). That verifier is off: nothing calls this replacement.
    """
    errors = types.ModuleType("certvalidator.errors")
    errors.ValidationError = errors.PathError = type("NeverRaised", (Exception,), {})  # type: ignore[attr-defined]
    package = types.ModuleType("certvalidator")
    package.CertificateValidator = None  # type: ignore[attr-defined]
    sys.modules.setdefault("certvalidator", package)
    sys.modules.setdefault("certvalidator.errors", errors)


class _HandlerSkill(CustomSkill):
    """Looks like a skill to the adapter, and hands every request to `handler`."""

    def __init__(self, handler: Handler) -> None:
        super().__init__(SkillConfiguration(request_mappers=[], handler_adapters=[]))
        self._handler = handler
        self.serializer = self  # type: ignore[assignment]  # the adapter asks it for the two methods below

    def deserialize(self, payload: str, obj_type: type) -> Envelope:
        """Return the envelope that was checked, instead of reading the payload again."""
        envelope: Envelope = g.envelope
        return envelope

    def invoke(self, request_envelope: Envelope, context: object) -> Envelope:  # type: ignore[override]
        """Return the handler's response, or an empty one where nothing may be said."""
        answer = self._handler(request_envelope, context)
        return SILENCE if answer is None else answer

    def serialize(self, obj: Envelope) -> Envelope:
        """Return the response as it is: it is written out already."""
        return obj


def mount(app: Flask, handler: Handler, *, route: str, endpoint: str) -> None:
    """Register the adapter for POST on `route`; the caller sets `g.envelope` before the view runs."""
    _replace_certvalidator()
    from flask_ask_sdk.skill_adapter import (
        VERIFY_SIGNATURE_APP_CONFIG,
        VERIFY_TIMESTAMP_APP_CONFIG,
        SkillAdapter,
    )

    app.config[VERIFY_SIGNATURE_APP_CONFIG] = False
    app.config[VERIFY_TIMESTAMP_APP_CONFIG] = False
    adapter = SkillAdapter(skill=_HandlerSkill(handler), skill_id=endpoint, app=app)
    adapter.register(app=app, route=route, endpoint=endpoint)
