"""One locale's voice: a line by its name, and how long it takes to say.

Lines are plain text. A line may hold `{NAME}` places, which are filled when it is said; `{EMERGENCY}`, `{NURSE}`, `{POISON}` and
`{CRISIS}` are filled from the region. Any digits that come out are a telephone number (all other numbers are words), so renderers
say them one by one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from skill.core.vocabulary import Sign, Voice

_PLACE = re.compile(r"\{([A-Z_]+)\}")
_WORD = re.compile(r"[\w']+")
SENTENCE_END = re.compile(r"[.?!:](?=\s)")


@dataclass(frozen=True)
class VoiceStyle:
    """A voice in SSML's terms, and the factor by which it takes longer than the language's measured lengths."""

    rate: str
    volume: str
    whispered: bool
    longer: float


@dataclass(frozen=True)
class SpeechTiming:
    """Seconds for a letter, a digit, a sentence's end inside a line and a comma; `slack` is how far a real voice may be off."""

    letter: float
    digit: float
    sentence: float
    comma: float
    slack: float

    @lru_cache(maxsize=4096)  # noqa: B019  # one for each language, and none is ever let go
    def of(self, text: str) -> float:
        digits = sum(map(str.isdigit, text))
        letters = len(text) - digits
        return (
            letters * self.letter
            + digits * self.digit
            + len(SENTENCE_END.findall(text)) * self.sentence
            + text.count(",") * self.comma
        )


@dataclass(frozen=True)
class Locale:
    """What one locale says. `region` says whom to call there, as one of the `forms` of its language has it.

    `again` is how each voice repeats what was not caught.
    `phrases` are what a person may choose to open the skill with; none where Alexa cannot offer that.
    `overlays` hold, by locale, the lines that it says in other words than its language does.
    `danger_words` are, by sign, the words that may tell of it inside a question that has no answer.
    """

    locale: str
    lines: Mapping[str, str]
    region: Mapping[str, str]
    forms: Mapping[str, Mapping[str, str]]
    length: SpeechTiming
    voices: Mapping[Voice, VoiceStyle]
    again: Mapping[Voice, VoiceStyle]
    phrases: tuple[str, ...] = ()
    danger_words: Mapping[Sign, tuple[str, ...]] = field(default_factory=dict)
    overlays: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self, line: str, places: Mapping[str, str] | None = None) -> str:
        """The line in words; raises KeyError for a line or a place that is not there (`check` finds both before)."""
        template = self._template(line)
        if "{" not in template:
            return template
        values = {**self.region, **(places or {})}
        return _PLACE.sub(lambda match: values[match.group(1)], template)

    def _template(self, line: str) -> str:
        """A stretch's line may be the same in all positions: `calf.lying.rub` is then found as `calf.rub`."""
        if line in self.lines:
            return self.lines[line]
        first, _, rest = line.partition(".")
        return self.lines[f"{first}.{rest.rpartition('.')[2]}"]

    def sign_in(self, question: str) -> Sign | None:
        """Return the first sign of which words of this question may tell."""
        words = _WORD.findall(question.lower().replace("’", "'"))
        said = f" {' '.join(words)} "
        return next(
            (sign for sign, told in self.danger_words.items() if any(f" {word} " in said for word in told)), None
        )

    def names_help(self, line: str) -> bool:
        """Whether the line says whom to call."""
        return not places_of(self._template(line)).isdisjoint(self.region)

    def has(self, line: str) -> bool:
        """Whether `text` finds the line."""
        try:
            self._template(line)
        except KeyError:
            return False
        return True

    def manner(self, voice: Voice, again: bool = False) -> VoiceStyle:
        """How a voice sounds, or how it repeats what was not caught: louder and slower."""
        return (self.again if again else self.voices)[voice]

    def seconds(self, text: str, voice: Voice = Voice.SOFT, again: bool = False) -> float:
        """How long this voice takes over the text, estimated; `Length.slack` bounds the error."""
        return self.length.of(text) * self.manner(voice, again).longer

    def longest(self, text: str) -> float:
        """How long the slowest of all voices takes over the text."""
        return self.length.of(text) * max(manner.longer for manner in (*self.voices.values(), *self.again.values()))

    def time_of_day(self, time: str) -> str:
        """A time as "HH:MM" in words."""
        hour, minute = (int(part) for part in time.split(":"))
        if not minute:
            return self.text(f"times.whole.{hour}")
        spoken = self.number(minute)
        if minute < 10:
            spoken = self.text("times.under_ten", {"NUMBER": spoken})
        return self.text(f"times.past.{hour}", {"MINUTES": spoken})

    def number(self, value: int) -> str:
        """A number from 0 to 59 in words."""
        return self.lines[f"numbers.{value}"]

    def duration(self, seconds: float) -> str:
        """A length of time in words, to the second; from 1 second up to an hour."""
        minutes, rest = divmod(max(1, round(seconds)), 60)
        parts = []
        if minutes:
            parts.append(
                self.text("numbers.one_minute" if minutes == 1 else "numbers.minutes", {"NUMBER": self.number(minutes)})
            )
        if rest:
            parts.append(
                self.text("numbers.one_second" if rest == 1 else "numbers.seconds", {"NUMBER": self.number(rest)})
            )
        if len(parts) == 2:
            return self.text("numbers.both", {"MINUTES": parts[0], "SECONDS": parts[1]})
        return parts[0]


def in_region(
    forms: Mapping[str, Mapping[str, str]], country: str, regions: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return how a country is told whom to call: its own form, else that of a number which is known or is not."""
    numbers, said = regions.get(country, {}), {}
    for key, form in forms.items():
        usual = form["known" if key in numbers else "unknown"]
        said[key] = form.get(country, usual).replace("{NUMBER}", numbers.get(key, ""))
    return said


def in_locale(words: Locale, locale: str, regions: Mapping[str, Mapping[str, str]]) -> Locale:
    """Return a language's words as one of its locales says them: with its own lines and its country's numbers."""
    country = locale.partition("-")[2]
    lines = {**words.lines, **words.overlays.get(locale, {})}
    return replace(words, locale=locale, lines=lines, region=in_region(words.forms, country, regions))


def places_of(template: str) -> frozenset[str]:
    """The names of the places that a line leaves open."""
    return frozenset(_PLACE.findall(template))
