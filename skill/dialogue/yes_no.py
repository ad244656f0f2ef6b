"""Yes, no, not sure and not gone: each answers the question that is open, as the content's question says."""

from dataclasses import replace

from skill.core import personalize
from skill.core.output import Line
from skill.core.schema import Outcome
from skill.core.vocabulary import TO_STANDING, Degree, EffectKind, Form, Position
from skill.dialogue import information, ladder, limits, reminders, start_set, warning_signs
from skill.dialogue.questions import IN_CALM, is_grave, wants_an_answer
from skill.dialogue.session import SetStart
from skill.dialogue.turn import Answer, Turn, lines

CHECK_AGAIN = "check_again"  #: the check in other words, for whoever was not sure

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
    if question.checks:
        return ladder.worse(turn) if turn.input.degree == Degree.WORSE else silence(turn)
    if wants_an_answer(turn.library, turn.place.question):
        return turn.remark(())
    if question.silence and question.silence.kind in ("go", "rung"):
        after, reply = follow(turn, question.silence)
        given_before = reply.speech.step is not None and reply.speech.step.id in turn.state.sets_given
        return ladder.still(turn.with_session(massage_refused=True)) if given_before else (after, reply)
    return follow(turn, question.unsure)


def unclear(turn: Turn) -> Answer:
    """What is no answer to the open question: it is asked once more, the check in other words; then it is as silence."""
    known, question = turn.state, turn.place.question
    if known.not_understood:
        return silence(turn)
    turn = turn.with_session(not_understood=1)
    if question and turn.library.questions[question].checks and CHECK_AGAIN not in known.asked:
        return turn.with_session(asked=(*known.asked, CHECK_AGAIN)).ask(CHECK_AGAIN)
    return turn.remark(hint(turn)) if question is None else ask_again(turn)


def silence(turn: Turn) -> Answer:
    """What the open question's silence leads to; with none, a quiet end."""
    place = turn.place
    turn = turn.with_session(not_understood=turn.state.not_understood + 1)
    if turn.in_set:
        return turn.continue_set(turn.keep_going())
    if turn.state.signs or turn.state.doubted:
        return warning_signs.unclear(turn)
    question = turn.library.questions.get(place.question or "")
    if question and question.silence:
        if question.checks:
            turn = turn.with_session(massage_refused=True)
        return follow(turn, question.silence)
    once_more = replace(turn.current_set, form=Form.STILL_TIGHT)
    if place.question == "gone" and once_more.id not in turn.state.sets_given[-1:]:
        return turn.start_set(SetStart(once_more))
    return turn.goodbye(lines("talk.goodbye"))


def not_understood(turn: Turn) -> Answer:
    """Before any set the launch action; in a set it goes on; else the open question again. The second in a row is as silence.

    The first one of a session tells the phrase that always works: what was not understood may have been grave.
    """
    known, question = turn.state, turn.place.question
    if known.signs or known.doubted:
        return warning_signs.unclear(turn)
    if known.not_understood:
        return silence(turn)
    turn = turn.with_session(not_understood=1)
    if turn.in_set:
        return _hinted(turn).continue_set(hint(turn))
    if question in (None, "what_to_know", "anything_else") and not known.sets_given:
        return turn.remark(lines("talk.not_for_that")) if known.topic else start_set.launch(turn)
    if question and turn.library.questions[question].checks:
        return unclear(turn.with_session(not_understood=0))
    return ask_again(turn)


def ask_again(turn: Turn) -> Answer:
    """The open question once more, the first time with the phrase that always works."""
    return _hinted(turn).remark(hint(turn))


def hint(turn: Turn) -> tuple[Line, ...]:
    """What is said of a word that was not understood: once in a session, the phrase that always works."""
    if turn.state.hint_given:
        return turn.keep_going()
    return lines("talk.keep_holding_or_wrong") if turn.in_set else lines("talk.say_something_wrong")


def _hinted(turn: Turn) -> Turn:
    return turn.with_session(hint_given=True)


def adapt_to(turn: Turn) -> Answer:
    """What somebody cannot do. Said to a question that leads to standing, "I can't stand" is a no."""
    if turn.input.position == TO_STANDING:
        return limits.stand_up(turn)
    question = turn.library.questions.get(turn.place.question or "")
    rule = turn.library.limits.get(turn.input.limit or "")
    if question and turn.input.limit in question.says_yes:
        return follow(limits.noted(turn), question.yes)
    told = warning_signs.coloured(limits.noted(turn), turn.input.limit) if turn.input.limit else None
    if told:
        return told
    if question and question.yes.kind == "rung" and rule and Position.STANDING in rule.never:
        return follow(limits.noted(turn), question.no)
    return limits.change(turn)


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
    if outcomes.steadies:
        turn = turn.with_session(steady=said == "yes")
    if said == "yes" and question == turn.asked_before():
        turn = turn.with_session(unlocked=(*turn.state.unlocked, question))
    return follow(turn, outcome)


def follow(turn: Turn, outcome: Outcome) -> Answer:
    """Where an answer leads."""
    match outcome.kind:
        case "go":
            return _go(turn, outcome.to)
        case "sign":
            return warning_signs.fire(turn, outcome.to)
        case "ask" if outcome.to == CHECK_AGAIN:
            return unclear(turn)
        case "ask":
            return turn.ask(outcome.to)
        case "rung":
            return ladder.take(turn, turn.library.ladder.rung(outcome.to))
        case "set":
            return start_set.stretch_for(turn, outcome.to)
        case _:
            line = turn.limit_variant(outcome.to)
            if line.is_care and turn.words.names_help(line.name):  # nothing else is said beside whom to call
                return turn.send(turn.part((line,)), care=True)
            return turn.goodbye((line,))


def _go(turn: Turn, to: str) -> Answer:
    known, waiting = turn.state, turn.state.waiting
    match to:
        case "on" | "gently" if (
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
            return information.eased(turn)
        case "next":
            return ladder.still(turn)
        case "care":
            return warning_signs.speak(replace(turn, is_repeat=True))
        case "confirm_sign":
            return warning_signs.confirm(turn)
        case "clear_sign":
            return warning_signs.clear(turn)
        case "other_place":
            site = turn.state.other_site or turn.current_set.site
            return start_set.stretch_for(turn.with_session(checked=False, asked=(), other_site=None), site)
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
