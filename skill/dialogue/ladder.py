"""What comes next when the cramp has not gone: up the rungs of the content, never the same step twice."""

from dataclasses import replace

from skill.core import personalize
from skill.core.output import Line
from skill.core.schema import LadderStep
from skill.core.vocabulary import ROUTINE, Degree, Form, Method, Position, Step
from skill.dialogue import start_set, warning_signs
from skill.dialogue.questions import DANGER
from skill.dialogue.session import SetStart
from skill.dialogue.turn import Answer, Turn, lines

CHECK_WHEN_WORSE = "check_when_worse"


def still(turn: Turn) -> Answer:
    """It has not gone, has gone only partly, or is worse."""
    known, library = turn.state, turn.library
    if not known.relief_started:
        return worse(turn) if turn.in_set and turn.input.degree == Degree.WORSE else start_set.launch(turn)
    late = by_the_clock(turn)
    if late is not None:
        return late
    if turn.input.degree == Degree.WORSE:
        return worse(turn)
    once = SetStart(replace(turn.current_set, form=Form.ONCE))
    if turn.input.degree == Degree.PARTLY and known.sets_given and once.step.id not in known.sets_given:
        return turn.start_set(once)
    place = library.elsewhere.get(turn.current_set.site)
    if place and place.not_gone and known.sets_given:
        if place.not_gone in known.asked:
            return turn.goodbye((turn.limit_variant("care.other_place"),))
        return turn.with_session(asked=(*known.asked, place.not_gone)).ask(place.not_gone)
    return climb(turn)


def by_the_clock(turn: Turn) -> Answer | None:
    """The question about danger after ten minutes, and the line that names help after fifteen, by the session's own clock."""
    known, ladder = turn.state, turn.library.ladder
    if turn.now is None or known.relief_started_at is None or known.signs or known.doubted:
        return None
    passed = turn.now - known.relief_started_at
    if passed >= ladder.stop_after:
        return warning_signs.fire(turn, ladder.stop)
    if passed >= ladder.ask_after and ladder.ask not in known.asked:
        return _ask(turn, ladder.ask)
    return None


def worse(turn: Turn) -> Answer:
    """Worse means stop: let it rest, and the check at once; then the question about danger; no question twice."""
    if not _check_asked(turn):
        return _ask(turn, CHECK_WHEN_WORSE, lines("care.worse"))
    if not {DANGER, turn.library.ladder.ask} & set(turn.state.asked):
        return _ask(turn, DANGER, lines("care.worse"))
    return climb(turn.with_session(massage_refused=True))


def _ask(turn: Turn, question: str, before: tuple[Line, ...] = ()) -> Answer:
    known = turn.state
    turn = turn.with_session(
        asked=(*known.asked, question), ladder_step=_rung_that_asks(turn, question) or known.ladder_step
    )
    return turn.ask(question, before, _second(turn))


def _check_asked(turn: Turn) -> bool:
    return any(turn.library.questions[question].checks for question in turn.state.asked)


def _rung_that_asks(turn: Turn, question: str) -> str | None:
    line = turn.library.questions[question].line
    rungs = turn.library.ladder.rungs
    return next((rung.name for rung in rungs if rung.ask and turn.library.questions[rung.ask].line == line), None)


def _second(turn: Turn) -> SetStart:
    """The set that follows the check: rubbed where that may be, else with the knee bent, else the same without rubbing."""
    return SetStart(_with_hands(turn, replace(turn.current_set, form=Form.MASSAGE)))


def _gentle(turn: Turn) -> Step:
    here = turn.current_set
    bent = turn.library.scores[here.site].bent_knee
    step = replace(here, site=bent or here.site, form=Form.GENTLE)
    return personalize.adapt_set(turn.library, step, turn.state.limits)


def climb(turn: Turn) -> Answer:
    """The next rung that suits this person and was not given yet; after the last, advice to get help."""
    rungs = turn.library.ladder.rungs
    names = [rung.name for rung in rungs]
    known = turn.state
    start = names.index(known.ladder_step) + 1 if known.ladder_step in names else 0
    for rung in rungs[start:]:
        if rung.only or not _suits(turn, rung):
            continue
        return take(turn, rung)
    if not {DANGER, turn.library.ladder.ask} & set(known.asked):
        return _ask(turn, DANGER)
    return _gently_on(turn)


def _gently_on(turn: Turn) -> Answer:
    """After the last rung, until the clock names help: one hold, a gentle set, a moving foot, never the same twice in a row.

    Where the limits leave nothing but rest, the doctor is named instead.
    """
    here, known = turn.current_set, turn.state
    library, limits = turn.library, known.limits
    loose = Step("jiggle", here.position)
    loosens = personalize.helps(library, loose.site, here.site) and not personalize.must_rest(library, loose, limits)
    if personalize.must_rest(library, here, limits):
        if not loosens:
            return turn.goodbye((turn.limit_variant("care.other_place"),))
        steps: tuple[Step, ...] = (replace(here, form=Form.PLAIN), loose)
    else:
        steps = (
            replace(here, form=Form.ONCE),
            _gentle(turn),
            loose if loosens else Step(personalize.REST, here.position),
        )
    numbers = {step.id: number for number, step in enumerate(steps)}
    last = next((numbers[step] for step in reversed(known.sets_given) if step in numbers), -1)
    return turn.start_set(SetStart(steps[(last + 1) % len(steps)]))


def take(turn: Turn, rung: LadderStep) -> Answer:
    turn = turn.with_session(ladder_step=rung.name)
    if rung.ask:
        return _ask(turn, rung.ask)
    if rung.score and not personalize.helps(turn.library, rung.score, turn.current_set.site):
        return climb(turn)
    return turn.start_set(SetStart(_step(turn, rung)))


def _step(turn: Turn, rung: LadderStep) -> Step:
    here = turn.current_set
    step = Step(rung.score or here.site, rung.position or here.position, rung.form or Form.PLAIN)
    return _with_hands(turn, step, turn.state.checked)


def _with_hands(turn: Turn, step: Step, checked: bool = True) -> Step:
    """The step as it suits; what takes a hand is not done standing, and nothing is rubbed unless `checked`."""
    library, limits = turn.library, turn.state.limits
    if step.form not in (Form.MASSAGE, Form.WARM, Form.COLD):
        return personalize.adapt_set(library, step, limits)
    if step.form is Form.MASSAGE and (turn.state.massage_refused or not checked):
        return _gentle(turn)
    allowed = [
        position for position in personalize.positions(library, step.site, limits) if position != Position.STANDING
    ]
    if step.position == Position.STANDING and allowed:
        step = replace(step, position=Position.SITTING if Position.SITTING in allowed else allowed[0])
    suited = personalize.adapt_set(library, step, limits)
    return _gentle(turn) if step.form is Form.MASSAGE and suited.form is not Form.MASSAGE else suited


def _suits(turn: Turn, rung: LadderStep) -> bool:
    known = turn.state
    if rung.ask and turn.library.questions[rung.ask].checks:
        return not _check_asked(turn)
    if rung.ask == "steady":
        standing = Step(turn.current_set.site, Position.STANDING)
        if Position.STANDING in turn.library.scores[standing.site].only_asked:
            return False
        return "steady" not in known.asked and start_set.can_stand(turn) and standing.id not in known.sets_given
    if rung.ask:
        return rung.ask not in known.asked
    if rung.score and not personalize.helps(turn.library, rung.score, turn.current_set.site):
        return False
    if rung.needs and known.position != rung.needs:
        return False
    if rung.form in (Form.WARM, Form.COLD) and not known.checked:
        return False
    if rung.score and rung.position is None and known.position == Position.STANDING:
        return False
    step = _step(turn, rung)
    if personalize.must_rest(turn.library, step, known.limits) and _rested(turn):
        return False
    return step.id not in known.sets_given and (rung.position is None or step.position == rung.position)


def _rested(turn: Turn) -> bool:
    """Return True if a set was given whose place this person's limits leave nothing but rest: it was the same rest."""
    sites = {given.partition(".")[0] for given in turn.state.sets_given}
    return any(personalize.must_rest(turn.library, Step(site, Position.LYING), turn.state.limits) for site in sites)


def method(turn: Turn) -> Answer:
    """A way of helping that was asked for: in its turn of the ladder, and never rubbed or warmed before the check."""
    if turn.in_set and turn.place.step and turn.place.step.form in ROUTINE:
        return turn.remark(turn.keep_going())
    turn = turn.with_session(reported_pain=True)
    known, here = turn.state, turn.current_set
    if not known.relief_started:
        return start_set.launch(turn)
    match turn.input.method:
        case Method.MASSAGE:
            wanted = _with_hands(turn, replace(here, form=Form.MASSAGE))
        case Method.HEAT:
            wanted = _with_hands(turn, replace(here, form=Form.WARM))
        case Method.COLD:
            wanted = _with_hands(turn, replace(here, form=Form.COLD))
        case Method.WALK if here.site not in turn.library.elsewhere:
            return _walk(turn)
        case _:
            return turn.with_session(ladder_step=known.ladder_step or turn.library.ladder.rungs[0].name).start_set(
                SetStart(here)
            )
    if not known.checked and not known.massage_refused:
        return turn.with_session(asked=(*known.asked, "check")).ask("check", (), SetStart(wanted))
    return turn.start_set(SetStart(wanted))


def _walk(turn: Turn) -> Answer:
    """Walking needs steadiness first; whoever cannot stand jiggles the foot."""
    if turn.state.position == Position.STANDING and personalize.may_stand(turn.library, "walk", turn.state.limits):
        return take(turn, turn.library.ladder.rung("walk"))
    if start_set.can_stand(turn):
        return turn.ask("steady_to_walk")
    return take(turn, turn.library.ladder.rung("jiggle"))
