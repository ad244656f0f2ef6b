"""respond(): what is said next, in whatever state. Pure: no SDK, no clock of its own, no input or output."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from skill.core.locale import Locale
from skill.core.schema import ContentLibrary, Question
from skill.core.vocabulary import ROUTINE, Form
from skill.dialogue import (
    information,
    ladder,
    limits,
    playback,
    reminders,
    sign_intents,
    start_set,
    warning_signs,
    yes_no,
)
from skill.dialogue.input import LAUNCH, PERMISSION, PHRASE_OFFERED, TASK_DONE, TIMED_AUDIO_FAILED, Input
from skill.dialogue.questions import CHECK, HEARD, IN_CALM, LASTING, wants_an_answer
from skill.dialogue.session import PlaybackPosition, SessionState, SetStart, locate
from skill.dialogue.turn import Answer, Turn

INTENT_HANDLERS: Mapping[str, Callable[[Turn], Answer]] = {
    LAUNCH: start_set.launch,
    "RelieveIntent": playback.relieve,
    "PlaceIntent": playback.place_named,
    "AdaptIntent": yes_no.adapt_to,
    "DenyLimitIntent": limits.can_again,
    "SomethingWrongIntent": sign_intents.something_wrong,
    "CoachingIntent": information.coach,
    "OtherQuestionIntent": sign_intents.other_question,
    "EasedIntent": information.eased,
    "StillCrampingIntent": yes_no.still,
    "MethodIntent": ladder.method,
    "WarningSignIntent": sign_intents.sign,
    "DenySignIntent": sign_intents.deny,
    "AskIntent": information.ask,
    "SourceIntent": information.source,
    "BedtimeRoutineIntent": information.bedtime,
    "TimeLeftIntent": playback.time_left,
    "PaceIntent": playback.pace,
    "VoiceIntent": playback.voice,
    "RemindIntent": reminders.remind,
    "CancelReminderIntent": reminders.cancel,
    "ForgetIntent": reminders.forget,
    "AMAZON.YesIntent": yes_no.yes,
    "AMAZON.NoIntent": yes_no.no,
    "AMAZON.RepeatIntent": playback.repeat,
    "AMAZON.NextIntent": playback.forward,
    "AMAZON.PreviousIntent": playback.back,
    "AMAZON.PauseIntent": playback.pause,
    "AMAZON.ResumeIntent": playback.resume,
    "AMAZON.StartOverIntent": playback.start_over,
    "AMAZON.HelpIntent": information.help_,
    "AMAZON.StopIntent": information.stop,
    "AMAZON.CancelIntent": information.cancel,
    "AMAZON.NavigateHomeIntent": information.stop,
    "AMAZON.FallbackIntent": yes_no.not_understood,
    TIMED_AUDIO_FAILED: playback.timed_audio_failed,
    PERMISSION: reminders.permission,
    PHRASE_OFFERED: reminders.phrase_offered,
    TASK_DONE: reminders.done,
}

#: Intents of the model's own for what people say in longer forms than a built-in's samples.
TWINS = {
    f"{name}Intent": f"AMAZON.{name}Intent"
    for name in ("Yes", "No", "Repeat", "Next", "Previous", "Pause", "Resume", "StartOver", "Help", "Stop")
}

#: What is answered as ever while an emergency or urgent sign stands or is doubted; anything else is neither yes nor no.
WHILE_A_SIGN_STANDS = {
    "WarningSignIntent",
    "DenySignIntent",
    "DenyLimitIntent",
    "SomethingWrongIntent",
    "SourceIntent",
    "VoiceIntent",
    "AMAZON.YesIntent",
    "AMAZON.NoIntent",
    "AMAZON.RepeatIntent",
    "AMAZON.StopIntent",
    "AMAZON.CancelIntent",
    "AMAZON.NavigateHomeIntent",
}

#: What may be said to a question on which no stretch goes on; anything else gets the question again.
AT_A_GRAVE_QUESTION = WHILE_A_SIGN_STANDS | {"AdaptIntent", "StillCrampingIntent", "AMAZON.ResumeIntent"}

#: What means nothing at a question about what lasts, where nothing is performed; nor at one about a warning sign.
MOVES_IN_A_SET = {
    "AMAZON.NextIntent",
    "AMAZON.PreviousIntent",
    "AMAZON.PauseIntent",
    "AMAZON.ResumeIntent",
    "AMAZON.StartOverIntent",
    "MethodIntent",
}
#: What ends a cramp, or the session, and is never put off by the clock.
ENDS = {"EasedIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent"}
#: Questions that ask for nothing but another question, or for a time.
ASKED_AS_OFTEN_AS_NEEDED = (*LASTING, "anything_else", "what_to_know")
AT_MOST = 2  #: times that one question is asked in a row, by whatever is said


def respond(
    conversation: SessionState, ask: Input, now: float | None, library: ContentLibrary, words: Locale
) -> Answer:
    """Return the session after this request, and the reply to it. `now` is the request's own time, in seconds since the epoch."""
    place = locate(conversation, now, library)
    known = heard_out(conversation, place, library)
    ask = replace(ask, intent=TWINS.get(ask.intent, ask.intent))
    if ask.intent != "VoiceIntent":  # "too loud" is said of the voice that was heard
        known = known.adopting(in_set=place.running)
    turn = Turn(ask, now, place, known, library, words)
    answer = _once_more_at_most(turn, _by_the_clock(turn, _route(turn)))
    after, reply = answer
    if after.not_understood == known.not_understood:  # this one was understood
        after = replace(after, not_understood=0)
    return after, reply


def _route(turn: Turn) -> Answer:
    """Answer by what stands above all intents (signs, questions on which nothing goes on), else by the intent itself."""
    ask, place, known, library = turn.input, turn.place, turn.state, turn.library
    elsewhere = library.elsewhere.get(ask.site or "")
    if ask.intent in ("RelieveIntent", "PlaceIntent") and elsewhere and elsewhere.sign:
        return playback.relieve(turn)  # a cramp of the chest is told as a sign is
    if (known.signs or known.doubted) and ask.intent not in WHILE_A_SIGN_STANDS:
        return _beside_a_sign(turn)
    question = library.questions.get(place.question or "")
    if question and question.stops and ask.intent not in AT_A_GRAVE_QUESTION:
        return turn.remark(())
    ready = ask.intent == "AMAZON.ResumeIntent" and place.question == turn.asked_before()
    if ready:
        return yes_no.yes(turn)
    no_set = place.question in LASTING or wants_an_answer(library, place.question) or (question and question.stops)
    if ask.intent in MOVES_IN_A_SET and no_set and not ready:
        return turn.remark(())
    told = sign_intents.unmatched(turn)
    if told:
        return told
    slots_matter = not ask.intent.startswith("AMAZON.") and ask.intent != "SomethingWrongIntent"
    if slots_matter and not ask.understood and not {"Sign", "Finding"} & set(ask.unknown):
        return sign_intents.other_question(turn) if ask.unknown == ("Topic",) else yes_no.not_understood(turn)
    return INTENT_HANDLERS.get(ask.intent, yes_no.not_understood)(turn)


def _beside_a_sign(turn: Turn) -> Answer:
    """What is said beside a sign that stands: a limit may make another sign of it; all else asks whether it was heard right."""
    limit = turn.input.limit
    turn = limits.noted(turn) if turn.state.signs else turn
    coloured = warning_signs.coloured(turn, limit) if limit and turn.state.signs else None
    return coloured or warning_signs.unclear(turn)


def _by_the_clock(turn: Turn, answer: Answer) -> Answer:
    """Return the clock's own answer, once its time has come, instead of one by which a cramp's relief would go on."""
    _, reply = answer
    if (
        turn.input.intent in ENDS
        or turn.place.question in (turn.library.ladder.ask, HEARD)
        or not turn.state.sets_given
    ):
        return answer
    asked = turn.library.questions.get(reply.speech.question or "")
    routine = reply.speech.step is not None and reply.speech.step.form in ROUTINE
    goes_on = reply.speech.question is not None and not routine and reply.speech.question not in IN_CALM
    if not goes_on or (asked and asked.stops):
        return answer
    return ladder.by_the_clock(turn) or answer


def _once_more_at_most(turn: Turn, answer: Answer) -> Answer:
    """Count how often the open question was asked in a row; the third time it is taken as silence would be.

    While a sign stands, its care line is said once more instead, and the session closes.
    """
    after, reply = answer
    again = reply.speech.question is not None and reply.speech.question == turn.place.question
    if not again or reply.speech.timeline is not None or turn.input.intent == "AMAZON.RepeatIntent":
        return replace(after, times_asked=1), reply
    if turn.state.times_asked < AT_MOST or reply.speech.question in ASKED_AS_OFTEN_AS_NEEDED:
        return replace(after, times_asked=turn.state.times_asked + 1), reply
    if reply.speech.question == HEARD or after.signs:
        return warning_signs.unclear(turn.with_session(unclear=1))
    after, reply = _by_the_clock(turn, yes_no.silence(turn))
    return replace(after, times_asked=1), reply


def heard_out(conversation: SessionState, place: PlaybackPosition, library: ContentLibrary) -> SessionState:
    """Silence was an answer: what a reprompt performed was given, and a check that nobody answered lets nothing be rubbed."""
    if not place.by_silence:
        return conversation
    if conversation.doubted:
        return replace(conversation, signs=(conversation.doubted,), doubted=None)
    asked = library.questions.get(conversation.last_output[0].question or "")
    if asked and asked.silence and asked.silence.kind == "sign" and not conversation.signs:
        return replace(conversation, signs=(asked.silence.to,))
    if place.step is None:
        return _check_in_silence(conversation, place, asked, library)
    known = replace(conversation, sets_given=(*conversation.sets_given, place.step.id), waiting=None)
    if place.step.form not in ROUTINE:
        first = library.ladder.rungs[0].name
        began = conversation.last_sent_at if conversation.relief_started_at is None else conversation.relief_started_at
        known = replace(
            known, relief_started=True, relief_started_at=began, ladder_step=conversation.ladder_step or first
        )
    if asked and asked.silence and asked.silence.kind == "set":
        known = replace(known, site=place.step.site)
    if not (asked and asked.checks):
        return known
    check = library.ladder.rung("check")
    return replace(
        known, massage_refused=True, ladder_step=check.then if known.ladder_step == check.name else known.ladder_step
    )


def _check_in_silence(
    conversation: SessionState, place: PlaybackPosition, asked: Question | None, library: ContentLibrary
) -> SessionState:
    """Return the session after a reprompt that asked the check: it stands between the person and the set that silence starts."""
    if place.question != CHECK or (asked and asked.checks):
        return conversation
    known = replace(conversation, asked=(*conversation.asked, CHECK))
    given, silence = conversation.last_output[0].step, asked.silence if asked else None
    if given:
        return replace(known, waiting=SetStart(replace(given, form=Form.STILL_TIGHT)))
    return replace(known, site=silence.to, waiting=None) if silence and silence.kind == "set" else known


__all__ = [
    "INTENT_HANDLERS",
    "LAUNCH",
    "PERMISSION",
    "PHRASE_OFFERED",
    "TASK_DONE",
    "TIMED_AUDIO_FAILED",
    "Input",
    "SessionState",
    "respond",
]
