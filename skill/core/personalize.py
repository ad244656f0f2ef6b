"""What one person's limits and pace make of a step: the position, the words and the seconds.

A limit never adds: each takes something away, and where they leave no position at all, the leg rests.
"""

from dataclasses import dataclass, replace

from skill.core.schema import ANY, POSITIONS, ContentLibrary, LimitRule, SiteRule
from skill.core.timeline import SHORTEST_HOLD, Timeline, build_timeline
from skill.core.vocabulary import Form, Limit, Position, Site, Step

#: what is said instead where rubbing must stay light
LIGHT = {"rub": "cues.stroke", "cues.rub_on": "cues.stroke_on"}
REST: Site = "rest"  #: the score that is given where a limit allows no stretch


@dataclass(frozen=True)
class Person:
    """What this session knows of the one who cramps: limits by id, the hold asked for in seconds, a slower pace."""

    limits: tuple[Limit, ...] = ()
    hold: float | None = None
    slower: bool = False

    @property
    def at_usual_pace(self) -> "Person":
        return replace(self, hold=None, slower=False)


def rules(library: ContentLibrary, limits: tuple[Limit, ...]) -> list[tuple[Limit, LimitRule]]:
    """The rules in the order of the content, in which an earlier limit's words win."""
    if not limits:
        return []
    return [(limit, rule) for limit, rule in library.limits.items() if limit in limits]


def _cells(library: ContentLibrary, site: Site, limits: tuple[Limit, ...]) -> list[tuple[Limit, SiteRule]]:
    return [(limit, rule.sites[site]) for limit, rule in rules(library, limits) if site in rule.sites]


def positions(library: ContentLibrary, site: Site, limits: tuple[Limit, ...]) -> tuple[str, ...]:
    """The positions in which this person may stretch this place, most suitable first; none means rest."""
    score = library.scores[site]
    if ANY in score.sources:
        return POSITIONS
    cells = [cell for _, cell in _cells(library, site, limits)]
    if any(cell.rest for cell in cells) or _rests_all(library, limits):
        return ()
    preferred = next((cell.positions for cell in cells if cell.positions), POSITIONS)
    never = {position for _, rule in rules(library, limits) for position in rule.never}
    return tuple(
        position
        for position in preferred
        if position in score.sources
        and position not in never
        and all(position in (cell.positions or POSITIONS) for cell in cells)
    )


def _rests_all(library: ContentLibrary, limits: tuple[Limit, ...]) -> bool:
    return any(rule.rest for _, rule in rules(library, limits))


def default_position(library: ContentLibrary, site: Site, limits: tuple[Limit, ...]) -> str:
    """The position for somebody who said none: lying, or what suits their limits best."""
    return next(iter(positions(library, site, limits)), Position.LYING)


def adapt_set(library: ContentLibrary, step: Step, limits: tuple[Limit, ...]) -> Step:
    """The step as this person may do it: nearest allowed position, nothing rubbed or warmed that must not be."""
    allowed = positions(library, step.site, limits)
    position, form = step.position, step.form
    if allowed and position not in allowed:
        near = Position.SITTING if position == Position.STANDING else allowed[0]
        position = near if near in allowed else allowed[0]
    if form is Form.MASSAGE and not may_rub(library, step.site, position, limits):
        form = Form.GENTLE
    if form in (Form.WARM, Form.COLD) and not all(rule.heat for _, rule in rules(library, limits)):
        form = Form.GENTLE
    return Step(step.site, position, form)


def one_part(library: ContentLibrary, step: Step, limits: tuple[Limit, ...]) -> bool:
    """Whether a routine of two parts is over after its first one."""
    return any(cell.one_part for _, cell in _cells(library, step.site, limits))


def may_rub(library: ContentLibrary, site: Site, position: str, limits: tuple[Limit, ...]) -> bool:
    return position in library.scores[site].rub and all(rule.massage != "none" for _, rule in rules(library, limits))


def may_stand(library: ContentLibrary, site: Site, limits: tuple[Limit, ...]) -> bool:
    return Position.STANDING in positions(library, site, limits) and not any(
        Position.STANDING in rule.never for _, rule in rules(library, limits)
    )


def helps(library: ContentLibrary, step: Site, site: Site) -> bool:
    """Whether a step of its own, such as jiggling the foot, helps a cramp at this place."""
    return not library.scores[step].only_for or site in library.scores[step].only_for


def _lightly(library: ContentLibrary, limits: tuple[Limit, ...]) -> bool:
    return any(rule.massage == "light" for _, rule in rules(library, limits))


def must_rest(library: ContentLibrary, step: Step, limits: tuple[Limit, ...]) -> bool:
    """Whether this person's limits leave no stretch for the place: then every form of it is the same rest."""
    return not positions(library, step.site, limits)


def _named(library: ContentLibrary, step: Step, limits: tuple[Limit, ...], role: str, resting: bool) -> str:
    """The full name of the stretch's own line for a role, or of the rest's that comes instead."""
    sites = (step.site, REST) if resting else (step.site,)
    if resting and _rests_all(library, limits):
        sites = (REST,)
    for site in sites:
        for limit, cell in _cells(library, site, limits):
            if resting and site == step.site != REST and not cell.rest:
                continue  # words for a stretch, which is not given
            for its_own in (f"{step.position}.{role}", role):
                if its_own in cell.lines and not set(cell.silent_with) & set(limits):
                    return f"{site}.{limit}.{its_own}"
    if role in LIGHT and _lightly(library, limits):
        return LIGHT[role]
    return library.scores[REST if resting else step.site].line(step.position, role)


def first(library: ContentLibrary, step: Step, person: Person) -> str:
    """The name of the line with the first action."""
    role = "second" if step.form is Form.PART_TWO else "first"
    return _named(library, step, person.limits, role, must_rest(library, step, person.limits))


def timeline(library: ContentLibrary, step: Step, person: Person) -> Timeline:
    """The whole set as this person does it, every cue at its second."""
    resting = must_rest(library, step, person.limits)
    score = library.scores[REST if resting else step.site]
    dose = library.doses.get((score.dose, step.form)) or library.doses[score.dose, Form.PLAIN]

    lightly = _lightly(library, person.limits)
    minded = [rule for _, rule in rules(library, person.limits)]

    def name(line: str) -> str:
        if line.startswith("."):
            return _named(library, step, person.limits, line[1:], resting)
        instead = next((rule.instead[line] for rule in minded if line in rule.instead), None)
        return instead or (LIGHT.get(line, line) if lightly else line)

    at_most = min((rule.hold for _, rule in rules(library, person.limits) if rule.hold), default=None)

    def hold(seconds: float) -> float:
        if at_most is not None:
            return min(seconds, at_most)
        return person.hold if person.hold and paced else seconds

    # A routine whose holds are below the bounds was studied so; pace leaves it as it is.
    paced = any(move.hold >= SHORTEST_HOLD for move in dose.moves)
    return build_timeline(dose, name, hold, person.slower and paced)


def sources(library: ContentLibrary, step: Step) -> tuple[str, ...]:
    """Whose advice the step is."""
    table = library.scores[step.site].sources
    return table.get(step.position) or table[ANY]
