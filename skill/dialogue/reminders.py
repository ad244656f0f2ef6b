"""What lasts: reminders, a phrase of one's own that opens the skill; and forgetting all that is kept."""

from skill.core.output import Effect, Line
from skill.core.preferences import PHRASE_OFFER, REMINDER_OFFER, Preferences, is_time
from skill.core.vocabulary import ROUTINE, EffectKind, EffectResult, Voice
from skill.dialogue.turn import Answer, Turn, lines

MORNING_OR_EVENING = range(6, 12)  #: hours which, said without "morning" or "evening", are those of the evening
#: What Alexa reports of its question for permission.
ACCEPTED, DENIED, NOT_ANSWERED = "ACCEPTED", "DENIED", "NOT_ANSWERED"


# --- reminders --------------------------------------------------------------------------------------------------------


def remind(turn: Turn) -> Answer:
    """A reminder each night: its time first, then one yes to time and recurrence."""
    if not turn.calm:
        return _not_now(turn)
    time = _evening(turn.input.time)
    if time is None:
        return turn.ask("reminder_time")
    return turn.with_session(remind_at=time).ask("set_reminder")


def _evening(time: str | None) -> str | None:
    """The time of day as "HH:MM"; None for no hour ("tonight")."""
    time = (time or "")[:5]
    if not is_time(time):
        return None
    hour, minute = time.split(":")
    return f"{int(hour) + 12}:{minute}" if int(hour) in MORNING_OR_EVENING else time


def ask_permission(turn: Turn) -> Answer:
    """Alexa asks for permission, and brings the time back with the answer."""
    time = turn.state.remind_at
    if time is None:
        return turn.ask("reminder_time")
    return turn.send(turn.part(()), ask_reminder_permission=time)


def permission(turn: Turn) -> Answer:
    """What came of asking for permission."""
    ask, known = turn.input, turn.state
    if ask.answer == NOT_ANSWERED:  # it may have been something else that was said, and to her
        return turn.ask("anything_else", lines("reminders.not_answered"))
    if ask.answer != ACCEPTED:
        return _ended(turn, Line("reminders.denied" if ask.answer == DENIED else "reminders.remind.failed"))
    if not is_time(ask.time):
        return turn.ask("reminder_time", lines("reminders.lost"))
    return turn.send(turn.part(()), effect=Effect(EffectKind.REMIND, ask.time or "", known.reminders))


def cancel(turn: Turn) -> Answer:
    return _on_one_yes(turn, "cancel_reminder", EffectKind.CANCEL)


def forget(turn: Turn) -> Answer:
    return _on_one_yes(turn, "forget", EffectKind.FORGET)


def _on_one_yes(turn: Turn, question: str, task: EffectKind) -> Answer:
    """A task that is asked about first; asked for once more ("yes, forget everything"), that is the yes."""
    if turn.place.question == question:
        return run(turn, task)
    return turn.ask(question) if turn.calm else _not_now(turn)


def _not_now(turn: Turn) -> Answer:
    return turn.remark((*lines("reminders.not_now"), *turn.keep_going()))


def run(turn: Turn, task: EffectKind) -> Answer:
    """A task that was said yes to."""
    return turn.send(turn.part(()), effect=Effect(task, reminders=turn.state.reminders))


def done(turn: Turn) -> Answer:
    """What came of a task, in one plain line."""
    ask = turn.input
    if ask.task is None:
        return turn.remark(turn.keep_going())
    if ask.task == EffectKind.FORGET and ask.result in (EffectResult.DONE, EffectResult.REMINDER_LEFT):
        turn = turn.with_session(
            voice=Voice.SOFT,
            slower=False,
            hold=None,
            notices=(),
            changed_preferences=(),
            stored_preferences=Preferences(),
        )
    name = f"reminders.{ask.task}.{ask.result}"
    places = {"TIME": turn.words.time_of_day(ask.time)} if ask.time else {}
    said = Line(name if turn.words.has(name) else f"reminders.{ask.task}.failed", places)
    return _ended(turn.with_session(reminders=ask.reminders, remind_at=None), said)


def _ended(turn: Turn, said: Line) -> Answer:
    """The last word on a reminder, and then what waited for a quiet moment."""
    owed = lines(*turn.state.lines_after_relief[:1])
    return turn.with_session(lines_after_relief=()).send(turn.part((said, *owed)))


# --- offers -----------------------------------------------------------------------------------------------------------


def offer(turn: Turn, said: tuple[Line, ...] = ()) -> Answer | None:
    """A reminder, or in another night a phrase of one's own: each once ever, never in or after pain."""
    known = turn.state
    if known.stored_preferences is None or _in_pain(turn):
        return None
    if REMINDER_OFFER not in known.notices:
        return None if known.reminders else turn.mark_once(REMINDER_OFFER).ask("offer_reminder", said)
    if REMINDER_OFFER in known.stored_preferences.notices and PHRASE_OFFER not in known.notices and turn.words.phrases:
        turn = turn.mark_once(PHRASE_OFFER)
        return turn.send(turn.part((*said, *lines("reminders.phrase"))), offer_routine=True)
    return None


def _in_pain(turn: Turn) -> bool:
    """Whether anything in this session tells of a cramp or a sign."""
    known = turn.state
    routine = tuple(f".{form}" for form in ROUTINE)
    sets = [step for step in known.sets_given if not step.endswith(routine)]
    # A set that waits for an answer; the routine takes the first rung, too.
    begun = known.ladder_step is not None and not known.sets_given
    return bool(known.reported_pain or sets or begun or known.lines_after_relief)


def phrase_offered(turn: Turn) -> Answer:
    """Alexa is done with the offer, whatever came of it."""
    return turn.goodbye(lines("talk.goodbye"))
