"""What a person cannot do or must mind, where they are, and whether they may stand."""

from dataclasses import replace

from skill.core import personalize
from skill.core.output import Line
from skill.core.vocabulary import ROUTINE, TO_STANDING, Form, Limit, Position, Step
from skill.dialogue import ladder, start_set, warning_signs
from skill.dialogue.questions import STEADY
from skill.dialogue.session import SetStart
from skill.dialogue.turn import Answer, Turn, lines

HELPER: Limit = "helper"  #: what it makes of a set that somebody else does the stretch for the person


def noted(turn: Turn, told: bool = False) -> Turn:
    """The limit and the position that were said, kept for the rest of the session; what a limit owes follows relief.

    `told`: a cramp was told in the same breath; only then is somebody who says that they stand taken to be steady.
    """
    ask, known = turn.input, turn.state
    if ask.position and ask.position != TO_STANDING:
        steady = True if told and ask.position == Position.STANDING and known.steady is None else known.steady
        turn = turn.with_session(position=ask.position, steady=steady)
    for limit in (ask.limit, HELPER if ask.person else None):
        turn = _with_limit(turn, limit) if limit and limit not in known.limits else turn
    return turn


def _with_limit(turn: Turn, limit: Limit) -> Turn:
    known = turn.state
    owed, heard = f"limits.{limit}.after", f"limits.{limit}.heard"
    new = (owed,) if turn.words.has(owed) and owed not in known.lines_after_relief else ()
    stands = Position.STANDING not in turn.library.limits[limit].never
    turn = turn.with_session(
        limits=(*known.limits, limit),
        lines_after_relief=(*known.lines_after_relief, *new),
        steady=known.steady if stands else False,
    )
    said = lines(heard) if turn.input.intent == "RelieveIntent" and turn.words.has(heard) else ()
    return replace(turn, after_action=(*turn.after_action, *said))


def can_again(turn: Turn) -> Answer:
    """A limit is taken back by its name. That answers no open question: the set goes on, or the question is asked again."""
    limit, known = turn.input.limit, turn.state
    if limit is None and not (known.signs or known.doubted):
        return turn.remark(turn.keep_going())
    turn = turn.with_session(
        limits=tuple(other for other in known.limits if other != limit),
        lines_after_relief=tuple(line for line in known.lines_after_relief if line != f"limits.{limit}.after"),
        steady=None if known.steady is False else known.steady,
    )
    if turn.state.signs or turn.state.doubted:
        return warning_signs.unclear(turn)
    if not known.relief_started and not turn.in_set and turn.place.question is None:
        return start_set.launch(turn)
    return turn.remark(turn.keep_going() or lines("talk.noted"))


def stand_up(turn: Turn) -> Answer:
    """A wish to stand up, or a question about it: never for whoever cannot; else how to get up, and whether they are steady."""
    library, known = turn.library, turn.state
    never = any(Position.STANDING in rule.never for _, rule in personalize.rules(library, known.limits))
    if never or known.steady is False:
        return turn.remark(lines("limits.cannot_stand.heard"))
    site = turn.current_set.site
    standing = Step(site if start_set.can_stand(turn) else "walk", Position.STANDING)
    how = () if known.position == Position.STANDING else lines("ladder.sit_up")
    return turn.with_session(steady=None, **turn.clock()).ask(STEADY, how, SetStart(standing))


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
