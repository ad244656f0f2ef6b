"""Preferences as they are kept: how the skill speaks, notices and reminders by their ids, and nothing else of anybody."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from skill.core.preferences import NOTICES, Preferences, is_reminder
from skill.core.timeline import LONGEST_HOLD, SHORTEST_HOLD
from skill.core.vocabulary import Voice

LASTS = 400 * 24 * 3600  #: how long a row is kept after it was last written, in seconds: a year and a month

MANY = 20  #: entries of a list that are taken, the newest; they travel in the session's attributes

#: From the row to the changed row; None where it may stay as it is.
Edit = Callable[[object], dict[str, object] | None]


def attributes(preferences: Preferences) -> dict[str, object]:
    """What is kept: only what is not as usual."""
    kept = {
        "voice": preferences.voice.value if preferences.voice else None,
        "slower": preferences.slower,
        "hold": preferences.hold,
        "notices": list(preferences.notices),
        "reminders": list(preferences.reminders),
    }
    return {name: value for name, value in kept.items() if value}


def preferences(kept: object) -> Preferences:
    """What is sound of a row. Another version, or a hand, may have written it: what makes no sense counts as not there."""
    row: dict[Any, Any] = kept if isinstance(kept, dict) else {}
    voice = row.get("voice")
    return Preferences(
        voice=Voice(voice) if isinstance(voice, str) and voice in set(Voice) else None,
        slower=row.get("slower") is True,
        hold=_hold(row.get("hold")),
        notices=_names(row.get("notices"), NOTICES.__contains__),
        reminders=_names(row.get("reminders"), is_reminder),
    )


def merged(kept: Preferences, read: Preferences, now: Preferences) -> Preferences:
    """`kept` with what changed from `read` to `now`, so that two devices of one person undo nothing of each other's."""
    return Preferences(
        voice=now.voice if now.voice != read.voice else kept.voice,
        slower=now.slower if now.slower != read.slower else kept.slower,
        hold=now.hold if now.hold != read.hold else kept.hold,
        notices=_merged(kept.notices, read.notices, now.notices),
        reminders=_merged(kept.reminders, read.reminders, now.reminders),
    )


def _merged(kept: tuple[str, ...], read: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    still = tuple(name for name in kept if name in now or name not in read)
    return still + tuple(name for name in now if name not in read and name not in still)


def _hold(value: object) -> float | None:
    """A hold within the bounds that a person can ask for, in seconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    return float(value) if SHORTEST_HOLD <= value <= LONGEST_HOLD else None


def _names(value: object, fits: Callable[[object], bool]) -> tuple[str, ...]:
    found = value if isinstance(value, (list, tuple)) else ()
    sound = dict.fromkeys(name for name in found if isinstance(name, str) and fits(name))
    return tuple(sound)[-MANY:]
