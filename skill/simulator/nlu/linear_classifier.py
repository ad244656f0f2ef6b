"""A linear classifier of texts, learnt from the interaction model in a moment: an averaged multi-class perceptron with a margin.

Features are words and pairs of neighbours, weighted by how few texts have them. Words that no text had count in a text's length:
the more of them, the smaller every score.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

EPOCHS = 2  #: times that each text is looked at
STEP = 0.5  #: the most that one text changes a weight, times the class's own weight
BATCH = 16  #: texts that are learnt at a time, which is ten times as quick as one by one
MARGIN = 1.0  #: by so much the right class must lead
START, END = "^", "$"  #: beside the first and the last word


class LinearClassifier:
    """Scores each class for a text; the same texts always give the same weights."""

    def __init__(self, rows: Sequence[tuple[Sequence[str], str]]) -> None:
        """Learn from (words, class). A class weighs as 1 to the root of its number of texts.

        A text of which its class has every feature already is left out: it teaches next to nothing, and takes its time.
        """
        seen: dict[str, set[str]] = {label: set() for _, label in rows}
        texts, labels = [], []
        for words, label in rows:
            features = _features(words)
            if not seen[label].issuperset(features):
                seen[label].update(features)
                texts.append(features)
                labels.append(label)
        self.classes = sorted(seen)
        counts = Counter(feature for text in texts for feature in text)
        self._index = {feature: number for number, feature in enumerate(counts)}
        self._idf = np.array([math.log((1 + len(texts)) / (1 + count)) + 1 for count in counts.values()])
        self._unknown = math.log(1 + len(texts)) + 1
        self._weights = self._learn(texts, labels)

    def scores(self, words: Sequence[str]) -> dict[str, float]:
        """Return the score of each class; the right class of a text that was learnt leads by about 1."""
        features = _features(words)
        known = [self._index[feature] for feature in features if feature in self._index]
        if not known:
            return dict.fromkeys(self.classes, 0.0)
        values = self._idf[known]
        new = sum(word not in self._index for word in dict.fromkeys(words))
        length = math.sqrt(float(values @ values) + new * self._unknown**2)
        return dict(zip(self.classes, (values @ self._weights[known] / length).tolist(), strict=True))

    def _learn(self, texts: list[list[str]], labels: list[str]) -> np.ndarray:
        number = {label: place for place, label in enumerate(self.classes)}
        sizes = Counter(labels)
        mean = sum(size**0.5 for size in sizes.values()) / len(labels)
        order = list(range(len(texts)))
        random.Random(0).shuffle(order)
        batches = [
            self._batch([texts[place] for place in order[at : at + BATCH]]) for at in range(0, len(order), BATCH)
        ]
        right = np.array([number[labels[place]] for place in order])
        most = np.array([STEP * sizes[labels[place]] ** -0.5 / mean for place in order])
        weights = np.zeros((len(self._index), len(self.classes)), dtype=np.float32)
        late = np.zeros_like(weights)  # each change, times when it was made: what the mean over all steps lacks of it
        step = 0
        for _ in range(EPOCHS):
            for at, (known, values, starts, sizes_of) in zip(range(0, len(order), BATCH), batches, strict=True):
                step += 1
                rows = np.arange(len(starts))
                wanted, allowed = right[at : at + BATCH], most[at : at + BATCH]
                scores = np.add.reduceat(weights[known] * values[:, None], starts)
                of_right = scores[rows, wanted]
                scores[rows, wanted] = -np.inf
                rivals = scores.argmax(axis=1)
                lacking = np.maximum(0, MARGIN - of_right + scores[rows, rivals])
                change = np.repeat(np.minimum(allowed, lacking / 2), sizes_of) * values
                for classes, sign in ((wanted, 1), (rivals, -1)):
                    cells = known * len(self.classes) + np.repeat(classes, sizes_of)
                    np.add.at(weights.reshape(-1), cells, (sign * change).astype(np.float32))
                    np.add.at(late.reshape(-1), cells, (sign * step * change).astype(np.float32))
        return weights - late / (step + 1)

    def _batch(self, texts: list[list[str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the features of some texts in one row: numbers, values, where each text starts and how long it is."""
        sizes = np.array([len(text) for text in texts])
        known = np.array([self._index[feature] for text in texts for feature in text])
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        values = self._idf[known]
        lengths = np.sqrt(np.add.reduceat(values * values, starts))
        return known, (values / np.repeat(lengths, sizes)).astype(np.float32), starts, sizes


def _features(words: Iterable[str]) -> list[str]:
    """Return the words of a text and the pairs of neighbours, each once."""
    said = list(words)
    return list(dict.fromkeys([*said, *map(" ".join, pairwise([START, *said, END]))]))
