"""Times of day as they are said: the stand-in's AMAZON.TIME.

Alexa hears words ("half past nine") and hands over a value ("09:30"); an hour without a part of the day stays as it
was said, because which half of the day is meant is the skill's to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from skill.loading.spoken_language import DAY_PART, TIME, Part, Place, Shown, SpokenLanguage
from skill.simulator.nlu.normalizer import Normalizer, Words

#: Words that may be said here, or a place.
_Step = Place | tuple[Words, ...]


@dataclass(frozen=True)
class Clock:
    """A time found in a row of words: `start` to `end` (exclusive) are its words, `value` is "HH:MM"."""

    start: int
    end: int
    value: str


class TimeParser:
    """The times that one language knows how to say."""

    def __init__(self, language: SpokenLanguage, spoken: Normalizer) -> None:
        numbers = {spoken.words(text): number for number, text in enumerate(language.numbers)}
        hours, parts = (
            {spoken.words(text): hour for text, hour in table.items()}
            for table in (language.times.hours, language.times.parts)
        )
        self._known: Mapping[str, Mapping[Words, int]] = {"hour": numbers | hours, "minutes": numbers, "part": parts}
        self._longest = {name: max(map(len, known), default=0) for name, known in self._known.items()}
        self._forms: dict[str, list[tuple[tuple[_Step, ...], Shown]]] = {}  # by a word with which they may begin
        for form, shown in language.times.forms:
            for order in ((TIME,), *language.times.orders):
                if shown.hour is None or order == (TIME,):  # noon is noon in any part of the day
                    steps = tuple(_step(part, spoken) for part in _put_in(form, order))
                    for word in self._firsts(steps):
                        self._forms.setdefault(word, []).append((steps, shown))

    def find(self, words: Sequence[str]) -> Clock | None:
        """The longest time among the words, the first of equals; None where none is said."""
        said = tuple(words)
        found = (
            Clock(start, end, _value(shown, numbers))
            for start, word in enumerate(said)
            for steps, shown in self._forms.get(word, ())
            for end, numbers in self._read(steps, said, start)
        )
        return max(found, key=lambda clock: (clock.end - clock.start, -clock.start), default=None)

    def _read(self, steps: tuple[_Step, ...], words: Words, at: int) -> Iterator[tuple[int, dict[str, int]]]:
        """Where a row of steps ends that begins at this word, and the numbers at its places, for each way to read it."""
        if not steps:
            yield at, {}
            return
        for end, number in self._ways(steps[0], words, at):
            for last, others in self._read(steps[1:], words, end):
                yield last, number | others

    def _ways(self, step: _Step, words: Words, at: int) -> Iterator[tuple[int, dict[str, int]]]:
        if not isinstance(step, Place):
            yield from ((at + len(said), {}) for said in step if words[at : at + len(said)] == said)
            return
        for end in range(min(at + self._longest[step.name], len(words)), at, -1):
            number = self._known[step.name].get(words[at:end])
            if number is not None and step.least <= number <= step.most:
                yield end, {step.name: number}

    def _firsts(self, steps: tuple[_Step, ...]) -> set[str]:
        """The words with which a row of steps may begin."""
        if not steps:
            return set()
        said = self._known[steps[0].name] if isinstance(steps[0], Place) else steps[0]
        firsts = {words[0] for words in said if words}
        return firsts if all(said) else firsts | self._firsts(steps[1:])


def _put_in(form: tuple[Part, ...], order: tuple[Part, ...]) -> Iterator[Part]:
    for part in order:
        yield from form if part == TIME else (part,)


def _step(part: Part, spoken: Normalizer) -> _Step:
    return part if isinstance(part, Place) else tuple(spoken.words(text) for text in part)


def _value(shown: Shown, said: Mapping[str, int]) -> str:
    hour = said["hour"] if shown.hour is None else shown.hour
    if shown.before:
        hour = {0: 23, 1: 12}.get(hour, hour - 1)
    if DAY_PART.name in said and hour <= 12:
        first = said[DAY_PART.name]
        hour = (first + (hour - first) % 12) % 24
    return f"{hour:02}:{shown.minutes + shown.said * said.get('minutes', 0):02}"
