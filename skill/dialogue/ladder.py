"""What comes next when the cramp has not gone: up the rungs of the content, never the same step twice."""

from dataclasses import replace

from skill.core import personalize
from skill.core.output import Line
from skill.core.schema import Rung
from skill.core.vocabulary import ROUTINE, Degree, Form, Method, Position, Step
from skill.dialogue import start_set, warning_signs
from skill.dialogue.session import Play
from skill.dialogue.turn import Answer, Turn, lines


def still(turn: Turn) -> Answer:
    """It has not gone, has gone only partly, or is worse."""
    known, library = turn.conversation, turn.library
    if known.relieved:
        return start_set.came_back(turn)
    if not known.begun:
        return _worse(turn) if turn.in_set and turn.ask.degree == Degree.WORSE else start_set.launch(turn)
    late = _by_the_clock(turn)
    if late is not None:
        return late
    if turn.ask.degree == Degree.WORSE:
        return _worse(turn)
    once = Play(replace(turn.here, form=Form.ONCE))
    if turn.ask.degree == Degree.PARTLY and known.given and once.step.id not in known.given:
        return turn.start_set(once)
    place = library.elsewhere.get(turn.here.site)
    if place and place.not_gone and known.given:
        if place.not_gone in known.asked:
            return turn.goodbye((turn.suited("care.other_place"),))
        return turn.but(asked=(*known.asked, place.not_gone)).put(place.not_gone)
    return climb(turn)


def _by_the_clock(turn: Turn) -> Answer | None:
    """The ten-minute question and the fifteen-minute line, by the session's own clock."""
    known, ladder = turn.conversation, turn.library.ladder
    if turn.now is None or known.began is None:
        return None
    passed = turn.now - known.began
    if passed >= ladder.stop_after:
        return warning_signs.fire(turn, ladder.stop)
    if passed >= ladder.ask_after:
        return _ask(turn, ladder.ask)
    return None


def _worse(turn: Turn) -> Answer:
    """Worse means stop: let it rest, and the check at once; after two sets, the question about danger."""
    if not _check_asked(turn):
        return _ask(turn, "check_when_worse", lines("care.worse"))
    if not {"danger_when_worse", turn.library.ladder.ask} & set(turn.conversation.asked):
        return _ask(turn, "danger_when_worse", lines("care.worse"))
    return climb(turn)


def _ask(turn: Turn, question: str, before: tuple[Line, ...] = ()) -> Answer:
    known = turn.conversation
    if question in known.asked and question == turn.library.ladder.ask:
        return warning_signs.fire(turn, "long_cramp_tonight")
    turn = turn.but(asked=(*known.asked, question), rung=_rung_that_asks(turn, question) or known.rung)
    return turn.put(question, before, _second(turn))


def _check_asked(turn: Turn) -> bool:
    return any(turn.library.questions[question].checks for question in turn.conversation.asked)


def _rung_that_asks(turn: Turn, question: str) -> str | None:
    line = turn.library.questions[question].line
    rungs = turn.library.ladder.rungs
    return next((rung.name for rung in rungs if rung.ask and turn.library.questions[rung.ask].line == line), None)


def _second(turn: Turn) -> Play:
    """The set that follows the check: rubbed where that may be, else with the knee bent, else the same without rubbing."""
    return Play(_with_hands(turn, replace(turn.here, form=Form.MASSAGE)))


def _gentle(turn: Turn) -> Step:
    here = turn.here
    bent = turn.library.scores[here.site].bent_knee
    step = replace(here, site=bent or here.site, form=Form.GENTLE)
    return personalize.suit(turn.library, step, turn.conversation.limits)


def climb(turn: Turn) -> Answer:
    """The next rung that suits this person and was not given yet; after the last, advice to get help."""
    rungs = turn.library.ladder.rungs
    names = [rung.name for rung in rungs]
    known = turn.conversation
    start = names.index(known.rung) + 1 if known.rung in names else 0
    for rung in rungs[start:]:
        if rung.only or not _suits(turn, rung):
            continue
        return take(turn, rung)
    return warning_signs.fire(turn, "long_cramp_tonight")


def take(turn: Turn, rung: Rung) -> Answer:
    turn = turn.but(rung=rung.name)
    if rung.ask:
        return _ask(turn, rung.ask)
    return turn.start_set(Play(_step(turn, rung)), enter=rung.enter)


def _step(turn: Turn, rung: Rung) -> Step:
    here = turn.here
    step = Step(rung.score or here.site, rung.position or here.position, rung.form or Form.PLAIN)
    return _with_hands(turn, step, turn.conversation.checked)


def _with_hands(turn: Turn, step: Step, checked: bool = True) -> Step:
    """The step as it suits; what takes a hand is not done standing, and nothing is rubbed unless `checked`."""
    library, limits = turn.library, turn.conversation.limits
    if step.form not in (Form.MASSAGE, Form.WARM, Form.COLD):
        return personalize.suit(library, step, limits)
    if step.form is Form.MASSAGE and (turn.conversation.no_rub or not checked):
        return _gentle(turn)
    allowed = [
        position for position in personalize.positions(library, step.site, limits) if position != Position.STANDING
    ]
    if step.position == Position.STANDING and allowed:
        step = replace(step, position=Position.SITTING if Position.SITTING in allowed else allowed[0])
    suited = personalize.suit(library, step, limits)
    return _gentle(turn) if step.form is Form.MASSAGE and suited.form is not Form.MASSAGE else suited


def _suits(turn: Turn, rung: Rung) -> bool:
    known = turn.conversation
    if rung.ask and turn.library.questions[rung.ask].checks:
        return not _check_asked(turn)
    if rung.ask == "steady":
        standing = Step(turn.here.site, Position.STANDING)
        return "steady" not in known.asked and start_set.can_stand(turn) and standing.id not in known.given
    if rung.ask:
        return rung.ask not in known.asked
    if rung.needs and known.position != rung.needs:
        return False
    if rung.form in (Form.WARM, Form.COLD) and not known.checked:
        return False
    if rung.score and rung.position is None and known.position == Position.STANDING:
        return False
    step = _step(turn, rung)
    if personalize.rests(turn.library, step, known.limits) and any(
        given.startswith(f"{step.site}.") for given in known.given
    ):
        return False
    return step.id not in known.given and (rung.position is None or step.position == rung.position)


def method(turn: Turn) -> Answer:
    """A way of helping that was asked for: in its turn of the ladder, and never rubbed or warmed before the check."""
    if turn.in_set and turn.place.step and turn.place.step.form in ROUTINE:
        return turn.aside(turn.keep_going())
    turn = turn.but(hurts=True)
    known, here = turn.conversation, turn.here
    if not known.begun:
        return start_set.launch(turn)
    match turn.ask.method:
        case Method.MASSAGE:
            wanted = _with_hands(turn, replace(here, form=Form.MASSAGE))
        case Method.HEAT:
            wanted = _with_hands(turn, replace(here, form=Form.WARM))
        case Method.COLD:
            wanted = _with_hands(turn, replace(here, form=Form.COLD))
        case Method.WALK if here.site not in turn.library.elsewhere:
            return _walk(turn)
        case _:
            return turn.but(rung=known.rung or turn.library.ladder.rungs[0].name).start_set(Play(here))
    if not known.checked and not known.no_rub:
        return turn.but(asked=(*known.asked, "check")).put("check", (), Play(wanted))
    return turn.start_set(Play(wanted))


def _walk(turn: Turn) -> Answer:
    """Walking needs steadiness first; whoever cannot stand jiggles the foot."""
    if turn.conversation.position == Position.STANDING and personalize.may_stand(
        turn.library, "walk", turn.conversation.limits
    ):
        return take(turn, turn.library.ladder.rung("walk"))
    if start_set.can_stand(turn):
        return turn.put("steady_to_walk")
    return take(turn, turn.library.ladder.rung("jiggle"))
