"""Clock times as English speakers say them: the stand-in's AMAZON.TIME, and numbers as words.

Alexa hears words ("half past nine") and hands over a value ("09:30"); an hour without "am" or "pm" stays as it
was said, because which half of the day is meant is the skill's to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

_NAMED = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}
_FRACTIONS = {"quarter": 15, "half": 30}
_MORNING = ("am", "a m", "in the morning")
_EVENING = ("pm", "p m", "in the evening", "in the afternoon", "at night", "tonight", "this evening")


@dataclass(frozen=True)
class Clock:
    """A time found in a row of words: `start` to `end` (exclusive) are its words, `value` is "HH:MM"."""

    start: int
    end: int
    value: str


def spell(number: int) -> str:
    """0 to 99 as it is said, "twenty one"; any other number as its digits."""
    if not 0 <= number < 100:
        return str(number)
    if number < 20:
        return _UNITS[number]
    tens, units = divmod(number, 10)
    return _TENS[tens] + (f" {_UNITS[units]}" if units else "")


def find_clock(words: Sequence[str]) -> Clock | None:
    """The longest clock time among the words, the first of equals; None where none is said."""
    said = list(words)
    found = (clock for start in range(len(said)) if (clock := _clock_at(said, start)))
    return max(found, key=lambda clock: (clock.end - clock.start, -clock.start), default=None)


def _clock_at(words: list[str], start: int) -> Clock | None:
    """A time that begins at this word."""
    if words[start] in _NAMED:
        hour, minute = _NAMED[words[start]]
        return Clock(start, start + 1, f"{hour:02}:{minute:02}")
    read = _relative(words, start) or _plain(words, start)
    if read is None:
        return None
    hour, minute, end = read
    rest = " ".join(words[end : end + 3])
    for phrases, later in ((_MORNING, False), (_EVENING, True)):
        for phrase in phrases:
            if rest == phrase or rest.startswith(phrase + " "):
                end += len(phrase.split())
                hour = hour % 12 + (12 if later else 0) if hour <= 12 else hour
                return Clock(start, end, f"{hour:02}:{minute:02}")
    return Clock(start, end, f"{hour:02}:{minute:02}")


def _relative(words: list[str], start: int) -> tuple[int, int, int] | None:
    """ "half past nine", "quarter to ten", "ten past eight", "half nine" (half past, as the British say it)."""
    if words[start] in _FRACTIONS:
        minutes, at = _FRACTIONS[words[start]], start + 1
    else:
        number = _number(words, start, 59)
        if number is None:
            return None
        minutes, at = number
        if words[at : at + 1] == ["minutes"]:
            at += 1
    link = words[at] if at < len(words) else ""
    if link in ("past", "after", "to", "till", "before"):
        hour = _number(words, at + 1, 12)
    elif words[start] == "half":
        link, hour = "past", _number(words, at, 12)
    else:
        return None
    if hour is None:
        return None
    if link in ("past", "after"):
        return hour[0], minutes, hour[1]
    return (hour[0] - 1) or 12, 60 - minutes, hour[1]


def _plain(words: list[str], start: int) -> tuple[int, int, int] | None:
    """ "ten", "ten o'clock", "nine thirty", "ten oh five", "twenty one thirty"."""
    hour = _number(words, start, 23)
    if hour is None:
        return None
    value, end = hour
    if words[end : end + 2] == ["o", "clock"]:
        return value, 0, end + 2
    if words[end : end + 1] == ["oclock"]:
        return value, 0, end + 1
    if end < len(words) and words[end] in ("oh", "o", "zero"):
        small = _number(words, end + 1, 9)
        return (value, *small) if small else (value, 0, end)
    minute = _number(words, end, 59)
    if minute is not None and minute[0] >= 10:
        return (value, *minute)
    return value, 0, end


def _number(words: Sequence[str], start: int, most: int) -> tuple[int, int] | None:
    """The greatest number of at most `most` that is said from here on, and where it ends."""
    for length in (2, 1):
        said = " ".join(words[start : start + length])
        for number in range(most, -1, -1):
            if said == spell(number) and len(said.split()) == length:
                return number, start + length
    return None
