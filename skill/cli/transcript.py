"""A performance as lines to read: each cue at its time on the session's clock."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import unescape

from skill.simulator.device import Turn
from skill.simulator.playback import Event

LISTENING = "(listening)"
ASLEEP = "(asleep)"
INDENT = " " * 7  # as wide as a clock time and its gap


def clock(seconds: float) -> str:
    """Return minutes and seconds, the fraction cut off as a clock shows it; a millisecond's rounding is forgiven."""
    minutes, rest = divmod(math.floor(seconds + 0.0005), 60)
    return f"{minutes:02d}:{rest:02d}"


def said(turn: Turn) -> Iterator[str]:
    """Yield what was said to the device, and what a screen shows beside the words that it speaks."""
    yield f"You: {turn.utterance}"
    spoken = " ".join(event.text for event in turn.performance.unanswered())
    beside = dict.fromkeys(unescape(text) for text in turn.performance.screen)
    # What is said ends with a stop; a label may be a word of it all the same. What only the device knows stays out.
    shown = [f"[{text}]" for text in beside if (text not in spoken or text[-1:].isalnum()) and "${" not in text]
    if shown:
        yield INDENT + " ".join(shown)


def heard(turn: Turn, since: float, until: float) -> Iterator[str]:
    """Yield what the device does in a span of the turn; at `until` all is cut off but an opening microphone."""
    for event in turn.performance.unanswered():
        if since <= event.at < until or (event.kind == "listening" and event.at == until):
            yield line(turn, event)


def line(turn: Turn, event: Event) -> str:
    """Return one event with its time, counted from when the device was switched on; a listening microphone has none."""
    return f"{INDENT}{LISTENING}" if event.kind == "listening" else f"{clock(turn.at + event.at)}  {event.text}"
