"""Timed audio as APL for Audio: each cue is pinned to its own second, so the speed of the voice cannot move it."""

from typing import Any

from skill.alexa.render import ssml
from skill.core.locale import Locale, VoiceStyle
from skill.core.timeline import TimedCue, Timeline

TYPE = "Alexa.Presentation.APLA.RenderDocument"


def document(timeline: Timeline, words: Locale, manner: VoiceStyle) -> dict[str, Any]:
    """A Mixer of one Sequencer for each cue: silence up to the cue's onset (in milliseconds), then the cue."""
    return {
        "type": "APLA",
        "version": "0.91",
        "mainTemplate": {
            "parameters": ["payload"],
            "items": [
                {
                    "type": "Mixer",
                    "items": [
                        {"type": "Sequencer", "items": [*_silence(beat.at), _speech(beat, words, manner)]}
                        for beat in timeline.beats
                    ],
                }
            ],
        },
    }


def directive(timeline: Timeline, words: Locale, manner: VoiceStyle, token: str) -> dict[str, Any]:
    return {"type": TYPE, "token": token, "document": document(timeline, words, manner), "datasources": {}}


def _silence(seconds: float) -> list[dict[str, Any]]:
    milliseconds = round(seconds * 1000)
    return [{"type": "Silence", "duration": milliseconds}] if milliseconds else []


def _speech(beat: TimedCue, words: Locale, manner: VoiceStyle) -> dict[str, Any]:
    # The id of a cue that opens a hold tells a tool how long the hold is; a device makes nothing of it.
    named = {"id": f"hold-{beat.lasts:g}"} if beat.lasts else {}
    return {"type": "Speech", **named, "contentType": "SSML", "content": ssml.cue(words.text(beat.line), manner)}
