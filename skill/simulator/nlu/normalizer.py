"""An utterance as words: spelling made even, the wake word and the way into the skill taken off.

Only spelling is known here, and what every Alexa device strips before a skill hears anything; what words mean is the
interaction model's affair.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from skill.loading.spoken_language import RUN_ON, Place, SpokenLanguage, Times

Words = tuple[str, ...]

#: An apostrophe however it is typed, and a time in digits: what is said of "9:30" and of "9:00".
_TYPED = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"[’‘`´]", "'"),
        (r"\b0?(\d{1,2}):00\b", r"\1"),
        (r"\b0?(\d{1,2}):(\d\d)\b", r"\1 \2"),
    )
)


class Normalizer:
    """How one language is spelled."""

    def __init__(self, language: SpokenLanguage) -> None:
        self._written_out = tuple(_rule(*pair) for pair in language.contractions.items())
        self._numbers = tuple(self._plain(number) for number in language.numbers)
        self._beside_digits = {word for text in _texts(language.times) for word in self._plain(text)}
        self._wake_words, self._way_in, self._links = (
            frozenset(word for text in texts for word in self._plain(text))
            for texts in (language.wake_words, language.launch_words, language.connecting_words)
        )

    def words(self, text: str) -> Words:
        """The words, lower case, without punctuation, contractions written out, numbers below a hundred spelled."""
        return tuple(part for word in self._plain(text) for part in self._said(word))

    def words_of_sample(self, sample: str) -> Words:
        """The same of a model's sample, in which a slot's braces are one word."""
        parts = re.split(r"(\{\w+\})", sample)
        return tuple(word for part in parts for word in ((part,) if part.startswith("{") else self.words(part)))

    def without_wake_word(self, words: Words) -> Words:
        while words and words[0] in self._wake_words:
            words = words[1:]
        while words and words[-1] in self._wake_words:
            words = words[:-1]
        return words

    def without_way_in(self, words: Words, invocation: Words) -> Words | None:
        """What is asked of the skill in one breath with its name; None where it is only opened."""
        size = len(invocation)
        start = next((i for i in range(len(words) - size + 1) if words[i : i + size] == invocation), None)
        if start is None:
            return words
        before, after = words[:start], words[start + size :]
        if not self._way_in.issuperset(after):
            return after[1:] if after[0] in self._links else after
        if self._way_in.issuperset(before):
            return None
        while before[-1] in self._way_in:
            before = before[:-1]
        return before

    def _plain(self, text: str) -> Words:
        """The words as they are written."""
        text = unicodedata.normalize("NFKC", text).casefold()
        for pattern, written in (*_TYPED, *self._written_out):
            text = pattern.sub(written, text)
        return tuple("".join(map(_of_a_word, text)).split())

    def _said(self, word: str) -> Iterable[str]:
        """A word as it is said: "21", "05", and "10pm" where what follows the digits has to do with times."""
        if word.isdecimal() and len(word) < 3:
            naught = self._numbers[0] if len(word) == 2 and int(word) < 10 else ()
            return (*naught, *self._numbers[int(word)])
        runs = re.findall(r"\d+|\D+", word)
        if len(runs) > 1 and all(run in self._beside_digits or run.isdecimal() for run in runs):
            return (part for run in runs for part in self._said(run))
        return (word,)


@cache
def _of_a_word(letter: str) -> str:
    """The letter itself; a space for all that no word has. Marks are part of a word: in some scripts they are its vowels."""
    return letter if letter.isalnum() or unicodedata.category(letter).startswith("M") else " "


def _rule(run_together: str, written_out: str) -> tuple[re.Pattern[str], str]:
    """How to write out what is run together; where the rest of the word stands there is no end of a word to be seen."""
    core = run_together.strip(RUN_ON)
    before = "" if run_together.startswith(RUN_ON) else r"\b"
    after = "" if run_together.endswith(RUN_ON) else r"\b" if core[-1:].isalnum() else r"(?=\s|$)"
    return re.compile(before + re.escape(core.casefold()) + after), written_out.strip(RUN_ON).casefold()


def _texts(times: Times) -> Iterable[str]:
    """All that is said of a time beside its numbers."""
    yield from times.parts
    for parts in (*times.orders, *(parts for parts, _ in times.forms)):
        for part in parts:
            if not isinstance(part, Place):
                yield from part
