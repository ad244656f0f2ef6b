"""The seam to flask-ask-sdk: its SkillAdapter carries a verified request to the skill's one handler.

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


def _stand_in_for_certvalidator() -> None:
    """Lets flask-ask-sdk be imported: its verifier needs certvalidator, which fails to import (its oscrypto
    cannot read the version of OpenSSL 3.0.10 and later). That verifier is off: nothing calls what is here.
    """
    errors = types.ModuleType("certvalidator.errors")
    errors.ValidationError = errors.PathError = type("NeverRaised", (Exception,), {})  # type: ignore[attr-defined]
    package = types.ModuleType("certvalidator")
    package.CertificateValidator = None  # type: ignore[attr-defined]
    sys.modules.setdefault("certvalidator", package)
    sys.modules.setdefault("certvalidator.errors", errors)


class _Passage(CustomSkill):
    """A skill, to the adapter; to the request, the way to `handler`."""

    def __init__(self, handler: Handler) -> None:
        super().__init__(SkillConfiguration(request_mappers=[], handler_adapters=[]))
        self._handler = handler
        self.serializer = self  # type: ignore[assignment]  # the adapter asks it for the two methods below

    def deserialize(self, payload: str, obj_type: type) -> Envelope:
        """The envelope that was checked, not a second reading of the payload."""
        envelope: Envelope = g.envelope
        return envelope

    def invoke(self, request_envelope: Envelope, context: object) -> Envelope:  # type: ignore[override]
        answer = self._handler(request_envelope, context)
        return SILENCE if answer is None else answer

    def serialize(self, obj: Envelope) -> Envelope:
        return obj


def mount(app: Flask, handler: Handler, *, route: str, endpoint: str) -> None:
    """Registers the adapter for POST on `route`; the caller sets `g.envelope` before the view runs."""
    _stand_in_for_certvalidator()
    from flask_ask_sdk.skill_adapter import (
        VERIFY_SIGNATURE_APP_CONFIG,
        VERIFY_TIMESTAMP_APP_CONFIG,
        SkillAdapter,
    )

    app.config[VERIFY_SIGNATURE_APP_CONFIG] = False
    app.config[VERIFY_TIMESTAMP_APP_CONFIG] = False
    adapter = SkillAdapter(skill=_Passage(handler), skill_id=endpoint, app=app)
    adapter.register(app=app, route=route, endpoint=endpoint)
