"""Finds the slot values of an interaction model among the words of an utterance.

A value is found by any of its synonyms, word for word, or with a little between ("the back of my *left* leg") or a
filler left out ("back of leg"). What a filler is, the model's own samples say: `weight` is a word's worth, from 0 for
one that every intent uses to 1 for one that few do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from skill.simulator.nlu.normalizer import Words

FILLER = 0.45  #: a word that weighs less may stand inside a value
SPARED = 0.25  #: a word that weighs less may be missing from it
MOST_BETWEEN = 4  #: words that may stand between two words of a value
BETWEEN_COST = 0.12


@dataclass(frozen=True)
class Value:
    """One canonical value of a slot type; `rank` is its place in the model, the weightiest first."""

    type: str
    id: str
    name: str
    rank: int


@dataclass(frozen=True)
class Span:
    """A value found at these places of the utterance; `worth` grows with what it explains."""

    value: Value
    places: tuple[int, ...]
    worth: float


class Gazetteer:
    """All synonyms of all types, indexed by their weightiest word."""

    def __init__(
        self, synonyms: Iterable[tuple[Words, Value]], weight: Callable[[str], float], turning: frozenset[str]
    ) -> None:
        self._weight = weight
        self._turning = turning
        self._by_anchor: dict[str, list[tuple[Words, int, Value]]] = defaultdict(list)
        self._single: set[tuple[str, str]] = set()
        for words, value in synonyms:
            anchor = max(range(len(words)), key=lambda i: (weight(words[i]), len(words[i]), -i))
            self._by_anchor[words[anchor]].append((words, anchor, value))
            if len(words) == 1:
                self._single.add((value.type, words[0]))

    def spans(self, words: Sequence[str]) -> list[Span]:
        """Every value that can be read out of the words, the worthiest first; they may overlap."""
        best: dict[tuple[Value, tuple[int, ...]], Span] = {}
        for place, word in enumerate(words):
            for synonym, anchor, value in self._by_anchor.get(word, ()):
                found = self._read(words, place, synonym, anchor, value)
                if found:
                    known = best.get((value, found.places))
                    if known is None or found.worth > known.worth:
                        best[value, found.places] = found
        return sorted(best.values(), key=lambda s: (-s.worth, -len(s.places), s.value.rank, s.places))

    def _read(self, words: Sequence[str], place: int, synonym: Words, anchor: int, value: Value) -> Span | None:
        """The synonym read outwards from its anchor, or None where something that matters is missing."""
        places = {anchor: place}
        between = 0
        missing = 0.0
        spare = 0 if self._turning.intersection(synonym) else len(synonym) // 3
        heavy = 1 if len(synonym) > 2 else 0
        for step, order in ((1, range(anchor + 1, len(synonym))), (-1, range(anchor - 1, -1, -1))):
            at = place
            for i in order:
                reach, burden = self._reach(words, at, step, synonym[i], value.type)
                if reach is not None and burden <= heavy:
                    between += abs(reach - at) - 1 + burden
                    heavy -= burden
                    at = places[i] = reach
                elif spare and i and self._weight(synonym[i]) < SPARED:
                    spare -= 1
                    missing += 0.2 + self._weight(synonym[i]) / 2
                else:
                    return None
        worth = sum(max(self._weight(words[p]), 0.15) for p in places.values())
        return Span(value, tuple(sorted(places.values())), worth - missing - BETWEEN_COST * between)

    def _reach(self, words: Sequence[str], start: int, step: int, wanted: str, kind: str) -> tuple[int | None, int]:
        """Where the wanted word stands beyond `start`, and how many words between them are no mere fillers."""
        burden = 0
        for distance in range(1, MOST_BETWEEN + 2):
            at = start + step * distance
            if not 0 <= at < len(words):
                break
            if words[at] == wanted:
                return at, burden
            filler = self._weight(words[at]) < FILLER or words[at] in self._turning
            burden += not filler and not any(
                (other, words[at]) in self._single for other in ("Site", "Side") if other != kind
            )
        return None, burden
