"""How long the words take: measures every line with espeak-ng and fits the lengths of content/words/<language>/voice.toml.

    python -m bench.speech [--language en]

Prints the fitted seconds for a letter, a sentence's end and a comma, and how far single lines are off the estimate in use.
"""

import argparse
import statistics
from array import array

from skill.cli import wav
from skill.core.locale import SENTENCE_END
from skill.loading.content import library
from skill.loading.locale_words import load_words

QUIET = 200  #: samples below this are silence before and after the words (of 32768)


def measured(text: str, language: str) -> float:
    """Seconds from the first sound to the last."""
    samples, rate = wav.spoken(text, language)
    return _length(samples) / rate


def _length(samples: "array[int]") -> int:
    loud = [index for index, sample in enumerate(samples) if abs(sample) > QUIET]
    return loud[-1] - loud[0] if loud else 0


def fitted(rows: list[tuple[list[float], float]]) -> list[float]:
    """Least squares by the normal equations, small enough to solve by hand."""
    size = len(rows[0][0])
    matrix = [
        [sum(a[i] * a[j] for a, _ in rows) for j in range(size)] + [sum(a[i] * y for a, y in rows)] for i in range(size)
    ]
    for pivot in range(size):
        for row in range(size):
            if row != pivot:
                factor = matrix[row][pivot] / matrix[pivot][pivot]
                matrix[row] = [x - factor * y for x, y in zip(matrix[row], matrix[pivot], strict=True)]
    return [matrix[i][size] / matrix[i][i] for i in range(size)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", default="en")
    language = parser.parse_args().language
    words = load_words(language, library().regions)
    texts = sorted({text for text in words.lines.values() if "{" not in text and len(text) > 8})
    rows, off = [], []
    for text in texts:
        seconds = measured(text, language)
        rows.append(([float(len(text)), float(len(SENTENCE_END.findall(text))), float(text.count(","))], seconds))
        off.append((words.length.of(text) / seconds, text))
    letter, sentence, comma = fitted(rows)
    print(f"{len(texts)} lines: letter = {letter:.4f}, sentence = {sentence:.3f}, comma = {comma:.3f}")
    ratios = [ratio for ratio, _ in off]
    print(f"estimate / measured: median {statistics.median(ratios):.3f}, from {min(off)} to {max(off)}")


if __name__ == "__main__":
    main()
