"""The rules of safety, each as one invariant of a turn: asserted of whatever reply comes, whatever was meant.

Alexa may hear any intent for any words, so no rule asks whether the request was the true one. `bench/mutants.toml` names, for each
rule, a change of the code that breaks it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skill.core.output import Output, SpeechPart
from skill.core.vocabulary import NUMB, ROUTINE, Form, Level, Position
from skill.dialogue.input import Input
from skill.dialogue.session import PlaybackPosition, SessionState
from skill.loading.content import library

CONTENT = library()
ENDS = ("AMAZON.StopIntent", "AMAZON.NavigateHomeIntent")


@dataclass(frozen=True)
class Seen:
    """One turn: what the session knew, with silence counted; the request, its intent with the twins joined; and what came of it."""

    before: SessionState
    ask: Input
    intent: str
    now: float | None
    place: PlaybackPosition
    after: SessionState
    reply: Output

    @property
    def parts(self) -> list[SpeechPart]:
        return [part for part in (self.reply.speech, self.reply.reprompt) if part]

    @property
    def sets(self) -> list[SpeechPart]:
        return [part for part in self.parts if part.timeline is not None and part.step is not None]

    @property
    def names(self) -> list[str]:
        return [line.name for line in self.reply.speech.lines]


def level(sign: str) -> Level | None:
    rule = CONTENT.signs[sign]
    return rule.level or (CONTENT.signs[rule.family].level if rule.family else None)


def family(sign: str) -> str:
    return "no_blood_flow" if sign == NUMB else CONTENT.signs[sign].family or sign


def related(denied: str, sign: str) -> bool:
    made = denied in CONTENT.signs and sign in CONTENT.signs[denied].coloured.values()
    return made or family(denied) == family(sign)


def an_emergency_is_cleared_by_a_bare_no_alone(turn: Seen) -> None:
    """Only "no" to whether it was heard right clears an emergency; no other word does, whatever it denies."""
    gone = [sign for sign in turn.before.signs if level(sign) is Level.EMERGENCY and sign not in turn.after.signs]
    if gone and not turn.after.signs:
        assert turn.intent == "AMAZON.NoIntent", (turn.ask, gone)
        assert turn.place.question == "heard"


def an_urgent_sign_is_cleared_by_no_or_its_own_denial(turn: Seen) -> None:
    if turn.before.signs and not turn.after.signs and level(turn.before.signs[0]) is Level.URGENT:
        denied = turn.ask.finding or turn.ask.sign
        own = turn.intent == "DenySignIntent" and denied and all(related(denied, sign) for sign in turn.before.signs)
        assert own or (turn.intent == "AMAZON.NoIntent" and turn.place.question == "heard"), turn.ask


def an_emergency_asks_whether_it_was_heard_right(turn: Seen) -> None:
    """Every care line of an emergency that is not confirmed and does not close the session ends in its question."""
    if turn.after.signs and level(turn.after.signs[0]) is Level.EMERGENCY and not turn.after.confirmed:
        assert turn.reply.speech.question in ("heard", None), (turn.ask, turn.reply.speech)


def what_stands_closes_after_two_unclear_answers(turn: Seen) -> None:
    stands = turn.before.signs and turn.before.signs == turn.after.signs
    if stands and 0 < turn.before.unclear < turn.after.unclear:
        assert turn.reply.asks_nothing
        assert "care.open_again" in turn.names


def a_sign_interrupts(turn: Seen) -> None:
    """An emergency or urgent sign that is told stops every set, in every state."""
    sign = turn.ask.sign
    if turn.intent == "WarningSignIntent" and sign and CONTENT.signs[sign].level in (Level.EMERGENCY, Level.URGENT):
        assert not turn.sets
        assert turn.reply.care


def a_sign_of_level_soon_does_not_interrupt(turn: Seen) -> None:
    sign = turn.ask.sign
    soon = sign is not None and CONTENT.signs[sign].level is Level.SOON
    if turn.intent == "WarningSignIntent" and soon and turn.place.running and not turn.before.signs:
        question = CONTENT.questions.get(turn.place.question or "")
        told = question and (sign in question.says_yes or sign in question.tells)
        if not (
            told
            or CONTENT.signs[sign or ""].at
            or CONTENT.signs[sign or ""].coloured
            or turn.ask.site
            or turn.before.doubted
        ):
            late = turn.reply.speech.question in (CONTENT.ladder.ask,) or turn.after.signs
            assert late or turn.reply.speech.timeline is not None


def nobody_stands_unless_steady(turn: Seen) -> None:
    """A set that is done standing, or a walk, comes only to whoever said that they are steady, or told the cramp standing."""
    for part in turn.sets:
        if part.step and part.step.position == Position.STANDING:
            assert turn.after.steady is True, part.step


def nobody_stands_who_cannot(turn: Seen) -> None:
    never = any(Position.STANDING in CONTENT.limits[limit].never for limit in turn.after.limits)
    assert not never or all(part.step and part.step.position != Position.STANDING for part in turn.sets)


def steadiness_is_said_or_told_with_a_cramp(turn: Seen) -> None:
    if turn.after.steady and not turn.before.steady:
        question = CONTENT.questions.get(turn.place.question or "")
        said = turn.intent == "AMAZON.YesIntent" and question is not None and question.steadies
        assert said or (turn.intent == "RelieveIntent" and turn.ask.position == Position.STANDING), turn.ask


def an_unasked_denial_asks(turn: Seen) -> None:
    """A denial of an emergency or urgent sign that nobody asked about gets the question whether it was told, once."""
    denied = turn.ask.finding
    if turn.intent != "DenySignIntent" or denied is None or turn.before.signs or turn.before.doubted:
        return
    question = CONTENT.questions.get(turn.place.question or "")
    if question is not None and (question.checks or question.stops or question.says_yes or question.tells):
        return
    told = family(denied)
    if level(told) not in (Level.EMERGENCY, Level.URGENT) or told in turn.before.doubts:
        return
    if question is not None and turn.reply.speech.question != "heard":
        answers = {outcome.to for outcome in (question.yes, question.no, question.unsure) if outcome.kind == "sign"}
        assert any(related(told, sign) for sign in answers), (turn.ask, turn.place.question)
        return
    assert turn.reply.speech.question == "heard"
    assert not turn.sets


def a_denial_of_nothing_is_no_no(turn: Seen) -> None:
    """A denial that resolves to nothing lets nothing be rubbed."""
    if turn.intent == "DenySignIntent" and turn.ask.finding is None and turn.ask.sign is None:
        assert turn.after.checked <= turn.before.checked
        assert turn.after.cleared <= turn.before.cleared


def the_check_is_answered_by_no_alone(turn: Seen) -> None:
    if turn.after.checked and not turn.before.checked:
        assert turn.intent in ("AMAZON.NoIntent", "DenySignIntent"), turn.ask
        question = CONTENT.questions[turn.place.question or ""]
        assert question.checks


def nothing_is_rubbed_after_a_sign_was_cleared(turn: Seen) -> None:
    cleared = (turn.before.signs or turn.before.doubted) and not turn.after.signs and not turn.after.doubted
    if cleared and turn.place.question == "heard":
        assert all(part.step and part.step.form not in (Form.MASSAGE, Form.WARM, Form.COLD) for part in turn.sets)


def what_comes_before_any_action_is_answered_first(turn: Seen) -> None:
    """At the wheel or in a cast no set comes before its question was answered with yes."""
    wanted = {CONTENT.limits[limit].ask_before for limit in turn.after.limits} - {None}
    if wanted - set(turn.after.unlocked):
        assert not turn.reply.action_lines
        assert not any(part.step and part.step.form not in ROUTINE for part in turn.sets if part is turn.reply.reprompt)


def ten_minutes_is_true(turn: Seen) -> None:
    """ "Ten minutes is long" is said only ten minutes or more after the first action."""
    if turn.reply.speech.question == CONTENT.ladder.ask and turn.place.question != CONTENT.ladder.ask:
        assert turn.now is not None
        assert turn.after.relief_started_at is not None
        since = turn.now - turn.after.relief_started_at
        assert since >= CONTENT.ladder.ask_after, (since, turn.ask, turn.before)


def the_clock_is_minded(turn: Seen) -> None:
    """Ten minutes after the first action no relief goes on before the question about danger was asked.

    Whoever takes back "fifteen minutes" begins the count anew.
    """
    taken_back = turn.before.signs and not turn.after.signs
    if taken_back or turn.now is None or turn.before.relief_started_at is None or not turn.before.sets_given:
        return
    passed = turn.now - turn.before.relief_started_at
    step = turn.reply.speech.step
    if passed >= CONTENT.ladder.ask_after and step is not None and step.form not in ROUTINE:
        assert (
            turn.intent in ("EasedIntent", *ENDS)
            or CONTENT.ladder.ask in turn.after.asked
            or turn.place.question == "heard"
        ), (passed, turn.ask.intent, turn.before, turn.place.question)


def no_question_is_asked_three_times_in_a_row(turn: Seen) -> None:
    assert turn.after.times_asked <= 3 or turn.reply.speech.question in (
        *(
            "anything_else",
            "what_to_know",
            "reminder_time",
            "set_reminder",
            "cancel_reminder",
            "offer_reminder",
            "forget",
        ),
    )


def stop_stops(turn: Seen) -> None:
    if turn.intent in ENDS:
        assert turn.reply.asks_nothing
        owed = [name for name in turn.names if name in turn.before.lines_after_relief]
        assert len(owed) <= 1
        assert "talk.notice" not in turn.names or turn.place.question in CONTENT.questions


def only_an_emergency_tells_to_wake_someone(turn: Seen) -> None:
    signs = {*turn.before.signs, *turn.after.signs, turn.before.doubted, turn.after.doubted} - {None}
    for part in turn.parts:
        if any(line.name == "care.alarm" for line in part.lines):
            assert any(level(sign or "") is Level.EMERGENCY for sign in signs)


def nothing_owed_is_lost(turn: Seen) -> None:
    if turn.intent == "EasedIntent" and turn.reply.card:
        assert set(turn.before.lines_after_relief) <= set(turn.names)


def another_place_in_a_running_set_is_asked_about(turn: Seen) -> None:
    if turn.intent == "PlaceIntent" and turn.place.running and turn.place.step and turn.place.step.form not in ROUTINE:
        step = turn.reply.speech.step
        assert (
            turn.ask.side
            or step is None
            or turn.ask.position
            or step.site == turn.place.step.site
            or step.form is Form.GENTLE
        )


def a_limit_taken_back_answers_nothing(turn: Seen) -> None:
    if turn.intent == "DenyLimitIntent" and not (turn.before.signs or turn.before.doubted):
        assert turn.after.checked <= turn.before.checked
        assert (turn.after.steady or False) <= (turn.before.steady or False)
        assert turn.ask.limit is None or turn.ask.limit not in turn.after.limits or turn.reply.care


def a_limit_is_never_lost(turn: Seen) -> None:
    if turn.intent != "DenyLimitIntent" and not turn.reply.asks_nothing:
        assert set(turn.before.limits) <= set(turn.after.limits)


def something_wrong_asks(turn: Seen) -> None:
    """The phrase that always works asks about danger in every state, or gives the line that stands."""
    if turn.intent == "SomethingWrongIntent":
        assert not turn.sets
        assert turn.reply.care


def a_care_reply_is_nothing_else(turn: Seen) -> None:
    if turn.reply.care and any(name.startswith("signs.") for name in turn.names):
        assert "talk.notice" not in turn.names
        assert not turn.reply.card


RULES: list[Callable[[Seen], None]] = [
    an_emergency_is_cleared_by_a_bare_no_alone,
    an_urgent_sign_is_cleared_by_no_or_its_own_denial,
    an_emergency_asks_whether_it_was_heard_right,
    what_stands_closes_after_two_unclear_answers,
    a_sign_interrupts,
    a_sign_of_level_soon_does_not_interrupt,
    nobody_stands_unless_steady,
    nobody_stands_who_cannot,
    steadiness_is_said_or_told_with_a_cramp,
    an_unasked_denial_asks,
    a_denial_of_nothing_is_no_no,
    the_check_is_answered_by_no_alone,
    nothing_is_rubbed_after_a_sign_was_cleared,
    what_comes_before_any_action_is_answered_first,
    ten_minutes_is_true,
    the_clock_is_minded,
    no_question_is_asked_three_times_in_a_row,
    stop_stops,
    only_an_emergency_tells_to_wake_someone,
    nothing_owed_is_lost,
    another_place_in_a_running_set_is_asked_about,
    a_limit_taken_back_answers_nothing,
    a_limit_is_never_lost,
    something_wrong_asks,
    a_care_reply_is_nothing_else,
]
