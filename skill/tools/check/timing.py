"""The sets: each keeps within its seconds in the slowest voice, and has its drawing."""

import itertools
from collections.abc import Collection, Iterator
from pathlib import Path

from skill.core import personalize
from skill.core.locale import Locale
from skill.core.schema import FIELD, ContentLibrary, Drawing
from skill.core.timeline import Timeline
from skill.core.vocabulary import Form, Step, Voice
from skill.loading.content_files import shown
from skill.loading.path_data import PathError, points
from skill.loading.strict_table import ContentError
from skill.tools.check.all_sets import Given
from skill.tools.check.lines import place_of

FIRST_WORDS = 12  #: words in a first action, at most
CUES = 14  #: Speech components in one document, at most
REPLY, REPROMPT = 180.0, 90.0  #: seconds that one reply and one reprompt may last
GAP = 0.2  #: seconds of quiet that must stay between a cue and the next
DRAWING = 1000  #: characters of path data in one drawing: every answer to a screen carries one
BOLD = 2  #: width of the thinnest line that is seen from the pillow
#: what a reprompt begins with in the place of the first action
IN_A_REPROMPT = {Form.PART_TWO: "bedtime.next", Form.STILL_TIGHT: "cues.still_tight"}

Problems = Iterator[ContentError]


def problems(root: Path, words: Locale, given: Collection[Given]) -> Problems:
    """What is too long in one language."""
    seen: set[str] = set()
    for one in given:
        for problem in itertools.chain(
            _first_action(root, words, one.first),
            _fits(root, words, one.timeline, one.step),
            _bounds(root, words, one),
        ):
            if str(problem) not in seen:
                seen.add(str(problem))
                yield problem


def _first_action(root: Path, words: Locale, first: str) -> Problems:
    text = words.text(first)
    if len(text.split()) > FIRST_WORDS:
        yield ContentError(*place_of(root, words.locale, first), text, f"at most {FIRST_WORDS} words")


def _fits(root: Path, words: Locale, timeline: Timeline, step: Step) -> Problems:
    """Each cue ends before the next begins, in the slowest voice and with the slack of a real one."""
    for beat, following in itertools.pairwise(timeline.beats):
        text = words.text(beat.line)
        longest = words.longest(text) * words.length.slack
        room = following.at - beat.at - GAP
        if longest > room:
            yield ContentError(
                *place_of(root, words.locale, beat.line),
                text,
                f"at most {room:.1f} s in {step.id}, where it takes up to {longest:.1f}",
            )


def _bounds(root: Path, words: Locale, one: Given) -> Problems:
    step, timeline = one.step, one.timeline
    file, key = shown(root / "scores" / f"{step.site}.toml", root), f"{step.position}.{step.form}"
    if len(timeline.beats) > CUES:
        yield ContentError(file, key, len(timeline.beats), f"at most {CUES} cues")
    last = words.text(timeline.beats[-1].line)
    length = timeline.ends + words.longest(words.text(one.first)) + words.longest(last)
    if length > REPLY:
        yield ContentError(file, key, round(length, 1), f"at most {REPLY:g} s")
    if one.usual and step.form is not Form.PART_ONE:  # which is never a reprompt
        first = words.text(IN_A_REPROMPT.get(step.form, one.first))
        unrepeated = timeline.ends + max(words.seconds(first, voice) + words.seconds(last, voice) for voice in Voice)
        if unrepeated > REPROMPT:
            yield ContentError(file, key, round(unrepeated, 1), f"at most {REPROMPT:g} s, for it may be a reprompt")


# --- drawings ---------------------------------------------------------------------------------------------------------


def drawings(root: Path, content: ContentLibrary, given: Collection[Given]) -> Problems:
    """Each first action has its drawing and each drawing its first action; each can be drawn, and is no larger than it must be."""
    firsts = {one.first: one.step for one in given}
    for first in sorted({*firsts, *content.drawings}):
        stem, _, key = first.partition(".")
        file, drawing = shown(root / "drawings" / f"{stem}.toml", root), content.drawings.get(first)
        if first not in firsts:
            yield ContentError(file, key, "a drawing", "no such drawing (no set begins with that line)")
        elif drawing is None:
            yield ContentError(file, key, None, "a drawing of this first action")
        else:
            stretches = content.scores[firsts[first].site].place and not first.startswith(f"{personalize.REST}.")
            yield from _drawing(file, key, drawing, ("body", "muscle", "arrow") if stretches else ("body",))


def _drawing(file: str, key: str, drawing: Drawing, wanted: tuple[str, ...]) -> Problems:
    for number, stroke in enumerate(drawing.strokes):
        at = f"{key}[{number}]"
        try:
            outside = [point for point in points(stroke.path) if not all(0 <= place <= FIELD for place in point)]
        except PathError as error:
            yield ContentError(file, f"{at}.path", stroke.path, str(error))
        else:
            if outside:
                yield ContentError(file, f"{at}.path", outside[0], f"points from 0 to {FIELD}")
        if not BOLD <= stroke.width <= FIELD / 4:
            yield ContentError(file, f"{at}.width", stroke.width, f"from {BOLD} to {FIELD / 4:g}")
    missing = [role for role in wanted if role not in {stroke.role for stroke in drawing.strokes}]
    if missing:
        yield ContentError(file, key, None, f"a stroke with the role {missing[0]}")
    size = sum(len(stroke.path) for stroke in drawing.strokes)
    if size > DRAWING:
        yield ContentError(file, key, size, f"at most {DRAWING} characters of path data")
