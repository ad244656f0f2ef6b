"""A stretch as a score: written nested and relative, played flat and absolute.

A `Dose` is a row of `Move`s; a move settles, holds and eases, and its cues are placed inside those three parts. `unroll` turns it
into a `Timeline`, in which every cue has its second. Nothing here knows a language: a cue carries the name of a line.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

#: Holds stay within these bounds, in seconds, when somebody asks for longer or shorter ones. No source gives a tested time for an
#: acute cramp; 10 to 30 s are given.
SHORTEST_HOLD, LONGEST_HOLD = 15.0, 30.0
SLOWER = 1.5  #: "slower" stretches what lies between the holds by this factor; the holds last what they say


@dataclass(frozen=True)
class Cue:
    """A line at `at` seconds of its part of the move; inside a hold, a negative `at` counts from the hold's end.

    A cue with `from_hold` is said only where the hold lasts at least so many seconds.
    """

    at: float
    line: str
    from_hold: float = 0.0


@dataclass(frozen=True)
class Move:
    settle: float
    hold: float
    ease: float
    before: tuple[Cue, ...] = ()
    during: tuple[Cue, ...] = ()
    after: tuple[Cue, ...] = ()


@dataclass(frozen=True)
class SetTiming:
    name: str
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class TimedCue:
    """A cue at its second of the timed audio; `lasts` is the length of the hold that it opens, in seconds."""

    at: float
    line: str
    move: int
    lasts: float | None = None


@dataclass(frozen=True)
class MoveWindow:
    """Where one move lies on the timeline, in seconds; without a hold, `hold_from` equals `hold_to`."""

    start: float
    hold_from: float
    hold_to: float
    end: float


@dataclass(frozen=True)
class Timeline:
    """`ends` is the onset of the last cue: what follows it is the length of its own words."""

    beats: tuple[TimedCue, ...]
    spans: tuple[MoveWindow, ...]

    @property
    def ends(self) -> float:
        return self.beats[-1].at

    def from_move(self, index: int, delay: float = 0.0) -> "Timeline":
        """The rest of the timeline from the start of a move on, moved to begin at `delay`."""
        return self._shifted(self.spans[index].start - delay, index)

    def _shifted(self, start: float, first: int) -> "Timeline":
        later = (beat for beat in self.beats if beat.move >= first)
        beats = tuple(TimedCue(beat.at - start, beat.line, beat.move, beat.lasts) for beat in later)
        spans = tuple(
            MoveWindow(span.start - start, span.hold_from - start, span.hold_to - start, span.end - start)
            for span in self.spans
        )
        return Timeline(beats, spans)

    def since(self, second: float, spoken: float, length: Callable[[str], float]) -> "tuple[Timeline, float]":
        """What is still to come when a word of `spoken` seconds falls in at `second`, and how late it then is, in seconds.

        The timed audio begins after the word, and holds end when they would have. "Hold", "let go" and the last question that
        fall under the word come right after it; what was only company there is left out. Only where such a cue would run into
        the next one does the rest wait for it: to let go of one leg comes before the other.
        """
        after, late = second + spoken, 0.0
        holds = {span.hold_from for span in self.spans if span.hold_to > span.hold_from}
        turns = holds | {span.hold_to for span in self.spans} | {self.beats[-1].at}
        kept: list[tuple[TimedCue, bool]] = []
        for beat in self.beats:
            needed = beat.at in turns
            if beat.at < second or (beat.at < after and not needed):
                continue
            at = max(0.0, beat.at - after + late)
            while kept and at < (free := kept[-1][0].at + length(kept[-1][0].line)):
                if not needed:
                    break
                if kept[-1][1]:
                    late, at = late + free - at, free
                else:
                    kept.pop()
            else:
                kept.append((replace(beat, at=at), needed))
        start = after - late
        spans = tuple(
            MoveWindow(span.start - start, span.hold_from - start, span.hold_to - start, span.end - start)
            for span in self.spans
        )
        return Timeline(tuple(beat for beat, _ in kept) or (replace(self.beats[-1], at=0.0),), spans), late

    def move_at(self, second: float, slack: float = 0.0) -> int:
        """The move that runs at `second`; within `slack` seconds after a boundary, the earlier one."""
        for index, span in enumerate(self.spans):
            if second < span.end + slack:
                return index
        return len(self.spans) - 1


def build_timeline(
    dose: SetTiming, name: Callable[[str], str], hold: Callable[[float], float], slower: bool = False
) -> Timeline:
    """Every cue of the dose at its second.

    `name` turns a cue's line into the line's full name; `hold` says how many seconds a hold of the score's length lasts for this
    person. The same dose, pace and person always give the same timeline.
    """
    gap = SLOWER if slower else 1.0
    beats: list[TimedCue] = []
    spans: list[MoveWindow] = []
    clock = 0.0
    for index, move in enumerate(dose.moves):
        held = hold(move.hold) if move.hold else 0.0
        start, hold_from = clock, clock + move.settle * gap
        hold_to = hold_from + held
        end = hold_to + move.ease * gap
        beats += [TimedCue(start + cue.at * gap, name(cue.line), index) for cue in move.before]
        opening = True
        for cue in move.during:
            if held < cue.from_hold:
                continue
            at = hold_from + (cue.at if cue.at >= 0 else held + cue.at)
            beats.append(TimedCue(at, name(cue.line), index, lasts=held if opening and held else None))
            opening = False
        beats += [TimedCue(hold_to + cue.at * gap, name(cue.line), index) for cue in move.after]
        spans.append(MoveWindow(start, hold_from, hold_to, end))
        clock = end
    return Timeline(tuple(beats), tuple(spans))
