"""What lasts: reminders, a phrase of one's own that opens the skill; and forgetting all that is kept."""

from skill.core.output import Errand, Line
from skill.core.preferences import PHRASE_OFFER, REMINDER_OFFER, Preferences, is_time
from skill.core.vocabulary import ROUTINE, Result, Task, Voice
from skill.dialogue.turn import Answer, Turn, lines

MORNING_OR_EVENING = range(6, 12)  #: hours which, said without "morning" or "evening", are those of the evening
#: What Alexa reports of her question for permission.
ACCEPTED, DENIED, NOT_ANSWERED = "ACCEPTED", "DENIED", "NOT_ANSWERED"


# --- reminders --------------------------------------------------------------------------------------------------------


def remind(turn: Turn) -> Answer:
    """A reminder each night: its time first, then one yes to time and recurrence."""
    if not turn.calm:
        return _not_now(turn)
    time = _evening(turn.ask.time)
    if time is None:
        return turn.put("reminder_time")
    return turn.but(remind_at=time).put("set_reminder")


def _evening(time: str | None) -> str | None:
    """The time of day as "HH:MM"; None for no hour ("tonight")."""
    time = (time or "")[:5]
    if not is_time(time):
        return None
    hour, minute = time.split(":")
    return f"{int(hour) + 12}:{minute}" if int(hour) in MORNING_OR_EVENING else time


def ask_permission(turn: Turn) -> Answer:
    """Alexa asks for permission, and brings the time back with the answer."""
    time = turn.conversation.remind_at
    if time is None:
        return turn.put("reminder_time")
    return turn.send(turn.part(()), consent=time)


def permission(turn: Turn) -> Answer:
    """What came of asking for permission."""
    ask, known = turn.ask, turn.conversation
    if ask.answer == NOT_ANSWERED:  # it may have been something else that was said, and to her
        return turn.put("anything_else", lines("reminders.not_answered"))
    if ask.answer != ACCEPTED:
        return _ended(turn, Line("reminders.denied" if ask.answer == DENIED else "reminders.remind.failed"))
    if not is_time(ask.time):
        return turn.put("reminder_time", lines("reminders.lost"))
    return turn.send(turn.part(()), errand=Errand(Task.REMIND, ask.time or "", known.reminders))


def cancel(turn: Turn) -> Answer:
    return _on_one_yes(turn, "cancel_reminder", Task.CANCEL)


def forget(turn: Turn) -> Answer:
    return _on_one_yes(turn, "forget", Task.FORGET)


def _on_one_yes(turn: Turn, question: str, task: Task) -> Answer:
    """A task that is asked about first; asked for once more ("yes, forget everything"), that is the yes."""
    if turn.place.question == question:
        return run(turn, task)
    return turn.put(question) if turn.calm else _not_now(turn)


def _not_now(turn: Turn) -> Answer:
    return turn.aside((*lines("reminders.not_now"), *turn.keep_going()))


def run(turn: Turn, task: Task) -> Answer:
    """A task that was said yes to."""
    return turn.send(turn.part(()), errand=Errand(task, reminders=turn.conversation.reminders))


def done(turn: Turn) -> Answer:
    """What came of a task, in one plain line."""
    ask = turn.ask
    if ask.task is None:
        return turn.aside(turn.keep_going())
    if ask.task == Task.FORGET and ask.result in (Result.DONE, Result.REMINDER_LEFT):
        turn = turn.but(voice=Voice.SOFT, slower=False, hold=None, notices=(), wishes=(), kept=Preferences())
    name = f"reminders.{ask.task}.{ask.result}"
    places = {"TIME": turn.words.time_of_day(ask.time)} if ask.time else {}
    said = Line(name if turn.words.has(name) else f"reminders.{ask.task}.failed", places)
    return _ended(turn.but(reminders=ask.reminders, remind_at=None), said)


def _ended(turn: Turn, said: Line) -> Answer:
    """The last word on a reminder, and then what waited for a quiet moment."""
    owed = lines(*turn.conversation.owed[:1])
    return turn.but(owed=()).send(turn.part((said, *owed)))


# --- offers -----------------------------------------------------------------------------------------------------------


def offer(turn: Turn, said: tuple[Line, ...] = ()) -> Answer | None:
    """A reminder, or in another night a phrase of one's own: each once ever, never in or after pain."""
    known = turn.conversation
    if known.kept is None or _in_pain(turn):
        return None
    if REMINDER_OFFER not in known.notices:
        return None if known.reminders else turn.once(REMINDER_OFFER).put("offer_reminder", said)
    if REMINDER_OFFER in known.kept.notices and PHRASE_OFFER not in known.notices and turn.words.phrases:
        turn = turn.once(PHRASE_OFFER)
        return turn.send(turn.part((*said, *lines("reminders.phrase"))), phrase=True)
    return None


def _in_pain(turn: Turn) -> bool:
    """Whether anything in this session tells of a cramp or a sign."""
    known = turn.conversation
    routine = tuple(f".{form}" for form in ROUTINE)
    sets = [step for step in known.given if not step.endswith(routine)]
    # A set that waits for an answer; the routine takes the first rung, too.
    begun = known.rung is not None and not known.given
    return bool(known.hurts or sets or begun or known.owed)


def phrase_offered(turn: Turn) -> Answer:
    """Alexa is done with the offer, whatever came of it."""
    return turn.goodbye(lines("talk.goodbye"))
