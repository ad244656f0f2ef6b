"""Recognise text: an utterance to an intent and its slots, by the interaction model alone.

Alexa's understanding cannot be run here; this stands in for it, as a test instrument. What is a sentence of the model, with values
of its slots, is understood as that sentence. Anything else goes to a linear classifier of words, and its slots are searched for
values. Where no intent is likely enough, nothing is understood. Amazon's built-in intents match their samples alone, as on Alexa.

On unseen words this is as good as a plain classifier (`python -m bench.understanding` compares them), and it predicts no device.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import cycle
from typing import Any

from rapidfuzz import fuzz, process

from skill.loading import interaction_model, spoken_language
from skill.loading.interaction_model import Model
from skill.loading.spoken_language import SpokenLanguage
from skill.simulator.nlu.linear_classifier import LinearClassifier
from skill.simulator.nlu.normalizer import Normalizer, Words
from skill.simulator.nlu.slot_matcher import SlotMatcher, Span, Value
from skill.simulator.nlu.time_parser import Clock, TimeParser

FALLBACK = "AMAZON.FallbackIntent"
LAUNCH = "LaunchRequest"
AMAZON = "AMAZON."  #: how the names of built-in intents and types begin
CLOCK = "AMAZON.TIME"
A_TIME = ("ten", "pm")  #: stands for all times where the classifier learns

UNDERSTOOD = 0.5  #: the best score below this is not understood
TYPO = 86  #: how alike, of 100, an unknown word must be to one of the model to be taken for it
SHORT = 4  #: letters that a word must have to be corrected
ANYWHERE = 2  #: words, light ones apart, that a value must have to be heard in any sentence
BEFORE = 2  #: words before a value among which a negator denies it
ENDS = None  #: in a tree of samples: the intents of the sample that ends here

_Tree = dict[Any, Any]


@dataclass(frozen=True)
class Slot:
    """A slot that was said; `id` is None where it resolves to nothing, or where the type is Amazon's own.

    `value` is the canonical name, or what Amazon's type makes of the words ("22:00"): there `said` is the same.
    """

    name: str
    said: str
    id: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class RecognizeResult:
    """What an utterance is taken for; only slots that were said are in `slots`."""

    utterance: str
    intent: str
    slots: dict[str, Slot] = field(default_factory=dict)


@dataclass(frozen=True)
class _Carrier:
    """A sample with one slot: the words before and after it."""

    before: Words
    slot: str
    after: Words

    def fits(self, tokens: Words) -> bool:
        """Whether the words stand around something else."""
        left = len(tokens) - len(self.after)
        return left > len(self.before) and tokens[: len(self.before)] == self.before and tokens[left:] == self.after


def recognizer_for(locale: str) -> Recognizer:
    """Return the recogniser of a locale's language, which takes a moment to learn it; ValueError where there is no model."""
    return _learnt(locale.partition("-")[0])


@cache
def _learnt(language: str) -> Recognizer:
    return Recognizer(interaction_model.of(language), spoken_language.of(language))


class Recognizer:
    """Understands one language; the same words are always understood the same way, and none is kept."""

    def __init__(self, model: Model, language: SpokenLanguage) -> None:
        self.model = model
        self._spoken = spoken = Normalizer(language)
        self._clock = TimeParser(language, spoken)
        self._suffixes = language.suffixes
        self._fillers, light, self._negators, self._corrections = (
            frozenset(word for text in texts for word in spoken.words(text))
            for texts in (language.fillers, language.light_words, language.negators, language.corrections)
        )
        self._gravest_first, self._heard_anywhere = language.gravest_first, language.heard_anywhere
        self._invocation = spoken.words(model.invocation)
        words_of = cache(spoken.words_of_sample)  # the model's own words are few
        samples = [
            (name, tuple(part for word in sample.split() for part in words_of(word)))
            for name, intent in model.intents.items()
            for sample in intent.samples
        ]
        names = [
            (tuple(part for word in name.split() for part in words_of(word)), Value(kind, identity, values[0], rank))
            for kind, ids in model.types.items()
            for rank, (identity, values) in enumerate(ids.items())
            for name in values
        ]
        self._vocabulary = {word for words in (*(w for _, w in samples), *(w for w, _ in names)) for word in words}
        numbers = {word for number in language.numbers for word in spoken.words(number)}
        self._spellings = sorted(word for word in self._vocabulary if word.isalpha() and len(word) >= SHORT)
        self._vocabulary |= numbers
        roots = {word: self._root(word) for word in self._vocabulary}
        samples = [(intent, tuple(roots[word] for word in words)) for intent, words in samples]
        self._needs = dict(_needs(samples, frozenset(language.needed_slots)))
        self._types = {slot: kind for intent in model.intents.values() for slot, kind in intent.slots.items()}
        self._literal: dict[Words, str] = {}
        self._tree: _Tree = {}
        self._carriers = _carriers(samples, language.open_slots)
        for intent, words in samples:
            self._file(intent, words)
        rooted = [(tuple(roots[word] for word in words), value) for words, value in names]
        self._light = frozenset(self._root(word) for word in light)
        self._matcher = SlotMatcher(rooted, set(self._light))
        self._classifier = LinearClassifier(list(_rows(model, samples, rooted, self._types)))

    def recognize(self, utterance: str, *, one_shot: bool = False) -> RecognizeResult:
        """Return the intent and slots of an utterance; `one_shot` first takes off the way in ("tell cramp coach that")."""
        words = self._spoken.without_wake_word(self._spoken.words(utterance))
        if one_shot:
            asked = self._spoken.without_way_in(words, self._invocation)
            if asked is None:
                return RecognizeResult(utterance, LAUNCH)
            words = asked
        words = tuple(map(self._corrected_spelling, words))
        tokens = tuple(map(self._root, words))
        if (found := self._sentence(utterance, words, tokens)) is not None:
            return found
        said = [place for place, word in enumerate(words) if word not in self._fillers]
        if 0 < len(said) < len(words):
            words, tokens = tuple(words[place] for place in said), tuple(tokens[place] for place in said)
            if (found := self._sentence(utterance, words, tokens)) is not None:
                return found
        clock = self._clock.find(words)
        scores = self._classifier.scores(tokens)
        for intent in sorted(scores, key=scores.__getitem__, reverse=True):
            spans = self._spans(intent, tokens)
            likely = scores[intent] >= UNDERSTOOD or (scores[intent] > 0 and self._matcher.explains(tokens, spans))
            if not likely or intent == FALLBACK:
                break
            slots = self._slots(intent, words, tokens, spans, clock)
            if intent not in self._needs or not self._needs[intent].isdisjoint(slots):
                return RecognizeResult(utterance, intent, slots or self._open_slot(intent, words, tokens))
        return self._anywhere(utterance, words, tokens) or RecognizeResult(utterance, FALLBACK)

    def _anywhere(self, utterance: str, words: Words, tokens: Words) -> RecognizeResult | None:
        """Return the intent of a value that is heard wherever it is said; None where there is none, or it is denied."""
        for slot in self._heard_anywhere:
            intent = next((name for name, needed in self._needs.items() if slot in needed), None)
            spans = self._spans(intent, tokens) if intent else []
            told = [
                span
                for span in spans
                if self._types[slot] == span.value.type
                and len(set(span.places) - self._light_places(tokens)) >= ANYWHERE
                and self._negators.isdisjoint(tokens[max(0, span.places[0] - BEFORE) : span.places[0]])
            ]
            if intent and told:
                return RecognizeResult(utterance, intent, self._slots(intent, words, tokens, told, None))
        return None

    def _light_places(self, tokens: Words) -> set[int]:
        return {place for place, token in enumerate(tokens) if token in self._light}

    # --- sentences of the model -----------------------------------------------------------------------------------

    def _sentence(self, utterance: str, words: Words, tokens: Words) -> RecognizeResult | None:
        """Return what a sentence of the model means; None for any other."""
        if tokens in self._literal:
            return RecognizeResult(utterance, self._literal[tokens])
        parsed = min(self._parses(tokens, self._clock.find(words)), key=self._urgency, default=None)
        if parsed is None:
            return None
        intent, said = parsed
        slots = {name: self._slot(name, words, *place) for name, *place in said}
        return RecognizeResult(utterance, intent, {} if intent == FALLBACK else slots)

    def _file(self, intent: str, words: Words) -> None:
        """File a sample; a built-in intent's is matched as a whole alone."""
        if not any(word.startswith("{") for word in words):
            self._literal.setdefault(words, intent)
            return
        node = self._tree
        for word in words:
            node = node.setdefault(word, {})
        node.setdefault(ENDS, []).append(intent)

    def _parses(self, tokens: Words, clock: Clock | None) -> Iterator[tuple[str, tuple[tuple[Any, ...], ...]]]:
        """Yield (intent, slots) for every way in which the whole utterance is a sample with values in its slots."""
        waiting: list[tuple[int, _Tree, tuple[tuple[Any, ...], ...]]] = [(0, self._tree, ())]
        while waiting:
            at, node, said = waiting.pop()
            if at == len(tokens):
                yield from ((intent, said) for intent in node.get(ENDS, ()))
                continue
            if tokens[at] in node:
                waiting.append((at + 1, node[tokens[at]], said))
            for edge, then in node.items():
                if edge is ENDS or not edge.startswith("{"):
                    continue
                name = edge[1:-1]
                kind = self._types[name]
                if kind != CLOCK:
                    for end, value in self._matcher.starting_at(kind, tokens, at):
                        waiting.append((end, then, (*said, (name, at, end, value))))
                elif clock and clock.start == at:
                    waiting.append((clock.end, then, (*said, (name, at, clock.end, clock))))

    def _urgency(self, parsed: tuple[str, tuple[tuple[Any, ...], ...]]) -> tuple[object, ...]:
        """Sort the gravest reading first, by the slots in their order, then the one that tells most."""
        intent, said = parsed
        ranks = {name: value.rank for name, _, _, value in said if name in self._gravest_first}
        first = [ranks.get(name, math.inf) for name in self._gravest_first[:1]]
        return first, -len(said), sorted(ranks.values()), intent

    def _slot(self, name: str, words: Words, start: int, end: int, value: Value | Clock) -> Slot:
        if isinstance(value, Clock):
            return Slot(name, value.value, None, value.value)
        return Slot(name, " ".join(words[start:end]), value.id, value.name)

    # --- anything else --------------------------------------------------------------------------------------------

    def _spans(self, intent: str, tokens: Words) -> list[Span]:
        """Return the values that are said of the intent's slots, the longest first; no word is in two of them."""
        kinds = [kind for kind in self.model.intents[intent].slots.values() if kind != CLOCK]
        taken: set[int] = set()
        kept = []
        for span in self._matcher.spans(tokens, kinds):
            if taken.isdisjoint(span.places):
                taken.update(span.places)
                kept.append(span)
        return kept

    def _slots(
        self, intent: str, words: Words, tokens: Words, spans: list[Span], clock: Clock | None
    ) -> dict[str, Slot]:
        """Fill the intent's slots with values that are said."""
        slots = {kind: name for name, kind in self.model.intents[intent].slots.items()}
        found: dict[str, list[Span]] = defaultdict(list)
        for span in spans:
            found[slots[span.value.type]].append(span)
        said = {}
        for name, several in found.items():
            chosen = self._choose(name, several, tokens)
            said[name] = Slot(name, " ".join(words[p] for p in chosen.places), chosen.value.id, chosen.value.name)
        if CLOCK in slots and clock:
            said[slots[CLOCK]] = Slot(slots[CLOCK], clock.value, None, clock.value)
        return said

    def _open_slot(self, intent: str, words: Words, tokens: Words) -> dict[str, Slot]:
        """Fill a slot with what is said in its place, though it is no value: as on Alexa, it then resolves to nothing."""
        carriers = [one for one in self._carriers.get(intent, ()) if one.fits(tokens)]
        if not carriers:
            return {}
        best = max(carriers, key=lambda one: len(one.before) + len(one.after))
        said = words[len(best.before) : len(words) - len(best.after)]
        return {best.slot: Slot(best.slot, " ".join(said))}

    def _choose(self, name: str, spans: list[Span], tokens: Words) -> Span:
        """Of several values: the gravest; none that is denied ("not the calf"); the last where somebody corrects themselves."""
        if name in self._gravest_first:
            return min(spans, key=lambda span: (span.value.rank, span.places))
        kept = [
            s for s in spans if self._negators.isdisjoint(tokens[max(0, s.places[0] - BEFORE) : s.places[0]])
        ] or spans
        first, last = min(span.places[-1] for span in kept), max(kept, key=lambda span: span.places)
        if not self._corrections.isdisjoint(tokens[first : last.places[0]]):
            return last
        return min(kept, key=lambda span: (-len(span.places), span.places))

    # --- the words ------------------------------------------------------------------------------------------------

    def _root(self, word: str) -> str:
        """The word without a suffix, where the model has that word too."""
        shorter = (word.removesuffix(suffix) for suffix in self._suffixes if len(word) > len(suffix) + 2)
        return next((known for known in shorter if known != word and known in self._vocabulary), word)

    def _corrected_spelling(self, word: str) -> str:
        """A word that the model lacks, as the most similar one that it has; itself where none is similar, and a number always."""
        if word in self._vocabulary or len(word) < SHORT:
            return word
        near = process.extract(word, self._spellings, scorer=fuzz.ratio, score_cutoff=TYPO, limit=5)
        return next((known for known, _, _ in near if known[:2] == word[:2]), word)


def _needs(samples: list[tuple[str, Words]], needed: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the intents that mean nothing without a value, with the slots of which one must have it.

    Most of such an intent's samples have one of the `needed` slots; of these slots, those count that a quarter of its samples have.
    """
    with_slots: dict[str, list[frozenset[str]]] = defaultdict(list)
    for intent, words in samples:
        with_slots[intent].append(needed.intersection(word[1:-1] for word in words if word.startswith("{")))
    for intent, slots in with_slots.items():
        if sum(map(bool, slots)) > len(slots) / 2:
            uses = Counter(slot for said in slots for slot in said)
            yield intent, frozenset(slot for slot, count in uses.items() if count >= len(slots) / 4)


def _carriers(samples: list[tuple[str, Words]], open_slots: Collection[str]) -> dict[str, list[_Carrier]]:
    """Return, for each intent, the samples with one slot, an open one, and words beside it."""
    found: dict[str, list[_Carrier]] = {}
    for intent, words in samples:
        places = [place for place, word in enumerate(words) if word.startswith("{")]
        if len(places) == 1 and len(words) > 1 and words[places[0]][1:-1] in open_slots:
            place = places[0]
            found.setdefault(intent, []).append(_Carrier(words[:place], words[place][1:-1], words[place + 1 :]))
    return found


def _rows(
    model: Model, samples: list[tuple[str, Words]], names: list[tuple[Words, Value]], types: dict[str, str]
) -> Iterator[tuple[Words, str]]:
    """Yield what the classifier learns: each sample with values in its slots, and each value in at least one sample.

    A built-in intent's samples are its twin's, the custom intent for longer forms; without one they are left out.
    """
    values: dict[str, list[Words]] = defaultdict(list)
    for words, value in names:
        values[value.type].append(words)
    turns = {kind: cycle(words) for kind, words in values.items()} | {CLOCK: cycle([A_TIME])}
    carriers: dict[str, list[tuple[str, Words]]] = defaultdict(list)
    used = dict.fromkeys(turns, 0)

    def filled(sample: Words) -> Words:
        words: list[str] = []
        for word in sample:
            if word.startswith("{"):
                used[types[word[1:-1]]] += 1
                words += next(turns[types[word[1:-1]]])
            else:
                words.append(word)
        return tuple(words)

    for intent, sample in samples:
        name = intent if intent == FALLBACK else intent.removeprefix(AMAZON)
        if name not in model.intents:
            continue
        yield filled(sample), name
        slots = [word[1:-1] for word in sample if word.startswith("{")]
        if len(slots) == 1:
            carriers[types[slots[0]]].append((name, sample))
    for kind, every in values.items():
        several = cycle(carriers[kind]) if carriers[kind] else ()
        for (name, sample), _ in zip(several, range(max(0, len(every) - used[kind])), strict=False):
            yield filled(sample), name
