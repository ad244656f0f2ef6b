"""Yes, no and not sure: each answers the question that is open, as the content's question says."""

from dataclasses import replace

from skill import adapt
from skill.body import Form
from skill.dialogue import care, ladder, relief, sets, talk
from skill.dialogue.conversation import Play
from skill.dialogue.turn import Answer, Turn, lines
from skill.library import Outcome

CHECKS = ("check", "feel_both")  #: the questions whose answer tells whether the leg may be rubbed


def yes(turn: Turn) -> Answer:
    return _answer(turn, "yes")


def no(turn: Turn) -> Answer:
    return _answer(turn, "no")


def unsure(turn: Turn) -> Answer:
    return _answer(turn, "unsure")


def _answer(turn: Turn, said: str) -> Answer:
    question = turn.place.question
    if question is None:
        if turn.conversation.began is None:
            return sets.launch(turn)
        return turn.aside(turn.keep_going())
    if question == "check" and said == "no":
        turn = turn.but(checked=True)
    if question in CHECKS and said != "no" or question == "feel_both":
        turn = turn.but(no_rub=True)
    outcomes = turn.library.questions[question]
    return follow(turn, {"yes": outcomes.yes, "no": outcomes.no, "unsure": outcomes.unsure}[said])


def follow(turn: Turn, outcome: Outcome) -> Answer:
    """Where an answer leads."""
    match outcome.kind:
        case "go":
            return _go(turn, outcome.to)
        case "sign":
            return care.fire(turn, outcome.to)
        case "ask":
            return turn.put(outcome.to)
        case "rung":
            return ladder.take(turn, turn.library.ladder.rung(outcome.to))
        case "set":
            return sets.stretch_for(turn, outcome.to)
        case _:
            return turn.goodbye(lines(outcome.to))


def _go(turn: Turn, to: str) -> Answer:
    waiting = turn.conversation.waiting
    match to:
        case "on":
            return sets.resume(turn, waiting) if waiting else sets.begin(turn, turn.here)
        case "gently":
            step = replace(waiting.step if waiting else turn.here, form=Form.GENTLE)
            return turn.perform(Play(adapt.suit(turn.library, step, turn.conversation.limits)))
        case "eased":
            return relief.eased(turn)
        case "next":
            return ladder.still(turn)
        case "care":
            return care.speak(turn)
        case "menu":
            return talk.menu(turn)
        case _:
            return talk.stop(turn)
