"""How a set begins: at launch, for a named place, after a question, and for a cramp that came back."""

from skill.core import personalize
from skill.core.output import Line
from skill.core.vocabulary import Form, Position, Step
from skill.dialogue.questions import CHECK
from skill.dialogue.session import SetStart
from skill.dialogue.turn import Answer, Turn


def launch(turn: Turn) -> Answer:
    """The action that suits the commonest cramps, then where; silence gets the calf's set."""
    before = turn.asked_before()
    play = SetStart(turn.current_set)
    turn = turn.with_session(
        **turn.clock(),
        sources=personalize.sources(turn.library, play.step),
        topic=None,
    )
    if before:
        return turn.ask(before, waiting=play)
    return turn.ask("where", turn.first_lines(play, turn.state.person), play, action_lines=1)


def begin(turn: Turn, step: Step) -> Answer:
    """The plain set, unless a question must come between its first action and the rest."""
    place = turn.library.elsewhere.get(step.site)
    if place and place.ask_first:
        return ask_between(turn, step, place.ask_first)
    return turn.with_session(ladder_step=turn.library.ladder.rungs[0].name).start_set(SetStart(step))


def ask_between(turn: Turn, step: Step, question: str) -> Answer:
    """The first action, and a question before the rest of the set."""
    if turn.asked_before():
        return turn.start_set(SetStart(step))
    checks = turn.library.questions[question].checks
    turn = turn.with_session(asked=(*turn.state.asked, CHECK)) if checks else turn
    turn = turn.with_session(
        ladder_step=turn.library.ladder.rungs[0].name,
        **turn.clock(),
        sources=personalize.sources(turn.library, step),
    )
    play = SetStart(step)
    said = (*turn.first_lines(play, turn.state.person), *turn.after_action)
    return turn.ask(question, said, play, action_lines=1)


def stretch_for(turn: Turn, site: str) -> Answer:
    """The set for a place that a question led to."""
    return begin(turn.with_session(site=site, ladder_step=None), turn.with_session(site=site).current_set)


def can_stand(turn: Turn) -> bool:
    return turn.state.position != Position.STANDING and personalize.may_stand(
        turn.library, turn.current_set.site, turn.state.limits
    )


def resume(turn: Turn, play: SetStart, heard: tuple[Line, ...] = ()) -> Answer:
    """A set that was put off or broken off, from its hold on; `heard` comes after the action.

    A set that has not begun takes its rung.
    """
    known, play = turn.state, turn.safe_form(play)
    if known.ladder_step is None:
        turn = turn.with_session(ladder_step=turn.library.ladder.rungs[0].name)
    elif play.step.form in (Form.MASSAGE, Form.GENTLE):
        turn = turn.with_session(ladder_step=turn.library.ladder.rung("check").then)
    return turn.start_set(play, heard)
