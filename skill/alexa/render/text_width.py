"""How wide words are in a common typeface, so that a screen can set them as large as its room allows and never larger.

Widths are in ems, and on the wide side: real typefaces of devices are narrower than this.
"""

import re
from functools import lru_cache

MOST_LINES = 8  #: lines on one page

_NARROW = frozenset(".,:;'’!|()-ijlIftr")
_BROAD = frozenset("mwMWOQ%@&—…")
_SPACE = 0.34
_EAST = "\u1100"  #: from here on letters are as wide as they are high, or counted as if they were
#: A line may break after a space, and between any two letters of a script that is written without spaces.
_PIECE = re.compile(r"[぀-ヿ㐀-鿿가-힣][。、」）！？]*|[^\s぀-ヿ㐀-鿿가-힣]+")


def width(word: str) -> float:
    return sum(map(_letter, word))


@lru_cache(maxsize=512)
def widths(text: str) -> tuple[float, ...]:
    """The least width that a text needs on one line, on at most two, and so on up to MOST_LINES."""
    words = [width(word) for word in _PIECE.findall(text)]
    return tuple(round(_narrowest(words, lines), 2) for lines in range(1, MOST_LINES + 1))


def _narrowest(words: list[float], lines: int) -> float:
    room = max(*words, 0.0, sum(words) / lines)
    while True:
        used, line, more = 1, 0.0, 0.0
        for word in words:
            longer = line + _SPACE + word if line else word
            if longer <= room:
                line = longer
                continue
            more = min(more or longer, longer)
            used, line = used + 1, word
        if used <= lines:
            return room
        room = more


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.41
    if letter in _BROAD or letter >= _EAST:
        return 1.0
    return 0.79 if letter.isupper() else 0.65
