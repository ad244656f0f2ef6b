"""What is running at a second of a performance, and how long it still lasts."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from skill.simulator.playback import Event, Performance

HOLD = re.compile(r"hold-(\d+(?:\.\d+)?)")  # the id of a cue that opens a hold, with the hold's length in seconds


@dataclass(frozen=True)
class Countdown:
    """The cue that was said last, and the whole seconds left in hold and set; None where none runs."""

    cue: str
    hold_left: int | None
    set_left: int | None
    listening: bool


def countdown(performance: Performance, second: float) -> Countdown:
    """The state at a second from the start of the reply, when nobody has answered so far."""
    events = performance.unanswered()
    begun = [event for event in events if event.at <= second]
    if not begun or second >= events[-1].ends:
        return Countdown("", None, None, listening=False)
    if begun[-1].kind == "listening":
        return Countdown("", None, None, listening=True)
    hold = next((left for event in reversed(begun) if (left := _hold_left(event, second)) is not None), None)
    return Countdown(begun[-1].text, hold, _set_left(events, second), listening=False)


def _hold_left(event: Event, second: float) -> int | None:
    named = HOLD.fullmatch(event.name)
    left = event.at + float(named[1]) - second if named else 0.0
    return math.ceil(left) if left > 0 else None


def _set_left(events: tuple[Event, ...], second: float) -> int | None:
    """Seconds to the last cue of the timed audio that runs: the reply's, or later the reprompt's."""
    cues: list[float] = []
    for event in events:
        if event.kind == "cue":
            cues.append(event.at)
        elif event.kind == "listening" and event.at > second:
            break
        elif event.kind == "listening":
            cues.clear()
    return math.ceil(cues[-1] - second) if cues and cues[0] <= second < cues[-1] else None
