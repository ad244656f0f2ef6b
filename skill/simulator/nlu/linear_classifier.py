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
        data = []
        for text, label in zip(texts, labels, strict=True):
            known = np.array([self._index[feature] for feature in text])
            values = self._idf[known]
            most = STEP * sizes[label] ** -0.5 / mean
            data.append((known, values / math.sqrt(float(values @ values)), number[label], most))
        weights = np.zeros((len(self._index), len(self.classes)))
        late = np.zeros_like(weights)  # each change, times when it was made: what the mean over all steps lacks of it
        order, step = list(range(len(data))), 0
        shuffle = random.Random(0).shuffle
        for _ in range(EPOCHS):
            shuffle(order)
            for place in order:
                known, values, right, most = data[place]
                step += 1
                scores = values @ weights[known]
                of_right, scores[right] = scores[right], -math.inf
                rival = scores.argmax()
                lacking = MARGIN - of_right + scores[rival]
                if lacking > 0:
                    change = min(most, lacking / 2) * values
                    weights[known, right] += change
                    weights[known, rival] -= change
                    change *= step
                    late[known, right] += change
                    late[known, rival] -= change
        return weights - late / (step + 1)


def _features(words: Iterable[str]) -> list[str]:
    """Return the words of a text and the pairs of neighbours, each once."""
    said = list(words)
    return list(dict.fromkeys([*said, *map(" ".join, pairwise([START, *said, END]))]))
