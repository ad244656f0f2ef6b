"""How a set begins: at launch, for a named place, after a question, and for a cramp that came back."""

from dataclasses import replace

from skill.core import personalize
from skill.core.output import Line
from skill.core.vocabulary import Form, Position, Step
from skill.dialogue.session import Play
from skill.dialogue.turn import Answer, Turn


def launch(turn: Turn) -> Answer:
    """The action that suits the commonest cramps, then where; silence gets the calf's set."""
    play = Play(turn.here)
    turn = turn.but(
        **turn.clock(),
        sources=personalize.sources(turn.library, play.step),
        topic=None,
    )
    return turn.put("where", turn.first_lines(play, turn.conversation.person), play, action=1)


def begin(turn: Turn, step: Step) -> Answer:
    """The plain set, unless a question must come between its first action and the rest."""
    place = turn.library.elsewhere.get(step.site)
    if place and place.ask_first:
        return ask_between(turn, step, place.ask_first)
    return turn.but(rung=turn.library.ladder.rungs[0].name).start_set(Play(step))


def ask_between(turn: Turn, step: Step, question: str) -> Answer:
    turn = turn.but(
        rung=turn.library.ladder.rungs[0].name,
        **turn.clock(),
        sources=personalize.sources(turn.library, step),
    )
    play = Play(step)
    return turn.put(question, turn.first_lines(play, turn.conversation.person), play, action=1)


def stretch_for(turn: Turn, site: str) -> Answer:
    """The set for a place that a question led to."""
    return begin(turn.but(site=site, rung=None), turn.but(site=site).here)


def came_back(turn: Turn) -> Answer:
    """A cramp that came back: the same set again, the rungs from the start, the clock as it was."""
    known, library = turn.conversation, turn.library
    turn = turn.but(returns=known.returns + 1, rung=library.ladder.rungs[0].name, relieved=False, given=())
    if turn.conversation.returns < library.ladder.many_returns:
        return turn.start_set(Play(turn.here))
    warm = personalize.suit(library, replace(turn.here, form=Form.WARM), known.limits)
    return turn.but(owed=(*known.owed, "ladder.many_returns")).start_set(Play(warm))


def can_stand(turn: Turn) -> bool:
    return turn.conversation.position != Position.STANDING and personalize.may_stand(
        turn.library, turn.here.site, turn.conversation.limits
    )


def resume(turn: Turn, play: Play, heard: tuple[Line, ...] = ()) -> Answer:
    """A set that was put off or broken off, from its hold on; `heard` comes after the action.

    A set that has not begun takes its rung.
    """
    known, play = turn.conversation, turn.allowed(play)
    if known.rung is None:
        turn = turn.but(rung=turn.library.ladder.rungs[0].name)
    elif play.step.form in (Form.MASSAGE, Form.GENTLE):
        turn = turn.but(rung=turn.library.ladder.rung("check").then)
    return turn.start_set(play, heard)
