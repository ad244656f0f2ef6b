"""Preferences to and from a stored row: voice, pace, hold, ids of notices and reminders, and nothing else."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from skill.core.preferences import NOTICES, Preferences, is_reminder
from skill.core.timeline import LONGEST_HOLD, SHORTEST_HOLD
from skill.core.vocabulary import Voice

LASTS = 400 * 24 * 3600  #: seconds that a row is kept after it was last written: a year and a month

MANY = 20  #: newest entries of a list that are taken; they travel in the session's attributes

#: From the row to the changed row; None where it may stay as it is.
Edit = Callable[[object], dict[str, object] | None]


def attributes(preferences: Preferences) -> dict[str, object]:
    """Return the row of some preferences: only what is not the default."""
    kept = {
        "voice": preferences.voice.value if preferences.voice else None,
        "slower": preferences.slower,
        "hold": preferences.hold,
        "notices": list(preferences.notices),
        "reminders": list(preferences.reminders),
    }
    return {name: value for name, value in kept.items() if value}


def preferences(kept: object) -> Preferences:
    """Return the preferences of a row, without values that make no sense: another version, or a person, may have written it."""
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
    """Return `kept` with what changed from `read` to `now`, so that two devices of one person undo nothing of each other's."""
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
    """Return a hold, in seconds, if it is within the bounds that a person can ask for."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    return float(value) if SHORTEST_HOLD <= value <= LONGEST_HOLD else None


def _names(value: object, fits: Callable[[object], bool]) -> tuple[str, ...]:
    found = value if isinstance(value, (list, tuple)) else ()
    sound = dict.fromkeys(name for name in found if isinstance(name, str) and fits(name))
    return tuple(sound)[-MANY:]
