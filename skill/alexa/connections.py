"""What Alexa does for the skill, as directives: it asks for permission, and offers a phrase of one's own.

The shapes are those of Amazon's "voice permissions for reminders" and "pre-built routines". While it speaks, the session waits; a
request of its own brings the answer and the token back, with or without the session's attributes.
"""

from typing import Any

REMINDERS = "alexa::alerts:reminders:skill:readwrite"
#: the custom task that a routine runs, as the skill package declares it
TASK, TASK_VERSION = "Relief", "1"


def consent(time: str) -> dict[str, Any]:
    """Alexa asks whether this skill may set reminders; the time of day ("HH:MM") comes back with the answer."""
    return {
        "type": "Connections.SendRequest",
        "name": "AskFor",
        "payload": {
            "@type": "AskForPermissionsConsentRequest",
            "@version": "2",
            "permissionScopes": [{"permissionScope": REMINDERS, "consentLevel": "ACCOUNT"}],
        },
        "token": time,
    }


def phrase(phrases: tuple[str, ...], locale: str, skill_id: str, prompt: str) -> dict[str, Any]:
    """Alexa offers a routine that opens the skill at the first of these phrases that is free; `prompt` completes its question."""
    trigger = {
        "type": "Alexa.Automation.Trigger.Voice.CustomUtterance",
        "version": "1.0",
        "payload": {"utterances": list(phrases), "locale": locale},
    }
    uri = f"connection://{skill_id}.{TASK}/{TASK_VERSION}?provider={skill_id}"
    operation = {
        "type": "Alexa.Automation.Operation.Skill.StartConnection",
        "version": "1.0",
        "operationId": "relief",
        "payload": {"connectionRequest": {"uri": uri, "input": {}}},
    }
    return {
        "type": "Connections.StartConnection",
        "uri": "connection://AMAZON.OfferAutomation/1",
        "onCompletion": "RESUME_SESSION",
        "token": "phrase",
        "input": {
            "automation": {"trigger": trigger, "operations": {"serial": [{"operation": operation}]}},
            "renderingData": {"operations": {"relief": {"descriptionPrompt": prompt}}},
        },
    }
