"""The dark screen as APL: every word at its second, the running hold's countdown, a drawing, and what may be touched.

The document (`screen.json`) is the same for every reply; what it shows, and from which second to which, goes along as data. The
device reckons with the time since the document appeared, so nothing that it shows depends on how often its clock ticks.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from skill.alexa.render import text_width
from skill.core.locale import Locale
from skill.core.output import Output, SpeechPart
from skill.core.schema import FIELD, ContentLibrary, Drawing
from skill.core.vocabulary import MICROPHONE, ROUTINE, Step

TYPE = "Alexa.Presentation.APL.RenderDocument"
LINGERS = 4.0  #: seconds that a session's last words stay
CARE_LINGERS = 60.0  #: whom to call stays longer: somebody may be dialling it
#: letters on one page, and on one beside a drawing, at most, unless a single sentence has more
PAGE, PAGE_BESIDE = 120, 70

#: What may be touched while a set runs, in the silence after "pause", and at a question: a line for each, named as its event.
IN_SET = ("screen.pause", "screen.next", "screen.stop")
IN_A_LEGS_SET = ("screen.other_leg", *IN_SET)
PAUSED = ("screen.resume", "screen.stop")
ASKED = ("screen.yes", "screen.no", "screen.stop")
ASKED_OPENLY = ("screen.stop",)
NOT_YES_OR_NO = ("where", "which_part", "front_or_back", "what_to_know", "reminder_time")

#: A drawing is dim but for the muscle that is stretched and the arrow; all of it red, which leaves the eyes used to the dark.
COLOURS = {"ground": "#3A170A", "far": "#4A1D0D", "body": "#7E3416", "muscle": "#E0662A", "arrow": "#BC4A1B"}

Json = dict[str, Any]

_SENTENCE = re.compile(r"\S.*?(?:[.?!](?=\s)|$)", re.DOTALL)
_MARKUP = re.compile(r"[&<>$@]")


def directive(reply: Output, words: Locale, library: ContentLibrary, token: str) -> Json:
    """What a device with a screen shows with this reply: up to the last microphone, and a black page after it."""
    scenes = [_Scene("say", reply.speech, reply, words, library, 0.0)]
    if reply.reprompt and not reply.asks_nothing:
        scenes.append(_Scene("reprompt", reply.reprompt, reply, words, library, scenes[0].until))
    shown = ("pages", "holds", "pauses", "pictures", "touches")
    screen = {name: [row for scene in scenes for row in getattr(scene, name)()] for name in shown}
    drawn = {scene.name: _graphic(scene.drawing) for scene in scenes if scene.drawing}
    document = {**_document(), "graphics": {**_document()["graphics"], **drawn}}
    return {"type": TYPE, "token": token, "document": document, "datasources": {"screen": screen}}


@lru_cache(maxsize=1)
def _document() -> Json:
    # Not with pathlib, which takes 3 ms to import: the first answer would wait for it.
    with open(f"{__file__.rpartition('apl')[0]}screen.json", encoding="utf-8") as file:  # noqa: PTH123
        document: Json = json.load(file)
    return document


def _graphic(drawing: Drawing) -> Json:
    return {
        "type": "AVG",
        "version": "1.0",
        "width": FIELD,
        "height": FIELD,
        "items": [
            {
                "type": "path",
                "pathData": stroke.path,
                "stroke": COLOURS[stroke.role],
                "strokeWidth": stroke.width,
                "strokeLineCap": "round",
                "strokeLineJoin": "round",
                "fill": "transparent",
            }
            for stroke in drawing.strokes
        ],
    }


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Text that a device shows as it stands: no markup, no binding, no resource's name in it."""
    return _MARKUP.sub(lambda match: f"&#{ord(match.group())};", text)


@lru_cache(maxsize=1024)
def _sentences(text: str) -> tuple[tuple[int, str], ...]:
    """Each sentence of a text, and where in it it begins."""
    return tuple((found.start(), found.group()) for found in _SENTENCE.finditer(text))


@dataclass(frozen=True)
class _Scene:
    """One part of the reply on the screen, from second `start` on; each row of it is shown from `since` up to `until`."""

    name: str
    part: SpeechPart
    reply: Output
    words: Locale
    library: ContentLibrary
    start: float

    @cached_property
    def lead(self) -> float:
        """When the timed audio begins, or would: after what is said before it."""
        return self.start + sum(self._seconds(self._text(index)) for index in range(len(self.part.lines)))

    @cached_property
    def last_word(self) -> float:
        """When all is said."""
        timeline = self.part.timeline
        if timeline is None:
            return self.lead
        return self.lead + timeline.ends + self._seconds(self.words.text(timeline.beats[-1].line))

    @cached_property
    def until(self) -> float:
        """When this part's microphone closes, or a session's last words have been read."""
        if self.part.question or not self.reply.asks_nothing:
            return self.last_word + MICROPHONE
        return self.last_word + (CARE_LINGERS if self.reply.care else LINGERS)

    @cached_property
    def drawing(self) -> Drawing | None:
        names = [line.name for line in self.part.lines]
        if self.part.step is None:  # a first action that waits for an answer
            return next((self.library.drawings[name] for name in names if name in self.library.drawings), None)
        beats = self.part.timeline.beats if self.part.timeline else ()
        return self.library.drawing(self.part.step, [*names, *(beat.line for beat in beats)])

    @cached_property
    def said(self) -> list[tuple[float, str]]:
        """What is said, in pages, each with the second of its first word."""
        return [*self._spoken(), *self._cues()]

    def pages(self) -> Iterator[Json]:
        """Each page up to the next one's first word: beside the drawing, above the countdown."""
        holds, beside = self.countdowns, self.drawing is not None
        for (since, text), (until, _) in pairwise([*self.said, (self.until, "")]):
            row = self._row(since, until)
            counted = any(hold["since"] < row["until"] and row["since"] < hold["until"] for hold in holds)
            yield {**row, "beside": beside, "above": counted, "text": plain(text), "widths": text_width.widths(text)}

    @cached_property
    def countdowns(self) -> list[Json]:
        """What of each hold is still to come: one that had begun before this reply goes on."""
        return [
            {
                **self._row(since, until),
                "beside": self.drawing is not None,
                "lasts": round(span.hold_to - span.hold_from, 2),
            }
            for span in (self.part.timeline.spans if self.part.timeline else ())
            if (until := self.lead + span.hold_to) > (since := max(self.start, self.lead + span.hold_from))
            and span.hold_to > span.hold_from
        ]

    def holds(self) -> list[Json]:
        """What is counted down."""
        return self.countdowns

    def pauses(self) -> Iterator[Json]:
        """The picture on a screen that has room for it only while nothing is counted."""
        if self.drawing is None:
            return
        ends = [self.start, *(edge for hold in self.countdowns for edge in (hold["since"], hold["until"])), self.until]
        for since, until in zip(ends[::2], ends[1::2], strict=True):
            if until > since:
                yield {**self._row(since, until), "graphic": self.name}

    def pictures(self) -> Iterator[Json]:
        if self.drawing is not None:
            yield {**self._row(self.start, self.until), "graphic": self.name}

    def touches(self) -> Iterator[Json]:
        """The targets that make sense, as the arguments of the user event that a touch sends."""
        if self.reply.asks_nothing:
            return
        before = self._in_set(self.part.step) if self.part.step else PAUSED if self.part.timeline else ASKED_OPENLY
        asks = ASKED_OPENLY if self.part.question in (None, *NOT_YES_OR_NO) else ASKED
        asked = max((since for since, _ in self.said), default=self.start)
        if asked > self.start:
            yield self._targets(self.start, asked, before)
        yield self._targets(asked, self.until, asks)

    def _in_set(self, step: Step) -> tuple[str, ...]:
        """A hand has no other leg; in the routine before sleep the other leg is what comes next."""
        return IN_SET if step.form in ROUTINE or step.site in self.library.elsewhere else IN_A_LEGS_SET

    def _targets(self, since: float, until: float, lines: tuple[str, ...]) -> Json:
        labels = {line.removeprefix("screen."): self.words.text(line) for line in lines}
        wide = {ask: round(text_width.width(label), 2) for ask, label in labels.items()}
        targets = [{"ask": ask, "label": plain(label), "width": wide[ask]} for ask, label in labels.items()]
        return {**self._row(since, until), "targets": targets}

    def _row(self, since: float, until: float) -> Json:
        return {"since": round(since, 2), "until": round(until, 2)}

    def _spoken(self) -> Iterator[tuple[float, str]]:
        """The plain speech in pages of whole sentences, each with the second of its first word."""
        page, since, at = "", self.start, self.start
        for index in range(len(self.part.lines)):
            line = self._text(index)
            for start, sentence in _sentences(line):
                begins = at + self._seconds(line[:start])
                if page and len(page) + 1 + len(sentence) > (PAGE_BESIDE if self.drawing else PAGE):
                    yield since, page
                    page, since = "", begins
                page = f"{page} {sentence}".strip()
            at += self._seconds(line)
        if page:
            yield since, page

    def _cues(self) -> Iterator[tuple[float, str]]:
        for beat in self.part.timeline.beats if self.part.timeline else ():
            yield self.lead + beat.at, self.words.text(beat.line)

    def _text(self, index: int) -> str:
        line = self.part.lines[index]
        return self.words.text(line.name, line.places)

    def _seconds(self, text: str) -> float:
        return self.words.seconds(text, self.reply.voice, self.reply.repeats(self.part))
