"""respond(): what is said next, in whatever state. Pure: no SDK, no clock of its own, no input or output."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from skill.core.locale import Locale
from skill.core.schema import ContentLibrary, Question
from skill.core.vocabulary import ROUTINE, Form
from skill.dialogue import (
    cramp,
    information,
    ladder,
    playback,
    reminders,
    sign_intents,
    start_set,
    warning_signs,
    yes_no,
)
from skill.dialogue.input import LAUNCH, PERMISSION, PHRASE_OFFERED, TASK_DONE, TIMED_AUDIO_FAILED, Input
from skill.dialogue.session import PlaybackPosition, SessionState, SetStart, locate
from skill.dialogue.turn import CHECK, LASTING, Answer, Turn, wants_an_answer

INTENT_HANDLERS: Mapping[str, Callable[[Turn], Answer]] = {
    LAUNCH: start_set.launch,
    "RelieveIntent": playback.relieve,
    "AdaptIntent": yes_no.adapt_to,
    "EasedIntent": cramp.eased,
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
    "AMAZON.CancelIntent": information.stop,
    "AMAZON.NavigateHomeIntent": information.stop,
    "AMAZON.FallbackIntent": information.not_understood,
    TIMED_AUDIO_FAILED: playback.timed_audio_failed,
    PERMISSION: reminders.permission,
    PHRASE_OFFERED: reminders.phrase_offered,
    TASK_DONE: reminders.done,
}

#: What may be said while an emergency or urgent sign stands; anything else gets the care line again.
WHILE_A_SIGN_STANDS = {
    "WarningSignIntent",
    "DenySignIntent",
    "AMAZON.YesIntent",
    "AMAZON.NoIntent",
    "AMAZON.RepeatIntent",
    "AMAZON.StopIntent",
    "AMAZON.CancelIntent",
    "AMAZON.NavigateHomeIntent",
}


#: What may be said to a question on which no stretch goes on; anything else gets the question again.
AT_A_GRAVE_QUESTION = WHILE_A_SIGN_STANDS | {"AdaptIntent", "StillCrampingIntent"}

#: What means nothing at a question about what lasts, where nothing is performed; nor at one about a warning sign.
MOVES_IN_A_SET = {
    "AMAZON.NextIntent",
    "AMAZON.PreviousIntent",
    "AMAZON.PauseIntent",
    "AMAZON.ResumeIntent",
    "AMAZON.StartOverIntent",
    "MethodIntent",
}


def respond(
    conversation: SessionState, ask: Input, now: float | None, library: ContentLibrary, words: Locale
) -> Answer:
    """The conversation after this request, and the reply to it. `now` is the request's own time, in seconds since the epoch."""
    place = locate(conversation, now, library)
    known = heard_out(conversation, place, library)
    if ask.intent != "VoiceIntent":  # "too loud" is said of the voice that was heard
        known = known.adopting(in_set=place.running)
    turn = Turn(ask, now, place, known, library, words)
    elsewhere = library.elsewhere.get(ask.site or "")
    if ask.intent == "RelieveIntent" and elsewhere and elsewhere.sign:
        return cramp.relieve(turn)  # a cramp of the chest is told as a sign is
    if turn.state.signs and ask.intent == "AdaptIntent" and ask.limit:
        noted = cramp.noted(turn)
        return warning_signs.coloured(noted, ask.limit) or warning_signs.speak(noted)
    if turn.state.signs and (ask.intent not in WHILE_A_SIGN_STANDS or not ask.understood):
        return warning_signs.speak(turn)
    question = library.questions.get(place.question or "")
    if question and question.stops and ask.intent not in AT_A_GRAVE_QUESTION:
        return turn.remark(())
    if ask.intent in MOVES_IN_A_SET and (place.question in LASTING or wants_an_answer(library, place.question)):
        return turn.remark(())
    if not ask.understood and "Sign" not in ask.unknown:
        return information.not_understood(turn)
    return INTENT_HANDLERS.get(ask.intent, information.not_understood)(turn)


def heard_out(conversation: SessionState, place: PlaybackPosition, library: ContentLibrary) -> SessionState:
    """Silence was an answer: what a reprompt performed was given, and a check that nobody answered lets nothing be rubbed."""
    if not place.by_silence:
        return conversation
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
    "LAUNCH",
    "PERMISSION",
    "PHRASE_OFFERED",
    "TASK_DONE",
    "TIMED_AUDIO_FAILED",
    "TOPICS",
    "Input",
    "SessionState",
    "respond",
]
