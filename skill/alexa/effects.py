"""What only the world outside can do, and what came of it as an Ask that the dialogue answers."""

from datetime import UTC, datetime

from ask_sdk_core.handler_input import HandlerInput

from skill.alexa import preferences_sync, reminders, request
from skill.core.locale import Locale
from skill.core.output import Effect
from skill.core.vocabulary import EffectKind, EffectResult
from skill.dialogue import TASK_DONE, Input

#: Results of taking a reminder away after which a later try may do better, so that its id must not be forgotten.
WORTH_ANOTHER_TRY = (EffectResult.UNREACHABLE, EffectResult.TOO_MANY)


def run(errand: Effect, handler_input: HandlerInput, words: Locale, user_id: str | None) -> Input:
    """Runs the errand through Amazon's services, each call with a time limit; never raises."""
    system = request.system(handler_input)
    kept = errand.reminders
    if errand.task is EffectKind.REMIND:
        stamp = getattr(handler_input.request_envelope.request, "timestamp", None)
        now = stamp if isinstance(stamp, datetime) else datetime.now(UTC)
        spoken = words.text("reminders.spoken")
        result, kept = reminders.remind(system, words.locale, errand.time, spoken, now, errand.reminders)
    else:
        result = reminders.cancel(system, errand.reminders)
        kept = () if result in (EffectResult.DONE, EffectResult.NONE) else errand.reminders
    if errand.task is EffectKind.FORGET:
        result, kept = _forgotten(result, kept, user_id)
    return Input(TASK_DONE, task=errand.task, result=result, time=errand.time or None, reminders=kept)


def _forgotten(
    cancelled: EffectResult, kept: tuple[str, ...], user_id: str | None
) -> tuple[EffectResult, tuple[str, ...]]:
    """Forgets all that is kept; a reminder's id stays as long as the reminder may still be taken away."""
    if kept and cancelled in WORTH_ANOTHER_TRY:
        return EffectResult.UNREACHABLE, kept
    if not preferences_sync.forget(user_id):
        return EffectResult.UNREACHABLE, kept
    return (EffectResult.DONE if not kept else EffectResult.REMINDER_LEFT), ()
