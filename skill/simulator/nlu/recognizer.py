"""The stand-in's ear: text to an intent and its slots, by the interaction model's own samples and synonyms, and by how
its language is spelled (`spoken_language`).

Alexa's understanding cannot be run here; this stands in for it. An utterance is compared with every sample, a slot's
value (`gazetteer`) counting as one word. A word is worth what it tells: one that the samples of every intent use
("my", "please") hardly counts, one that few use does, and so do the words that turn a sentence round ("not", "no"),
which the samples of DenySignIntent show. No word is known here that the model lacks.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from skill.loading import interaction_model, spoken_language
from skill.loading.interaction_model import Model
from skill.loading.spoken_language import SpokenLanguage
from skill.simulator.nlu.normalizer import Spoken, Words
from skill.simulator.nlu.slot_matcher import Gazetteer, Span, Value
from skill.simulator.nlu.time_parser import ClockWords

FALLBACK = "AMAZON.FallbackIntent"
RELIEVE = "RelieveIntent"
SIGN = "{Sign}"  #: a sign's place in a sample
WARNS, DENIES = "WarningSignIntent", "DenySignIntent"
LAUNCH = "LaunchRequest"
CLOCK = "AMAZON.TIME"

UNDERSTOOD = 0.56  #: a likeness below this is not understood
KNOWN_ELSEWHERE = 0.4  #: what a left-over word counts that other samples of the intent have
LEFT_OVER = 0.75  #: what a word of the utterance counts that the sample lacks
LACKING = 0.6  #: what a word of the sample counts that the utterance lacks
EMPTY_SLOT = 1.4  #: what a slot of the sample counts that the utterance does not fill
ORDER = 0.2  #: the share that the words' order has in the likeness
TURNING = 1.5  #: the least that a word weighs which turns a sentence round
NEAR = 3  #: how many words before a sign a turning word still turns it
BEFORE, TURNED, AFTER = "<", "!", ">"  #: marks of a turning word far before a sign, near before or in it, after it
LEAST = {TURNED: 3.0, AFTER: 0.8}  #: the least that it weighs there
MOST_WORTH = 2.5  #: what a slot's value counts at most, however long
LONGER = 0.25  #: what each further word of a value adds to the 1 that it counts at least
TYPO = 86  #: how alike, of 100, an unknown word must be to one of the model to be taken for it
EXPLAINED = 0.04  #: what a slot's value adds for each unit of its worth, so that "chest pain" beats a painful "chest"
EXCLAIMED = 0.5  #: what an unknown first word counts: it may be an oath, or a name
BARE_HOUR = 0.5  #: what an hour counts that is a mere number
SIGN_FIRST = 0.06  #: what a cramp is behind a sign of several words: "pain in my chest" is no cramp in the chest
BY_RANK = ("Sign", "Limit")  #: slots of whose values the model lists the graver first
GUESS = "?"  #: stands for the doubt that a corrected word brings
FINALISTS = 24  #: samples whose order is looked at


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
class Heard:
    """What an utterance is taken for; only slots that were said are in `slots`."""

    utterance: str
    intent: str
    slots: dict[str, Slot] = field(default_factory=dict)


@dataclass(frozen=True)
class _Sample:
    intent: str
    tokens: Words
    distinct: Words
    demand: float  #: what it costs an utterance to lack all of them
    denying: frozenset[str] = frozenset()  #: of these one must be said: a sign is never turned down by likeness alone


@dataclass(frozen=True)
class _Reading:
    """An utterance with the values of some slots put in: its tokens, what each is worth, and the slots."""

    tokens: Words
    worth: dict[str, float]
    slots: dict[str, Slot]

    @property
    def explained(self) -> float:
        """What the worthiest value explains; 0 without any."""
        return max((worth for token, worth in self.worth.items() if token.startswith("{")), default=0.0)

    @property
    def tells_a_sign(self) -> bool:
        """Whether it has a sign of several words that is not turned down."""
        said = self.slots["Sign"].said if "Sign" in self.slots else ""
        return " " in said and not any(token.endswith(TURNED) for token in self.tokens)


@dataclass
class _Family:
    """The intents that have the same slots, and so read an utterance the same way."""

    slots: dict[str, str]  #: type -> slot's name
    intents: list[str] = field(default_factory=list)
    samples: list[_Sample] = field(default_factory=list)
    containing: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    side_by_side: set[tuple[str, ...]] = field(default_factory=set)


def ear_of(locale: str) -> Ear:
    """The ear of a locale's language, which takes a moment to learn it; ValueError where there is no model."""
    return _learnt(locale.partition("-")[0])


@cache
def _learnt(language: str) -> Ear:
    return Ear(interaction_model.of(language), spoken_language.of(language))


class Ear:
    """Understands one language; the same words are always heard the same way."""

    def __init__(self, model: Model, language: SpokenLanguage) -> None:
        self.model = model
        self._spoken = spoken = Spoken(language)
        self._clock = ClockWords(language, spoken)
        self._endings = language.suffixes
        self._invocation = spoken.words(model.invocation)
        rows = [
            (name, spoken.words_of_sample(sample))
            for name, intent in model.intents.items()
            for sample in intent.samples
        ]
        names = [
            (spoken.words(name), Value(kind, identity, values[0], rank))
            for kind, ids in model.types.items()
            for rank, (identity, values) in enumerate(ids.items())
            for name in values
        ]
        self._vocabulary = {word for words in (*(w for _, w in rows), *(w for w, _ in names)) for word in words}
        self._spellings = sorted(word for word in self._vocabulary if word.isalpha() and len(word) > 2)
        self._weights: dict[str, float] = {}  # of the model's words alone: what people say is not kept
        self._turning = self._find_turning(rows)
        samples = [(intent, self._marked(tuple(map(self._root, words)))) for intent, words in rows]
        self._intents = len(model.intents)
        self._spoken_by: dict[str, set[str]] = defaultdict(set)
        for intent, tokens in samples:
            for token in tokens:
                self._spoken_by[token].add(intent)
        self._uses = Counter((intent, token) for intent, tokens in samples for token in set(tokens))
        self._families: dict[tuple[str, ...], _Family] = {}
        self._literal: dict[Words, str] = {}
        self._side_by_side: set[tuple[str, ...]] = set()
        self._leading: set[Words] = set()  # plain words, three or more, that lead up to a slot
        for intent, tokens in samples:
            self._learn(intent, tokens)
        self._gazetteer = Gazetteer(
            ((tuple(map(self._root, words)), value) for words, value in names), self._weight, self._turning
        )

    def hear(self, utterance: str, *, one_shot: bool = False) -> Heard:
        """The intent and slots of an utterance; `one_shot` first takes off the way in ("tell cramp coach that")."""
        words = self._spoken.without_wake_word(self._spoken.words(utterance))
        if one_shot:
            asked = self._spoken.without_way_in(words, self._invocation)
            if asked is None:
                return Heard(utterance, LAUNCH)
            words = asked
        spelled = tuple(self._corrected_spelling(word) for word in words)
        guessed = sum(one != other for one, other in zip(words, spelled, strict=True))
        words = spelled + (GUESS,) * guessed
        tokens = tuple(map(self._root, words))
        if tokens in self._literal:
            return Heard(utterance, self._literal[tokens])
        spans = self._gazetteer.spans(tokens)
        readings = [self._read(words, tokens, spans, family) for family in self._families.values()]
        sign = any(reading.tells_a_sign for reading in readings)
        best, heard = UNDERSTOOD, Heard(utterance, FALLBACK)
        for family, reading in zip(self._families.values(), readings, strict=True):
            likeness, sample = self._closest(reading, family)
            if sample is None:
                continue
            if sign and sample.intent == RELIEVE:
                likeness -= SIGN_FIRST
            if likeness > best:
                best = likeness
                heard = Heard(utterance, sample.intent, {} if sample.intent == FALLBACK else reading.slots)
        return heard

    # --- what the model teaches -------------------------------------------------------------------------------

    def _learn(self, intent: str, tokens: Words) -> None:
        """Files a sample under the slots that its intent has."""
        slots = {kind: slot for slot, kind in self.model.intents[intent].slots.items()}
        family = self._families.setdefault(tuple(slots), _Family(slots))
        if intent not in family.intents:
            family.intents.append(intent)
        distinct = tuple(dict.fromkeys(tokens))
        for token in distinct:
            family.containing[token].append(len(family.samples))
        demand = sum(map(self._lack, distinct))
        denies = intent == DENIES and "{Sign}" in tokens
        denying = frozenset(t for t in distinct if denies and self._uses[DENIES, t] > self._uses[WARNS, t])
        family.samples.append(_Sample(intent, tokens, distinct, demand, denying))
        if not any(token.startswith("{") for token in tokens):
            self._literal.setdefault(tokens, intent)
        pairs = set(pairwise(token.rstrip(BEFORE + TURNED + AFTER) for token in tokens))
        family.side_by_side |= pairs
        plain = tuple(token.rstrip(BEFORE + TURNED + AFTER) for token in tokens)
        slot = next((place for place, token in enumerate(plain) if token.startswith("{")), 0)
        self._leading.update(plain[start:slot] for start in range(slot - 2))
        self._side_by_side |= pairs

    def _find_turning(self, rows: Iterable[tuple[str, Words]]) -> frozenset[str]:
        """Words that alone, before a sign, deny it: "no {Sign}", "never {Sign}"."""
        alone: dict[str, set[str]] = defaultdict(set)
        for intent, words in rows:
            if len(words) == 2 and words[1] == SIGN:
                alone[intent].add(self._root(words[0]))
        return frozenset(alone[DENIES] - alone[WARNS])

    def _weight(self, token: str) -> float:
        """What a word tells: 0 where every intent uses it, 1 where no sample does."""
        if token in self._weights:
            return self._weights[token]
        weight = 1 - math.log(1 + len(self._spoken_by.get(token, ()))) / math.log(1 + self._intents)
        weight = max(weight, TURNING if token in self._turning else LEAST.get(token[-1], 0.0))
        if token in self._spoken_by:
            self._weights[token] = weight
        return weight

    def _lack(self, token: str) -> float:
        """What it costs an utterance to lack this token of a sample."""
        return EMPTY_SLOT if token.startswith("{") else LACKING * self._weight(token)

    def _marked(self, tokens: Words, first: int | None = None, last: int | None = None) -> Words:
        """Turning words marked by where they stand to the sign, which is at `first` to `last`."""
        if first is None or last is None:
            if SIGN not in tokens:
                return tokens
            first = last = tokens.index(SIGN)
        return tuple(
            token
            if token not in self._turning
            else token + (AFTER if place > last else TURNED if place >= first - NEAR else BEFORE)
            for place, token in enumerate(tokens)
        )

    # --- the words --------------------------------------------------------------------------------------------

    def _root(self, word: str) -> str:
        """The word without an ending, where the model has that word too."""
        shorter = (word.removesuffix(ending) for ending in self._endings if len(word) > len(ending) + 2)
        return next((known for known in shorter if known != word and known in self._vocabulary), word)

    def _corrected_spelling(self, word: str) -> str:
        """A word that the model lacks, as the most similar one that it has; itself where none is similar."""
        if word in self._vocabulary or len(word) < 4:
            return word
        near = process.extract(word, self._spellings, scorer=fuzz.ratio, score_cutoff=TYPO, limit=5)
        return next((known for known, _, _ in near if known[:2] == word[:2]), word)

    def _is_literal(self, span: Span, tokens: Words, family: _Family) -> bool:
        """Whether a sample has this single word beside the same neighbour as a plain word ("right now")."""
        if len(span.places) > 1:
            return False
        place = span.places[0]
        beside = [tokens[max(0, place - 1) : place + 1], tokens[place : place + 2]]
        return any(
            (pair in family.side_by_side and min(map(self._weight, pair)) >= 0.2)
            or (pair in self._side_by_side and all(0.45 <= self._weight(t) < TURNING for t in pair))
            for pair in beside
        )

    def _leads_up(self, span: Span, tokens: Words, spans: list[Span], family: _Family) -> bool:
        """Whether a sample has these words, and the one after them, just before a slot ("can't see any" swelling)."""
        first, last = span.places[0], span.places[-1]
        return tokens[first : last + 2] in self._leading and any(
            other.places[0] == last + 2 and other.value.type in family.slots for other in spans
        )

    def _read(self, words: Words, tokens: Words, spans: list[Span], family: _Family) -> _Reading:
        """The tokens with every value of these slots' types in its slot's braces, the worthiest values first."""
        taken: dict[int, str] = {}
        found: dict[str, list[Span]] = defaultdict(list)
        for span in spans:
            name = family.slots.get(span.value.type)
            if not name or any(place in taken for place in span.places):
                continue
            if not (self._is_literal(span, tokens, family) or self._leads_up(span, tokens, spans, family)):
                taken.update(dict.fromkeys(span.places, name))
                found[name].append(span)
        said: dict[str, Slot] = {}
        worth: dict[str, float] = {}
        for name, several in found.items():
            chosen = self._choose(name, several, tokens)
            said[name] = Slot(name, " ".join(words[p] for p in chosen.places), chosen.value.id, chosen.value.name)
            least = 1 + LONGER * (len(chosen.places) - 1)
            worth[f"{{{name}}}"] = min(MOST_WORTH, max(least, sum(span.worth for span in several)))
        clock = self._clock.find(words) if CLOCK in family.slots else None
        if clock:
            name = family.slots[CLOCK]
            taken.update(dict.fromkeys(range(clock.start, clock.end), name))
            said[name] = Slot(name, clock.value, None, clock.value)
            worth[f"{{{name}}}"] = BARE_HOUR if clock.end - clock.start == 1 else 1.0
        sign = [place for place, name in taken.items() if name == "Sign"]
        tagged: list[str] = []
        for place, token in enumerate(self._marked(tokens, min(sign), max(sign)) if sign else tokens):
            slot = f"{{{taken[place]}}}" if place in taken else token
            if slot is token or slot not in tagged:
                tagged.append(slot)
        if tagged and tagged[0] not in worth and tagged[0] not in self._vocabulary:
            worth[tagged[0]] = EXCLAIMED
        for token in tagged:
            worth.setdefault(token, self._weight(token))
        return _Reading(tuple(tagged), worth, said)

    def _choose(self, name: str, spans: list[Span], tokens: Words) -> Span:
        """Of several values for a slot not one that is turned down ("not the calf").

        Of several signs or limits the one that the model lists first: it lists the graver before the lighter. Otherwise the
        longest, then the first.
        """
        if name in BY_RANK:
            return min(spans, key=lambda span: (span.value.rank, span.places))
        kept = [s for s in spans if not self._turning.intersection(tokens[max(0, s.places[0] - 2) : s.places[0]])]
        return min(kept or spans, key=lambda span: (-len(span.places), span.places))

    # --- the comparison ---------------------------------------------------------------------------------------

    def _closest(self, reading: _Reading, family: _Family) -> tuple[float, _Sample | None]:
        """The sample of a family that is most like the reading, and how much, from 0 to 1."""
        shared: dict[int, float] = {}
        lacking: dict[int, float] = {}
        for token in dict.fromkeys(reading.tokens):
            worth, lack = reading.worth[token], self._lack(token)
            for index in family.containing.get(token, ()):
                if index in shared:
                    shared[index] += worth
                    lacking[index] -= lack
                else:
                    shared[index] = worth
                    lacking[index] = family.samples[index].demand - lack
        left_over = {name: self._left_over(reading, name) for name in family.intents}
        signless = SIGN not in reading.worth
        scored = []
        for index, common in shared.items():
            sample = family.samples[index]
            if sample.denying and sample.denying.isdisjoint(reading.tokens):
                continue
            if signless and SIGN in sample.distinct:
                continue  # a sign is never heard where none was said
            left = left_over[sample.intent] - LEFT_OVER * KNOWN_ELSEWHERE * common  # which its intent knows
            scored.append((common / (common + left + lacking[index] + 1e-9), -index))
        best, chosen = 0.0, None
        said, explained = set(reading.tokens), EXPLAINED * reading.explained
        for likeness, index in sorted(scored, reverse=True)[:FINALISTS]:
            sample = family.samples[-index]
            alike = len(said.intersection(sample.distinct))
            order = min(1.0, LCSseq.similarity(reading.tokens, sample.tokens) / alike)
            likeness = (1 - ORDER) * likeness + ORDER * order + explained
            if likeness > best:
                best, chosen = likeness, sample
        return best, chosen

    def _left_over(self, reading: _Reading, intent: str) -> float:
        """What the tokens cost if a sample of this intent lacks them all."""
        return sum(
            LEFT_OVER * worth * (KNOWN_ELSEWHERE if intent in self._spoken_by.get(token, ()) else 1)
            for token, worth in reading.worth.items()
        )
