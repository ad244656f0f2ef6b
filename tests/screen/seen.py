"""What a look at the stage means: which text is the words, the countdown, a target's label; and what is out of place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot
from typing import Any

from skill.alexa.render import apl
from skill.loading.content import words
from tests.screen.stage import Shape

Json = dict[str, Any]
LABELS = {words("en-GB").text(line) for line in {*apl.IN_A_LEGS_SET, *apl.PAUSED, *apl.ASKED, *apl.ASKED_OPENLY}}


@dataclass(frozen=True)
class Seen:
    second: float
    words: str
    count: int | None
    labels: tuple[str, ...]


def seen(second: float, texts: list[str]) -> Seen:
    counts = [int(text) for text in texts if text.isdigit()]
    labels = tuple(text for text in texts if text in LABELS)
    said = [text for text in texts if text not in labels and not text.isdigit()]
    assert len(counts) <= 1, texts
    return Seen(second, " ".join(said), counts[0] if counts else None, labels)


def misplaced(look: Json, shape: Shape) -> Iterator[str]:
    """Text that leaves its room or the screen, and texts and graphics that lie over each other."""
    for text in look["texts"]:
        for word in map(_ink, text["words"]):
            if not _within(word, text["room"]):
                yield f"{text['text']!r} leaves its room: {word} in {text['room']}"
            if not _on_screen(word, shape):
                yield f"{text['text']!r} is cut off by the screen's edge"
    small = [graphic for graphic in look["graphics"] if graphic["width"] < shape.width]  # not the ring along the edge
    for index, text in enumerate(look["texts"]):
        others = [_ink(word) for other in look["texts"][index + 1 :] for word in other["words"]]
        for word in map(_ink, text["words"]):
            if any(_overlap(word, other) for other in others):
                yield f"{text['text']!r} lies over another text"
            if any(_overlap(word, graphic) for graphic in small):
                yield f"{text['text']!r} lies over a graphic"
    for graphic in small:
        if not _on_screen(graphic, shape):
            yield f"a graphic is cut off: {graphic}"


def _ink(word: Json) -> Json:
    """The part of a word's box that letters fill: without the space above and below them."""
    return {**word, "y": word["y"] + 0.15 * word["height"], "height": 0.7 * word["height"]}


def _within(inner: Json, outer: Json, slack: float = 1.0) -> bool:
    return bool(
        inner["x"] >= outer["x"] - slack
        and inner["y"] >= outer["y"] - slack
        and inner["x"] + inner["width"] <= outer["x"] + outer["width"] + slack
        and inner["y"] + inner["height"] <= outer["y"] + outer["height"] + slack
    )


def _on_screen(box: Json, shape: Shape) -> bool:
    if not _within(box, {"x": 0, "y": 0, "width": shape.width, "height": shape.height}, 0):
        return False
    if not shape.round:
        return True
    centre = shape.short / 2
    corners = [(box["x"] + dx * box["width"], box["y"] + dy * box["height"]) for dx in (0, 1) for dy in (0, 1)]
    return all(hypot(x - centre, y - centre) <= centre for x, y in corners)


def _overlap(one: Json, other: Json) -> bool:
    return bool(
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )
