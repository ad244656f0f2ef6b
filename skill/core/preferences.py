"""What lasts from one session to the next: how the skill speaks, never what somebody had."""

import re
from dataclasses import dataclass

from skill.core.vocabulary import Voice

#: What is said or offered only once: the notice that this is no medical advice, a reminder, a phrase of one's own.
NOTICE, REMINDER_OFFER, PHRASE_OFFER = NOTICES = ("notice", "reminder_offer", "phrase_offer")

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_REMINDER = re.compile(r"[!-~]{1,256}")


@dataclass(frozen=True)
class Preferences:
    """`None` and nothing: as usual. `hold` in seconds; `notices` by name, once heard; `reminders` by Amazon's ids."""

    voice: Voice | None = None
    slower: bool = False
    hold: float | None = None
    notices: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()


def is_time(value: object) -> bool:
    """Whether it is a time of day as "HH:MM"."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def is_reminder(value: object) -> bool:
    """Whether it can be the id of a reminder."""
    return isinstance(value, str) and _REMINDER.fullmatch(value) is not None
