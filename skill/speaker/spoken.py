"""An utterance as words: spelling made even, the wake word and the way into the skill taken off.

Only spelling is known here, and what every Alexa device strips before a skill hears anything; what words mean is the
interaction model's affair.
"""

from __future__ import annotations

import re
import unicodedata

from skill.speaker.clock_words import spell

Words = tuple[str, ...]

WAKE_WORDS = ("alexa", "echo", "computer", "ziggy")

#: Words in which a skill is opened or asked, around its name.
_WAY_IN = frozenset(
    (
        *("ask", "tell", "open", "launch", "start", "use", "run", "begin", "play", "load", "enter", "resume", "talk"),
        *("speak", "to", "with", "using", "from", "on", "please", "can", "could", "you", "will", "would", "i", "want"),
        *("me", "let", "us", "the", "skill", "app", "go", "into", "now", "hey", "okay", "ok"),
    )
)
_LINKS = ("to", "that", "for", "and", "if", "about")

#: How apostrophes are written out.
_WRITTEN_OUT = tuple(
    (re.compile(pattern), full)
    for pattern, full in (
        (r"[’‘`´]", "'"),
        (r"\b(can't|cannot)\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"\bshan't\b", "shall not"),
        (r"n't\b", " not"),
        (r"\bi'm\b", "i am"),
        (r"'re\b", " are"),
        (r"'ve\b", " have"),
        (r"'ll\b", " will"),
        (r"'[sd]\b", ""),
        (r"s'(?=\s|$)", "s"),
        (r"\b(\d{1,2}):00\b", r"\1"),
        (r"\b(\d{1,2}):(\d\d)\b", r"\1 \2"),
        (r"(\d)([ap]m)\b", r"\1 \2"),
    )
)


def words_of(text: str) -> Words:
    """The words, lower case, without punctuation, contractions written out, numbers below a hundred spelled."""
    text = unicodedata.normalize("NFKC", text).casefold()
    for pattern, full in _WRITTEN_OUT:
        text = pattern.sub(full, text)
    return tuple(part for word in re.findall(r"[^\W_]+", text) for part in _spelled(word))


def words_of_sample(sample: str) -> Words:
    """The same of a model's sample, in which a slot's braces are one word."""
    parts = re.split(r"(\{\w+\})", sample)
    return tuple(word for part in parts for word in ((part,) if part.startswith("{") else words_of(part)))


def without_wake_word(words: Words) -> Words:
    while words and words[0] in WAKE_WORDS:
        words = words[1:]
    while words and words[-1] in WAKE_WORDS:
        words = words[:-1]
    return words


def without_way_in(words: Words, invocation: Words) -> Words | None:
    """What is asked of the skill in one breath with its name; None where it is only opened."""
    size = len(invocation)
    start = next((i for i in range(len(words) - size + 1) if words[i : i + size] == invocation), None)
    if start is None:
        return words
    before, after = words[:start], words[start + size :]
    if not _WAY_IN.issuperset(after):
        return after[1:] if after[0] in _LINKS else after
    if _WAY_IN.issuperset(before):
        return None
    while before[-1] in _WAY_IN:
        before = before[:-1]
    return before


def _spelled(word: str) -> list[str]:
    return spell(int(word)).split() if word.isdecimal() and len(word) < 3 else [word]
