"""Another skill's requests are refused, of every kind there is: on Lambda too, where nothing is signed."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_handler import handler
from skill.alexa.app import NotForUs

OURS, THEIRS = "amzn1.ask.skill.ours", "amzn1.ask.skill.theirs"
KINDS: dict[str, dict[str, Any]] = {
    "LaunchRequest": {},
    "IntentRequest": {"intent": {"name": "ForgetIntent", "confirmationStatus": "NONE"}},
    "SessionEndedRequest": {"reason": "USER_INITIATED"},
    "AlexaSkillEvent.SkillDisabled": {"eventCreationTime": "2026-01-15T03:00:00Z"},
    "AlexaSkillEvent.SkillEnabled": {"eventCreationTime": "2026-01-15T03:00:00Z"},
    "Connections.Response": {
        "name": "AskFor",
        "status": {"code": "200"},
        "payload": {"status": "ACCEPTED"},
        "token": "",
    },
    "Alexa.Presentation.APL.UserEvent": {"arguments": ["pause"], "token": "reply"},
    "Alexa.Presentation.APLA.RuntimeError": {"token": "reply", "errors": []},
    "System.ExceptionEncountered": {"error": {"type": "INVALID_RESPONSE"}, "cause": {"requestId": "r"}},
}


def _event(kind: str, skill: str | None, session: bool) -> dict[str, Any]:
    identity: dict[str, Any] = {"user": {"userId": "u"}}
    if skill is not None:
        identity["application"] = {"applicationId": skill}
    head = {"type": kind, "requestId": "r", "timestamp": "2026-01-15T03:00:00Z", "locale": "en-GB"}
    event: dict[str, Any] = {
        "version": "1.0",
        "context": {"System": {**identity, "device": {"deviceId": "d", "supportedInterfaces": {}}}},
        "request": {**head, **KINDS[kind]},
    }
    if session:
        event["session"] = {"new": True, "sessionId": "s", "attributes": {}, **identity}
    return event


@pytest.mark.parametrize("session", [True, False], ids=["in a session", "outside"])
@pytest.mark.parametrize("skill", [THEIRS, "", None, OURS.upper()])
@pytest.mark.parametrize("kind", KINDS)
def test_is_refused(kind: str, skill: str | None, session: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILL_ID", OURS)
    with pytest.raises(NotForUs):
        handler(_event(kind, skill, session), None)
    assert "response" in handler(_event(kind, OURS, session), None)
