"""Two engines that take an utterance for an intent and slots, and Alexa's own answers where somebody has them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any

from skill.loading import interaction_model, spoken_language
from skill.loading.interaction_model import Model
from skill.simulator.nlu.normalizer import Normalizer
from skill.simulator.nlu.recognizer import FALLBACK, RecognizeResult, Slot, recognizer_for
from skill.simulator.nlu.time_parser import TimeParser

Engine = Callable[[str], RecognizeResult]
ENGINES = ("recogniser", "classifier")

# The classifier's settings were fixed before any set was measured, and are not to be chosen by looking at one.
C = 0.5
EACH_SAMPLE = 3  #: times that a sample with slots is learnt, each time with other values
MARGIN = -0.3  #: the best class below this is not understood
TIME = "AMAZON.TIME"
A_TIME = "ten pm"

_SLOT = re.compile(r"\{(\w+)\}")
_NOT_SAID = re.compile(r"[^\w' ]+")


def engine(name: str, locale: str) -> Engine:
    """Return one of ENGINES, ready to be used; it takes a moment to learn the language."""
    if name == "recogniser":
        ear = recognizer_for(locale)
        return lambda utterance: ear.recognize(utterance, one_shot=True)
    return LinearClassifier(locale).recognize


class LinearClassifier:
    """scikit-learn's LinearSVC on the words of the model, with slots filled by the longest value that is said."""

    def __init__(self, locale: str) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_union
        from sklearn.svm import LinearSVC

        self._model = interaction_model.of(locale)
        tongue = spoken_language.of(locale)
        self._spoken = Normalizer(tongue)
        self._clock = TimeParser(tongue, self._spoken)
        rows = list(training_rows(self._model))
        texts, intents = [text for text, _ in rows], [intent for _, intent in rows]
        self._features = make_union(
            TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"[\w']+"),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)),
        )
        self._classifier = LinearSVC(C=C, class_weight=_weights(intents))
        self._classifier.fit(self._features.fit_transform(texts), intents)
        self._names = {
            kind: sorted(
                ((plain(name), identity) for identity, names in values.items() for name in names),
                key=lambda pair: -len(pair[0]),
            )
            for kind, values in self._model.types.items()
        }

    def recognize(self, utterance: str) -> RecognizeResult:
        """Return the intent with the greatest margin, and the values of its slots that are said."""
        words = self._spoken.without_wake_word(tuple(plain(utterance).split()))
        asked = self._spoken.without_way_in(words, tuple(plain(self._model.invocation).split()))
        if asked is None:
            return RecognizeResult(utterance, "LaunchRequest")
        said = " ".join(asked)
        margins = self._classifier.decision_function(self._features.transform([said]))[0]
        best = margins.argmax()
        intent = FALLBACK if margins[best] < MARGIN else str(self._classifier.classes_[best])
        return RecognizeResult(utterance, intent, {} if intent == FALLBACK else dict(self._slots(intent, said)))

    def _slots(self, intent: str, said: str) -> Iterator[tuple[str, Slot]]:
        """Fill the intent's slots, the longest value first; no word is used twice."""
        slots = {kind: name for name, kind in self._model.intents[intent].slots.items()}
        left = f" {said} "
        found = sorted(
            ((name, identity, kind) for kind in slots for name, identity in self._names.get(kind, ())),
            key=lambda row: -len(row[0]),
        )
        for name, identity, kind in found:
            if kind in slots and f" {name} " in left:
                slot = slots.pop(kind)
                yield slot, Slot(slot, name, identity, self._model.types[kind][identity][0])
                left = left.replace(f" {name} ", "  ", 1)
        if TIME in slots and (clock := self._clock.find(self._spoken.words(said))):
            yield slots[TIME], Slot(slots[TIME], clock.value, None, clock.value)


def plain(text: str) -> str:
    """Return the text as Alexa writes it: lower case, without punctuation but the apostrophe."""
    return " ".join(_NOT_SAID.sub(" ", text.lower().replace("’", "'")).split())


def training_rows(model: Model) -> Iterator[tuple[str, str]]:
    """Yield (text, intent): each sample, three times where it has slots, and each value at least once an intent."""
    for intent, rule in model.intents.items():
        samples = [sample for sample in rule.samples if _SLOT.search(sample)]
        yield from ((sample, intent) for sample in rule.samples if sample not in set(samples))
        if not samples:
            continue
        values = {slot: list(_values(model.types.get(kind, {}))) or [A_TIME] for slot, kind in rule.slots.items()}
        turns: dict[str, Iterator[str]] = {slot: cycle(names) for slot, names in values.items()}
        used: dict[str, set[str]] = {slot: set() for slot in values}
        for sample in samples * EACH_SAMPLE:
            yield _filled(sample, turns, used), intent
        for slot, names in values.items():
            carriers = cycle([sample for sample in samples if f"{{{slot}}}" in sample] or [f"{{{slot}}}"])
            while missing := len(set(names) - used[slot]):
                for _ in range(missing):
                    yield _filled(next(carriers), turns, used), intent


def _weights(intents: list[str]) -> dict[str, float]:
    """Return a weight for each class, as 1 to the root of its size, so that the mean over all rows is 1."""
    sizes = Counter(intents)
    mean = sum(size**0.5 for size in sizes.values()) / len(intents)
    return {intent: size**-0.5 / mean for intent, size in sizes.items()}


def _values(values: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield the names of all ids, one of each id in turn, so that the first few show them all."""
    rows = [list(names) for names in values.values()]
    for place in range(max(map(len, rows), default=0)):
        yield from (names[place] for names in rows if place < len(names))


def _filled(sample: str, turns: dict[str, Iterator[str]], used: dict[str, set[str]]) -> str:
    def value(found: re.Match[str]) -> str:
        name = next(turns[found[1]])
        used[found[1]].add(name)
        return name

    return _SLOT.sub(value, sample)


def answers_of_alexa(path: Path) -> Engine:
    """Return an engine of Alexa's answers: a JSON object a line, its `utterance` and the `response` that `profile-nlu` printed."""
    known = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        chosen = row["response"].get("selectedIntent") or {"name": FALLBACK}
        slots = {name: _slot(name, slot) for name, slot in (chosen.get("slots") or {}).items() if slot.get("value")}
        known[row["utterance"]] = RecognizeResult(row["utterance"], chosen["name"], slots)
    return known.__getitem__


def _slot(name: str, slot: dict[str, Any]) -> Slot:
    said = str(slot["value"])
    for authority in (slot.get("resolutions") or {}).get("resolutionsPerAuthority") or ():
        for resolved in authority.get("values") or ():
            value = resolved.get(
                "value", resolved
            )  # a request to a skill has one more layer than Amazon's class of this response
            return Slot(name, said, value["id"], value.get("name"))
    return Slot(name, said)
