"""Loads all that the first request needs, before there is one: answers one that nobody made."""

import importlib
import logging
import os
from collections.abc import Callable
from typing import Any

from skill import settings

log = logging.getLogger(__name__)

#: What Alexa sends for "my calf is cramping" to a device with a screen, as far as it brings in what such requests need.
EXAMPLE: dict[str, Any] = {
    "version": "1.0",
    "session": {"new": True, "sessionId": "", "attributes": {}, "application": {}, "user": {}},
    "context": {
        "System": {
            "application": {},
            "user": {},
            "device": {
                "supportedInterfaces": {
                    "AudioPlayer": {},
                    "Alexa.Presentation.APL": {"runtime": {"maxVersion": "1.4"}},
                }
            },
        },
    },
    "request": {
        "type": "IntentRequest",
        "requestId": "",
        "timestamp": "2026-01-01T03:00:00Z",
        "locale": "en-US",
        "intent": {
            "name": "RelieveIntent",
            "confirmationStatus": "NONE",
            "slots": {
                "Site": {
                    "name": "Site",
                    "value": "calf",
                    "confirmationStatus": "NONE",
                    "resolutions": {
                        "resolutionsPerAuthority": [
                            {
                                "authority": "",
                                "status": {"code": "ER_SUCCESS_MATCH"},
                                "values": [{"value": {"name": "calf", "id": "calf"}}],
                            }
                        ]
                    },
                }
            },
        },
    },
}


#: Ways of setting up that happen long before a request, so that also the half second of the table's client costs nobody anything.
AHEAD = ("snap-start", "provisioned-concurrency")


def get_ready(invoke: Callable[[dict[str, Any], object], object]) -> None:
    """Raises nothing: what fails here fails for the first request too, which is answered as well as can be, or says more."""
    try:
        invoke(EXAMPLE, None)
        if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") in AHEAD and settings.preferences_table():
            importlib.import_module("skill.alexa.store.dynamodb")
    except Exception as error:
        log.error("not ready: %s", type(error).__name__)
