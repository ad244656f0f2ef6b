"""Find the slot values of an interaction model among the words of an utterance.

A value is found word for word, but for light words ("my", "the"), which may be missing or stand inside, and for a one-word value of
another slot inside ("the back of my *left* leg").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from skill.simulator.nlu.normalizer import Words


@dataclass(frozen=True)
class Value:
    """One canonical value of a slot type; `rank` is its place in the model."""

    type: str
    id: str
    name: str
    rank: int


@dataclass(frozen=True)
class Span:
    """A value that was found, and the places of its words in the utterance."""

    value: Value
    places: tuple[int, ...]


class _Names:
    """The names of one type, and the sizes of those that begin with a word."""

    def __init__(self) -> None:
        self.values: dict[Words, Value] = {}
        self._sizes: dict[str, set[int]] = {}

    def add(self, words: Words, value: Value) -> None:
        """Add a name; the first value that has it keeps it."""
        self.values.setdefault(words, value)
        self._sizes.setdefault(words[0], set()).add(len(words))

    def at(self, words: Words, start: int) -> Iterator[tuple[int, Value]]:
        """Yield (number of words, value) for each name that begins at this word."""
        for size in self._sizes.get(words[start], ()):
            if start + size <= len(words) and (value := self.values.get(words[start : start + size])):
                yield size, value


_NONE = _Names()


class SlotMatcher:
    """All names of all values; where a type has a name twice, the first value has it."""

    def __init__(self, names: Iterable[tuple[Words, Value]], light: Collection[str]) -> None:
        self._light = frozenset(light)
        self._exact: dict[str, _Names] = {}
        self._short: dict[str, _Names] = {}
        for words, value in names:
            self._exact.setdefault(value.type, _Names()).add(words, value)
            self._short.setdefault(value.type, _Names()).add(self._without_light(words), value)

    def starting_at(self, kind: str, words: Words, start: int) -> Iterator[tuple[int, Value]]:
        """Yield (end, value) for each name of a type that stands there word for word."""
        names = self._exact.get(kind, _NONE)
        yield from ((start + size, value) for size, value in names.at(words, start))

    def spans(self, words: Sequence[str], kinds: Collection[str]) -> list[Span]:
        """Return the values of these types, the longest first; they may overlap."""
        every = [place for place, word in enumerate(words) if word not in self._light]
        found: dict[Span, None] = {}
        for kind in kinds:
            others = [self._short[other] for other in kinds if other != kind and other in self._short]
            left = [place for place in every if not any((words[place],) in names.values for names in others)]
            for places in (every, left) if len(left) < len(every) else (every,):
                found |= dict.fromkeys(self._among(words, places, self._short.get(kind, _NONE)))
        return sorted(found, key=lambda span: (-len(span.places), span.value.rank, span.places))

    def explains(self, words: Sequence[str], spans: Iterable[Span]) -> bool:
        """Whether the values are all that is said, but for light words."""
        places = {place for span in spans for place in span.places}
        return all(place in places or word in self._light for place, word in enumerate(words))

    def _among(self, words: Sequence[str], places: list[int], names: _Names) -> Iterator[Span]:
        left = tuple(words[place] for place in places)
        for start in range(len(left)):
            for size, value in names.at(left, start):
                yield Span(value, tuple(places[start : start + size]))

    def _without_light(self, words: Words) -> Words:
        return tuple(word for word in words if word not in self._light) or words
