"""What the library holds: one typed entry for each table of the content. `library` reads them; the dialogue only looks at them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from skill.core.timeline import SetTiming
from skill.core.vocabulary import (
    NUMB,
    TO_STANDING,
    Degree,
    Form,
    Level,
    Limit,
    Matter,
    Method,
    Pace,
    Position,
    Side,
    Sign,
    Site,
    Step,
    Topic,
    Voice,
)

POSITIONS = tuple(Position)
ANY = "any"  #: the position table of a score that is done in whatever position one is in


@dataclass(frozen=True)
class Score:
    """How one place is stretched: its dose and, for each position, where that comes from.

    A score that is no `place` is a step of its own: a walk, a rest, the routine before sleep.
    """

    site: Site
    place: bool
    dose: str
    rub: tuple[str, ...]
    only_asked: tuple[str, ...]  #: positions that are given only to somebody who asks for them
    only_for: tuple[Site, ...]  #: of a step of its own: the places that it helps; none named: all
    bent_knee: Site | None
    sources: Mapping[str, tuple[str, ...]]
    leg: bool = (
        False  #: a place of the leg, for which the ladder is; any other place has its own questions (OtherBodyPart)
    )

    def line(self, position: str, role: str) -> str:
        return f"{self.site}.{ANY if ANY in self.sources else position}.{role}"


@dataclass(frozen=True)
class SiteRule:
    """What a limit changes for one site.

    The positions allowed (none named: as usual), the roles that have words of their own, the limits under which those words are
    not said after all, whether there is rest instead of a stretch, and whether a routine of two parts is over after its first.
    """

    positions: tuple[str, ...]
    lines: tuple[str, ...]
    silent_with: tuple[Limit, ...]
    rest: bool
    one_part: bool


@dataclass(frozen=True)
class LimitRule:
    """What somebody cannot do or must mind.

    `hold` is the longest hold in seconds; `check_first` names the places where the check precedes the set. `ask_before` is asked
    before the first action of any set. With `rest`, no place is stretched at all.
    """

    sources: tuple[str, ...]
    massage: str  #: "usual", "light" or "none"
    heat: bool
    hold: float | None
    never: tuple[str, ...]
    check_first: tuple[Site, ...]
    instead: Mapping[str, str]  #: by the name of a line that all stretches share, the one that is said in its place
    ask_before: str | None
    rest: bool
    sites: Mapping[Site, SiteRule]


@dataclass(frozen=True)
class SignRule:
    """A warning sign: `level` where it fires, `ask` where it only asks a question first; exactly one of the two.

    What its care line ends in is its line of words/<language>/heard.toml; "heard.again" where the care line has just said what was
    heard (`says_it`), and another question where one is named (`ends_in`).
    """

    level: Level | None
    ask: str | None
    coloured: Mapping[Limit, Sign]
    adds: Limit | None
    family: (
        Sign | None
    )  #: taking back that sign takes back this one too; of a word that only asks, the sign that it asks about
    says_it: bool
    ends_in: str | None
    at: Mapping[Site, Sign]  #: told of this place, it is that sign
    action_first: bool  #: with no set running, the first action comes before its question
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """Where an answer leads: `kind` is one of OUTCOMES, `to` its object."""

    kind: str
    to: str


#: whom to call
NUMBERS = ("emergency", "nurse", "poison", "crisis")
OUTCOMES = ("go", "sign", "ask", "rung", "say", "set")
GOES = (
    *("on", "gently", "eased", "next", "care", "goodbye", "menu", "good_night", "remind", "cancel", "forget"),
    *("confirm_sign", "clear_sign", "other_place"),
)


@dataclass(frozen=True)
class Question:
    """A yes-or-no question; `stops`: no stretch goes on while it is open; `checks`: "no" lets the leg be rubbed and warmed."""

    line: str
    yes: Outcome
    no: Outcome
    unsure: Outcome
    silence: Outcome | None
    stops: bool
    checks: bool
    steadies: bool  #: "yes" to it means that the person is steady on their feet
    sources: tuple[str, ...]
    means: Mapping[Site, Site]  #: a place said in answer to this question is another one
    says_yes: tuple[str, ...]  #: signs and limits, light by themselves, that are a yes to it
    tells: Mapping[Sign, Sign]  #: a sign told in answer to it is another one


@dataclass(frozen=True)
class OtherBodyPart:
    """What to do about a cramp that is not in the leg."""

    sign: Sign | None
    ask: str | None
    ask_first: str | None
    not_gone: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class LadderStep:
    """One step of the ladder: a set in some form, or a question; exactly one of the two. `content/ladder.toml` tells the rest."""

    name: str
    form: Form | None
    ask: str | None
    then: str | None
    score: Site | None
    position: str | None
    needs: str | None
    only: bool


@dataclass(frozen=True)
class Way:
    """How somebody comes from one position into another: the line that tells them, and the seconds that it takes."""

    start: str
    to: str
    line: str
    seconds: float


@dataclass(frozen=True)
class Ladder:
    """The rungs in order; the clock's times are seconds since the session's first set."""

    rungs: tuple[LadderStep, ...]
    ask_after: float
    ask: str
    stop_after: float
    stop: Sign
    ways: tuple[Way, ...]

    def way(self, start: str, to: str) -> Way | None:
        """Return how somebody comes from one position into another; None where they need not move."""
        return next((way for way in self.ways if (way.start, way.to) == (start, to)), None)

    def rung(self, name: str) -> LadderStep:
        return next(rung for rung in self.rungs if rung.name == name)


@dataclass(frozen=True)
class Answer:
    """Whose word an answer is, and the limits that have another one."""

    sources: tuple[str, ...]
    under: tuple[Limit, ...]


#: bed, chair or wall; the other leg; the person; what is stretched; the movement
STROKES = ("ground", "far", "body", "muscle", "arrow")
FIELD = 100  #: width and height of the field on which all drawings are made


@dataclass(frozen=True)
class Stroke:
    """One line of a drawing: SVG path data on the field, drawn round-ended and unfilled; `role` is one of STROKES."""

    path: str
    width: float
    role: str


@dataclass(frozen=True)
class Drawing:
    """A picture of one movement; later strokes lie over earlier ones."""

    strokes: tuple[Stroke, ...]


@dataclass(frozen=True)
class ContentLibrary:
    """All of the content but the words."""

    doses: Mapping[tuple[str, Form], SetTiming]
    scores: Mapping[Site, Score]
    elsewhere: Mapping[Site, OtherBodyPart]
    limits: Mapping[Limit, LimitRule]
    signs: Mapping[Sign, SignRule]
    questions: Mapping[str, Question]
    ladder: Ladder
    answers: Mapping[Topic, Answer]
    sources: tuple[str, ...]
    regions: Mapping[str, Mapping[str, str]]  #: telephone numbers by country, and then by NUMBERS in capitals
    drawings: Mapping[str, Drawing]  #: by the name of the first action that they show

    def slot_ids(self) -> dict[str, frozenset[str]]:
        """Every id that a slot of the interaction model can have, by the slot's name."""
        return {
            "Site": frozenset(self.elsewhere) | {site for site, score in self.scores.items() if score.place},
            "Side": frozenset(Side),
            "Position": frozenset(Position) | {TO_STANDING},
            "Limit": frozenset(self.limits),
            "Degree": frozenset(Degree),
            "Sign": frozenset(self.signs),
            "Finding": frozenset(self.signs) | {NUMB},
            "Matter": frozenset(Matter),
            "Topic": frozenset(self.answers),
            "Method": frozenset(Method),
            "Pace": frozenset(Pace),
            "Voice": frozenset(Voice),
        }

    def drawing(self, step: Step, lines: Iterable[str]) -> Drawing | None:
        """What a set shows that says these lines: a limit's own words have their own picture, and rest has that of rest."""
        role = "second" if step.form is Form.PART_TWO else "first"
        firsts = (f"{line.rpartition('.')[0]}.{role}" for line in lines)
        return next((self.drawings[first] for first in firsts if first in self.drawings), None)
