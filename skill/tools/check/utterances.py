"""What people say, over the whole expansion: one text has one intent and one meaning, and few carriers are shared.

A text is a sample with a value in each of its slots. There are far too many to list, so two ways to read the same words are
followed together, word by word, through one prefix tree of all samples and one of each slot's values.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from skill.loading.interaction_model import Model
from skill.loading.strict_table import ContentError

WORDS = 6  #: words of a slot's value, at most: Alexa fills a slot with few words
SLOTS = 3  #: slots of a sample, at most
WILDCARD = "*"  #: a slot in a carrier: Alexa may fill it with what its type does not list

_SLOT = re.compile(r"\{(\w+)\}")

Problems = Iterator[ContentError]
#: The ids of a text's slots -> what may not differ between two readings of it.
Urgency = Callable[[Mapping[str, str]], Hashable]


def problems(model: Model, urgency: Urgency) -> Problems:
    """Yield every text with two readings, every carrier that is shared unargued, and every sample or value of the wrong shape."""
    yield from _shapes(model)
    yield from _shared_carriers(model)
    yield from _two_readings(model, urgency)


# --- shapes -----------------------------------------------------------------------------------------------------------


def _shapes(model: Model) -> Problems:
    alone = {slots[0] for _, _, slots in _slotted(model) if len(slots) == 1}
    for intent, sample, slots in _slotted(model):
        if len(slots) > SLOTS:
            yield model.error(intent, sample, f"at most {SLOTS} slots in a sentence")
        for slot in slots if len(slots) > 1 else ():
            if slot not in alone:
                yield model.error(intent, sample, f"also a sentence with {{{slot}}} as its only slot: half may be said")
    for kind, values in model.types.items():
        for names in values.values():
            for name in names:
                if len(name.split()) > WORDS:
                    yield model.error(
                        kind, name, f"at most {WORDS} words; the subject belongs into the intent's sentence"
                    )


def _slotted(model: Model) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each sample that has slots, with its intent and its slots."""
    for name, intent in model.intents.items():
        for sample in intent.samples:
            if slots := _SLOT.findall(sample):
                yield name, sample, slots


# --- carriers ---------------------------------------------------------------------------------------------------------


def shared_carriers(model: Model) -> dict[str, dict[str, str]]:
    """Return the carriers that several intents have, each with one sample of each of these intents."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for intent, sample, _ in _slotted(model):
        found[_SLOT.sub(WILDCARD, sample)].setdefault(intent, sample)
    return {carrier: samples for carrier, samples in found.items() if len(samples) > 1}


def _shared_carriers(model: Model) -> Problems:
    found = shared_carriers(model)
    needed: dict[tuple[str, str], set[str]] = defaultdict(set)  # an entry's key and one of its carriers -> intents
    for carrier, samples in found.items():
        plain, argued = carrier.replace(" ", ""), False
        for entry in model.shared:
            for written, pattern in entry.carriers.items():
                if samples.keys() <= set(entry.intents) and pattern.fullmatch(plain):
                    needed[entry.key, written] |= samples.keys()
                    argued = True
        for intent, sample in samples.items() if not argued else ():
            others = ", ".join(other for other in samples if other != intent)
            expected = (
                f"another sentence, for {others} has {carrier!r} too; or the reason why that is safe in model.toml"
            )
            yield model.error(intent, sample, expected)
    for entry in model.shared:
        for written in entry.carriers:
            if surplus := set(entry.intents) - needed[entry.key, written]:
                file, expected = f"{model.folder}/model.toml", f"a carrier that {', '.join(sorted(surplus))} shares"
                yield ContentError(file, f"{entry.key}.carriers", written, expected)


# --- texts with two readings ------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Node:
    """A place in the values of a slot, after `words`; `id` is that of the value that ends here."""

    words: tuple[str, ...] = ()
    next: dict[str, _Node] = field(default_factory=dict)
    id: str | None = None


@dataclass(eq=False)
class _Place:
    """A place in the samples, after `tokens`; `ends` are the intents that have them as a sample."""

    tokens: tuple[str, ...] = ()
    words: dict[str, _Place] = field(default_factory=dict)
    slots: dict[str, _Place] = field(default_factory=dict)
    ends: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Reading:
    """One way to read some words: it has come to `place`, or to `node` in the slot that ends at `place`.

    `filled` has the ids of the slots since it parted from the other reading.
    """

    place: _Place
    slot: str = ""
    node: _Node | None = None
    filled: tuple[tuple[str, str], ...] = ()

    def ended(self) -> _Reading | None:
        """Return the reading outside of any value, or None where no value ends here."""
        if self.node is None:
            return self
        return (self.node.id and _Reading(self.place, filled=(*self.filled, (self.slot, self.node.id)))) or None


_Pair = tuple[_Reading, _Reading, tuple[str, ...]]  #: two readings of the same words, and these words


class _Texts:
    """All texts of a model: a prefix tree of its samples, and one of each slot's values."""

    def __init__(self, model: Model) -> None:
        self.types = {kind: _Node() for kind in model.types}
        for kind, values in model.types.items():
            for identity, names in values.items():
                for name in names:
                    node = self.types[kind]
                    for word in name.split():
                        node = node.next.setdefault(word, _Node((*node.words, word)))
                    node.id = identity
        # Where a value goes on that is a value already: slot -> next word -> where the shorter value ends.
        self.longer = {kind: _longer(root) for kind, root in self.types.items()}
        self.places = [_Place()]
        for name, intent in model.intents.items():
            for sample in intent.samples:
                place = self.places[0]
                for token in sample.split():
                    slot = _SLOT.fullmatch(token)
                    further, key = (place.slots, slot[1]) if slot else (place.words, token)
                    if key not in further:
                        further[key] = _Place((*place.tokens, token))
                        self.places.append(further[key])
                    place = further[key]
                place.ends.append(name)

    def parting(self, place: _Place) -> Iterator[_Pair]:
        """Yield the pairs of readings that have all in common up to a place, and part there."""
        yield from self._together(_Reading(place), _Reading(place), place.tokens, at_first=True)
        for slot, after in place.slots.items():
            yield from self._shorter_and_longer(slot, _Reading(after), _Reading(after), place.tokens)

    def further(self, pair: _Pair) -> Iterator[_Pair]:
        """Yield the pairs to which a pair leads with the next word, or the next value where both have the same slot."""
        yield from self._together(*pair)

    def _together(
        self, one: _Reading, other: _Reading, words: tuple[str, ...], at_first: bool = False
    ) -> Iterator[_Pair]:
        for from_one, slot, steps in self._steps(one):
            for from_other, other_slot, other_steps in self._steps(other):
                into_one, into_other = slot and from_one.node is None, other_slot and from_other.node is None
                if into_one and into_other and slot == other_slot:
                    if not at_first:
                        yield from self._same_slot(slot, from_one, from_other, words)
                elif not at_first or (slot, bool(into_one)) < (other_slot, bool(into_other)):
                    for word in steps.keys() & other_steps.keys():
                        yield (
                            _step(from_one, slot, steps[word]),
                            _step(from_other, other_slot, other_steps[word]),
                            (*words, word),
                        )

    def _steps(self, reading: _Reading) -> Iterator[tuple[_Reading, str, Mapping[str, _Node] | Mapping[str, _Place]]]:
        """Yield the words that may come next, with the reading that they follow and the slot that they belong to."""
        if reading.node is not None:
            yield reading, reading.slot, reading.node.next
        if ended := reading.ended():
            yield ended, "", ended.place.words
            for slot in ended.place.slots.keys() & self.types.keys():
                yield ended, slot, self.types[slot].next

    def _same_slot(self, slot: str, one: _Reading, other: _Reading, words: tuple[str, ...]) -> Iterator[_Pair]:
        """Yield both readings behind the same value, and behind a shorter and a longer one."""
        after, other_after = replace(one, place=one.place.slots[slot]), replace(other, place=other.place.slots[slot])
        yield after, other_after, (*words, f"{{{slot}}}")
        yield from self._shorter_and_longer(slot, after, other_after, words)
        for first, second, said in self._shorter_and_longer(slot, other_after, after, words):
            yield second, first, said

    def _shorter_and_longer(self, slot: str, one: _Reading, other: _Reading, words: tuple[str, ...]) -> Iterator[_Pair]:
        """Yield `one` a word behind the end of a value of a slot that ends at both places, and `other` still in a longer value."""
        for from_one, further, steps in self._steps(one):
            for word in steps.keys() & self.longer.get(slot, {}).keys():
                for node in self.longer[slot][word]:
                    assert node.id is not None
                    ended = replace(from_one, filled=(*from_one.filled, (slot, node.id)))
                    inside = _Reading(other.place, slot, node.next[word], other.filled)
                    yield _step(ended, further, steps[word]), inside, (*words, *node.words, word)


def _longer(root: _Node) -> dict[str, list[_Node]]:
    found: dict[str, list[_Node]] = defaultdict(list)
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += node.next.values()
        for word in node.next if node.id is not None else ():
            found[word].append(node)
    return found


def _step(reading: _Reading, slot: str, to: _Node | _Place) -> _Reading:
    """Return a reading a word further."""
    if isinstance(to, _Place):
        return replace(reading, place=to)
    place = reading.place if reading.node is not None else reading.place.slots[slot]
    return _Reading(place, slot, to, reading.filled)


def _two_readings(model: Model, urgency: Urgency) -> Problems:
    texts = _Texts(model)
    seen: set[tuple[_Reading, _Reading]] = set()
    reported: set[Hashable] = set()
    for place in texts.places:
        waiting = list(texts.parting(place))
        while waiting:
            one, other, words = pair = waiting.pop()
            if (one, other) in seen:
                continue
            seen.add((one, other))
            first, second = one.ended(), other.ended()
            if first and second and first.place is second.place:
                # From here on there is one sample: what it is about was heard in two ways.
                if urgency(dict(first.filled)) != urgency(dict(second.filled)):
                    end, rest = _nearest_end(second.place)
                    yield from _once(model, reported, (*words, *rest), (first, end), (second, end))
                if one == first and other == second:
                    continue
            elif first and second:
                for intent in first.place.ends:
                    for another in second.place.ends:
                        if intent != another or urgency(dict(first.filled)) != urgency(dict(second.filled)):
                            ends = (first, (intent, first.place)), (second, (another, second.place))
                            yield from _once(model, reported, words, *ends)
            waiting += texts.further(pair)


def _nearest_end(place: _Place) -> tuple[tuple[str, _Place], tuple[str, ...]]:
    """Return the shortest sample that goes on from a place, as its intent and its end, and the tokens that are left of it."""
    waiting = [place]
    for found in waiting:
        if found.ends:
            return (found.ends[0], found), found.tokens[len(place.tokens) :]
        waiting += (*found.words.values(), *found.slots.values())
    raise AssertionError("a place without a sample")


_End = tuple[_Reading, tuple[str, _Place]]


def _once(model: Model, reported: set[Hashable], words: tuple[str, ...], one: _End, other: _End) -> Problems:
    """Yield what two lines conflict about, once for both."""
    intent, sample = one[1][0], " ".join(one[1][1].tokens)
    another, other_sample = other[1][0], " ".join(other[1][1].tokens)
    line, other_line = model.lines[intent, sample], model.lines[another, other_sample]
    if (line, other_line) in reported or (other_line, line) in reported:
        return
    reported.add((line, other_line))
    text = " ".join(_SLOT.sub(lambda found: _canonical(model, found), word) for word in words)
    what = "one intent" if intent != another else "one meaning"
    yield line.error(
        text,
        f"{what} for one text: {_told(sample, one[0])} here, {_told(other_sample, other[0])} in {other_line.file} line "
        f"{other_line.number}",
    )


def _canonical(model: Model, slot: re.Match[str]) -> str:
    values = model.types.get(slot[1])
    return next(iter(values.values()))[0] if values else slot[0]


def _told(sample: str, reading: _Reading) -> str:
    filled = ", ".join(f"{slot} {identity}" for slot, identity in reading.filled)
    return f"{sample!r} ({filled})" if filled else repr(sample)
