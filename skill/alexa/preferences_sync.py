"""When what lasts is read and written: never on the way to a session's first reply, and after a fault only when nobody waits.

The store is imported where it is used: on the way to the first reply nothing needs it.
"""

from dataclasses import replace

from skill import settings
from skill.core.preferences import Preferences
from skill.dialogue import SessionState


def recalled(conversation: SessionState, user_id: str | None) -> SessionState:
    """The session with what earlier ones left; read once in a session, or not at all where it does not come in a second."""
    if (
        user_id is None
        or conversation.stored_preferences is not None
        or conversation.preferences_unavailable
        or not settings.keeps()
    ):
        return conversation
    from skill.alexa import store

    kept = store.read(user_id)
    return replace(conversation, preferences_unavailable=True) if kept is None else conversation.with_kept(kept)


def keep(conversation: SessionState, user_id: str | None) -> None:
    """Writes what is to last, where anything of it has changed."""
    before, now = conversation.stored_preferences or Preferences(), conversation.preferences
    if user_id is not None and now != before and settings.keeps():
        from skill.alexa import store

        store.write(user_id, before, now)


def forget(user_id: str | None) -> bool:
    """Whether nothing is kept any more."""
    if user_id is None or not settings.keeps():
        return True
    from skill.alexa import store

    return store.forget(user_id)
