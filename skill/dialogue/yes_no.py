"""Yes, no, not sure and not gone: each answers the question that is open, as the content's question says."""

from dataclasses import replace

from skill.core import personalize
from skill.core.schema import Outcome
from skill.core.vocabulary import Degree, EffectKind, Form, Position
from skill.dialogue import cramp, information, ladder, reminders, start_set, warning_signs
from skill.dialogue.session import SetStart
from skill.dialogue.turn import IN_CALM, Answer, Turn, is_grave, lines, wants_an_answer

#: Questions that are about the cramp itself, or about nothing: "it still hurts" goes on from them.
ANSWERED_BY_STILL = ("gone", "go_on", "go_on_after_answer", *IN_CALM)


def yes(turn: Turn) -> Answer:
    return _answer(turn, "yes")


def no(turn: Turn) -> Answer:
    return _answer(turn, "no")


def unsure(turn: Turn) -> Answer:
    return _answer(turn, "unsure")


def still(turn: Turn) -> Answer:
    """It has not gone. Said to a question about something else, it is no answer: that one is taken as silence would be."""
    turn = turn.with_session(reported_pain=True)
    question = turn.library.questions.get(turn.place.question or "")
    if question is None or turn.place.step or turn.place.question in ANSWERED_BY_STILL:
        return ladder.still(turn)
    if turn.input.degree == Degree.PARTLY:
        return follow(turn, question.unsure)  # "a bit", said of a sign
    if turn.input.degree == Degree.WORSE and question.checks:
        return turn.ask("check_when_worse", lines("care.worse"))
    if wants_an_answer(turn.library, turn.place.question):
        return turn.remark(())
    if question.silence and question.silence.kind in ("go", "rung"):
        after, reply = follow(turn, question.silence)
        given_before = reply.speech.step is not None and reply.speech.step.id in turn.state.sets_given
        return ladder.still(turn.with_session(massage_refused=True)) if given_before else (after, reply)
    return follow(turn, question.unsure)


def adapt_to(turn: Turn) -> Answer:
    """What somebody cannot do. Said to a question that leads to standing, "I can't stand" is a no."""
    question = turn.library.questions.get(turn.place.question or "")
    rule = turn.library.limits.get(turn.input.limit or "")
    if question and turn.input.limit in question.says_yes:
        return follow(cramp.noted(turn), question.yes)
    told = warning_signs.coloured(cramp.noted(turn), turn.input.limit) if turn.input.limit else None
    if told:
        return told
    if question and question.yes.kind == "rung" and rule and Position.STANDING in rule.never:
        return follow(cramp.noted(turn), question.no)
    return cramp.change(turn)


def _answer(turn: Turn, said: str) -> Answer:
    question = turn.place.question
    if turn.state.signs and question is None:
        return warning_signs.speak(turn)
    if question is None:
        if not turn.state.relief_started:
            return start_set.launch(turn)
        return turn.remark(turn.keep_going())
    if turn.in_set and turn.place.timed and not turn.place.by_silence:
        return turn.remark(turn.keep_going())  # its question has not been asked yet: an "okay" is no "it has gone"
    missed = turn.state.last_output[0].question
    if missed and said != "no" and turn.in_set and turn.place.by_silence and is_grave(turn.library, missed):
        return turn.ask(missed, waiting=turn.running_play())  # the set's own question has not been asked yet
    outcomes = turn.library.questions[question]
    outcome = {"yes": outcomes.yes, "no": outcomes.no, "unsure": outcomes.unsure}[said]
    if turn.state.signs and turn.place.by_silence and outcome.kind != "sign":
        return warning_signs.speak(turn)
    if outcomes.checks and said == "no":
        turn = turn.with_session(checked=True, cleared=True)
    return follow(turn, outcome)


def follow(turn: Turn, outcome: Outcome) -> Answer:
    """Where an answer leads."""
    match outcome.kind:
        case "go":
            return _go(turn, outcome.to)
        case "sign":
            return warning_signs.fire(turn, outcome.to)
        case "ask":
            return turn.ask(outcome.to)
        case "rung":
            return ladder.take(turn, turn.library.ladder.rung(outcome.to))
        case "set":
            return start_set.stretch_for(turn, outcome.to)
        case _:
            return turn.goodbye((turn.limit_variant(outcome.to),))


def _go(turn: Turn, to: str) -> Answer:
    known, waiting = turn.state, turn.state.waiting
    match to:
        case "on" if (
            waiting
            and waiting.step.form is not Form.PLAIN
            and personalize.must_rest(turn.library, waiting.step, known.limits)
        ):
            return ladder.still(turn)  # the same rest again would be no next step
        case "on":
            return start_set.resume(turn, waiting) if waiting else start_set.begin(turn, turn.current_set)
        case "gently":
            play = waiting or SetStart(turn.current_set)
            return start_set.resume(turn.with_session(massage_refused=True), turn.gentle(play))
        case "eased":
            return cramp.eased(turn)
        case "next":
            return ladder.still(turn)
        case "care":
            return warning_signs.speak(replace(turn, is_repeat=True))
        case "menu":
            return information.menu(turn)
        case "good_night":
            return information.good_night(turn)
        case "remind":
            return reminders.ask_permission(turn)
        case "cancel" | "forget":
            return reminders.run(turn, EffectKind(to))
        case _:
            return information.stop(turn)
