"""The floor: a handler that does nothing but answer."""

from __future__ import annotations


def handler(event: dict[str, object], context: object) -> dict[str, object]:
    speech = {"type": "SSML", "ssml": "<speak>Hello</speak>"}
    return {"version": "1.0", "response": {"outputSpeech": speech, "shouldEndSession": True}}
