"""Relief: a cramp is named, the person says what does not suit them, and the cramp goes."""

from dataclasses import replace

from skill.core import personalize
from skill.core.output import Line
from skill.core.vocabulary import DEFAULT_SITE, ROUTINE, Form, Side, Step
from skill.dialogue import ladder, start_set, warning_signs
from skill.dialogue.session import SetStart
from skill.dialogue.turn import Answer, Turn, lines

_OPPOSITE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def relieve(turn: Turn) -> Answer:
    """A cramp is named, with any mix of place, side and position; what is not said stays as it was."""
    turn = turn.with_session(reported_pain=True)
    ask, known = turn.input, turn.state
    question = turn.library.questions.get(turn.place.question or "")
    said = question.means.get(ask.site, ask.site) if question and ask.site else ask.site
    site = said or known.site or DEFAULT_SITE
    side = _side(known.side, ask.side)
    moved = site != (known.site or DEFAULT_SITE) or (ask.side is not None and side != known.side)
    turn = turn.with_session(side=side, position=ask.position or known.position)
    if site in turn.library.elsewhere and site not in turn.library.scores:
        return _elsewhere(turn, site)
    turn = turn.with_session(site=site)
    if known.relieved:
        return start_set.came_back(turn)
    if moved:
        turn = turn.with_session(ladder_step=None, checked=False, asked=())
    return start_set.begin(turn, turn.current_set)


def _side(known: str | None, said: str | None) -> str | None:
    """The other side of a known one; with no side known, "other" drops it."""
    if said == Side.OTHER:
        return _OPPOSITE.get(Side(known)) if known else None
    return said or known


def _elsewhere(turn: Turn, site: str) -> Answer:
    """Not a place to stretch: its line, and the one question that matters there."""
    place = turn.library.elsewhere[site]
    if place.sign:
        return warning_signs.fire(turn, place.sign)
    assert place.ask is not None
    return turn.ask(place.ask, lines(f"elsewhere.{site}"), SetStart(turn.current_set))


def noted(turn: Turn) -> Turn:
    """The limit and the position that were said, kept for the rest of the session; what a limit owes follows relief."""
    ask, known = turn.input, turn.state
    turn = turn.with_session(position=ask.position or known.position)
    if ask.limit is None or ask.limit in known.limits:
        return turn
    owed = f"limits.{ask.limit}.after"
    new = (owed,) if turn.words.has(owed) and owed not in known.lines_after_relief else ()
    return turn.with_session(limits=(*known.limits, ask.limit), lines_after_relief=(*known.lines_after_relief, *new))


def change(turn: Turn) -> Answer:
    """What somebody cannot do, or where they are now: everything after this suits it."""
    ask, known, place = turn.input, turn.state, turn.place
    heard: tuple[Line, ...] = ()
    if ask.limit and turn.words.has(f"limits.{ask.limit}.heard"):
        heard = lines(f"limits.{ask.limit}.heard")
    turn = noted(turn)
    if place.step is None and known.waiting is None:
        in_a_cramp = known.relief_started and place.question is not None
        return turn.remark(heard or lines("talk.noted")) if in_a_cramp else _changed_in_calm(turn)
    if place.finished and not ask.position:
        return turn.remark(heard or lines("talk.noted"))
    if place.step is None and turn.place.question not in (None, "where", "go_on", "go_on_after_answer"):
        return turn.remark(heard or lines("talk.noted"))
    broken = turn.running_play() or known.waiting or SetStart(place.step or turn.current_set)
    if broken.step.form in ROUTINE:
        return _routine_changed(turn, broken)
    if not _can_go_on(turn, broken.step):
        return ladder.take(turn, turn.library.ladder.rung("jiggle"))
    step = personalize.adapt_set(
        turn.library, replace(broken.step, position=ask.position or broken.step.position), turn.state.limits
    )
    moves = len(personalize.timeline(turn.library, step, turn.state.person).spans)
    play = SetStart(step, min(broken.move, moves - 1))
    if turn.place.question == "where" and not turn.must_check(step):
        return (
            start_set.launch(turn.with_session(waiting=None))
            if not ask.position
            else start_set.begin(turn, turn.current_set)
        )
    return start_set.resume(turn, play, heard)


def _can_go_on(turn: Turn, step: Step) -> bool:
    """Whether a walk or the like may go on: not for somebody who sits or cannot stand."""
    score = turn.library.scores[step.site]
    wanted = turn.input.position or step.position
    allowed = personalize.positions(turn.library, step.site, turn.state.limits)
    return score.place or (wanted in score.sources and bool(allowed))


def _routine_changed(turn: Turn, broken: SetStart) -> Answer:
    """The routine goes on in another position, or is over where the limits leave none of it."""
    library, limits = turn.library, turn.state.limits
    if not personalize.positions(library, broken.step.site, limits):
        return turn.ask("anything_else", lines("bedtime.none"))
    if broken.step.form is Form.PART_TWO and personalize.one_part(library, broken.step, limits):
        return turn.ask("anything_else", lines("bedtime.enough"))
    position = turn.input.position or broken.step.position
    return turn.start_set(
        SetStart(personalize.adapt_set(library, replace(broken.step, position=position), limits), broken.move)
    )


def _changed_in_calm(turn: Turn) -> Answer:
    if turn.input.position:
        return start_set.begin(turn, turn.current_set)
    return start_set.launch(turn)


def eased(turn: Turn) -> Answer:
    """It has gone: two lines of aftercare and a quiet end."""
    known = turn.state
    if not known.relief_started:
        return turn.with_session(reported_pain=True).ask("what_to_know", lines("talk.eased_early"))
    return turn.with_session(relieved=True).goodbye(lines("talk.aftercare", "talk.come_back"))
