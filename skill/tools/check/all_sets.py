"""Every set that somebody can be given, whatever their limits and pace."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from skill.core import personalize
from skill.core.personalize import Person
from skill.core.schema import ANY, ContentLibrary, LimitRule
from skill.core.timeline import Timeline
from skill.core.vocabulary import Form, Position, Site, Step
from skill.dialogue.playback import HOLDS


@dataclass(frozen=True)
class Given:
    """A set as somebody is given it: the step, whether they have the usual pace, and what their limits make of it."""

    step: Step
    usual: bool
    first: str
    timeline: Timeline


def every_set(content: ContentLibrary) -> Iterator[tuple[Step, Person]]:
    """With no limit and with each one that changes a set for the place, at every pace; with each two such at the usual one."""
    paces = [Person(hold=hold, slower=slower) for hold in (None, *HOLDS) for slower in (False, True)]
    for site, score in content.scores.items():
        positions = list(Position) if ANY in score.sources else [each for each in Position if each in score.sources]
        forms = [form for form in Form if (score.dose, form) in content.doses]
        asked = [Step(site, position, form) for position, form in itertools.product(positions, forms)]
        changing = [limit for limit, rule in content.limits.items() if _changes(rule, site)]
        for limits in ((), *((limit,) for limit in changing), *itertools.combinations(changing, 2)):
            steps = dict.fromkeys(
                personalize.adapt_set(content, step, limits)
                for step in asked
                if step.form is not Form.PART_TWO or not personalize.one_part(content, step, limits)
            )
            for step, pace in itertools.product(steps, paces if len(limits) < 2 else paces[:1]):
                yield step, replace(pace, limits=limits)


def _changes(rule: LimitRule, site: Site) -> bool:
    """Whether a limit may change a set for this place: `adapt` looks at nothing else of it."""
    of_all = bool(rule.rest or rule.never or rule.hold or rule.instead)
    return site in rule.sites or of_all or rule.massage != "usual" or not rule.heat


def outcomes(content: ContentLibrary) -> tuple[Given, ...]:
    """What comes of every set, once each: many a limit changes nothing in most sets."""
    return tuple(
        dict.fromkeys(
            Given(
                step,
                person == person.at_usual_pace,
                personalize.first(content, step, person),
                personalize.timeline(content, step, person),
            )
            for step, person in every_set(content)
        )
    )
