"""What only the world outside can do, and what came of it as an Ask that the dialogue answers."""

from datetime import UTC, datetime

from ask_sdk_core.handler_input import HandlerInput

from skill.alexa import preferences_sync, reminders, request
from skill.core.locale import Words
from skill.core.output import Errand
from skill.core.vocabulary import Result, Task
from skill.dialogue import TASK_DONE, Ask

#: Results of taking a reminder away after which a later try may do better, so that its id must not be forgotten.
WORTH_ANOTHER_TRY = (Result.UNREACHABLE, Result.TOO_MANY)


def run(errand: Errand, handler_input: HandlerInput, words: Words, user_id: str | None) -> Ask:
    """Runs the errand through Amazon's services, each call with a time limit; never raises."""
    system = request.system(handler_input)
    kept = errand.reminders
    if errand.task is Task.REMIND:
        stamp = getattr(handler_input.request_envelope.request, "timestamp", None)
        now = stamp if isinstance(stamp, datetime) else datetime.now(UTC)
        spoken = words.text("reminders.spoken")
        result, kept = reminders.remind(system, words.locale, errand.time, spoken, now, errand.reminders)
    else:
        result = reminders.cancel(system, errand.reminders)
        kept = () if result in (Result.DONE, Result.NONE) else errand.reminders
    if errand.task is Task.FORGET:
        result, kept = _forgotten(result, kept, user_id)
    return Ask(TASK_DONE, task=errand.task, result=result, time=errand.time or None, reminders=kept)


def _forgotten(cancelled: Result, kept: tuple[str, ...], user_id: str | None) -> tuple[Result, tuple[str, ...]]:
    """Forgets all that is kept; a reminder's id stays as long as the reminder may still be taken away."""
    if kept and cancelled in WORTH_ANOTHER_TRY:
        return Result.UNREACHABLE, kept
    if not preferences_sync.forget(user_id):
        return Result.UNREACHABLE, kept
    return (Result.DONE if not kept else Result.REMINDER_LEFT), ()
