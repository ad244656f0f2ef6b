"""Where preferences are kept: a table in the cloud, a file on one's own machine, or nowhere. It may fail; relief may not.

Every call takes a second at most, in all, and raises nothing. A fault is logged by its kind alone: no user id, nothing of the row.
"""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol, TypeVar

from ask_sdk_core.exceptions import PersistenceException
from ask_sdk_model import Context, RequestEnvelope, User
from ask_sdk_model.interfaces.system import SystemState

from skill import settings
from skill.alexa import request_log
from skill.alexa.store.serialization import Edit, attributes, merged, preferences
from skill.alexa.timeout import within
from skill.core.preferences import Preferences

log = logging.getLogger(__name__)

PATIENCE = 1.0  #: for all of a call, in seconds

T = TypeVar("T")


class Store(Protocol):
    """The SDK's interface of persistence, and a change that reads and saves as one."""

    def get_attributes(self, request_envelope: RequestEnvelope) -> dict[str, object]: ...
    def save_attributes(self, request_envelope: RequestEnvelope, attributes: dict[str, object]) -> None: ...
    def delete_attributes(self, request_envelope: RequestEnvelope) -> None: ...
    def change_attributes(self, request_envelope: RequestEnvelope, edit: Edit) -> None: ...


def read(user_id: str) -> Preferences | None:
    """What is kept of this person; None where it could not be read in time."""
    if not settings.keeps():
        return Preferences()
    return _tried("read", lambda: preferences(_store().get_attributes(_envelope(user_id))))


def write(user_id: str, read: Preferences, now: Preferences) -> bool:
    """Keeps what changed from `read` to `now` and leaves the rest, which another device may have changed; False: it is not kept."""
    if read == now:
        return True
    ends = time.monotonic() + PATIENCE

    def edit(kept: object) -> dict[str, object] | None:
        if time.monotonic() > ends:  # nobody waits any more: by now the person may have asked to be forgotten
            raise TimeoutError
        before = preferences(kept)
        after = merged(before, read, now)
        return attributes(after) if after != before else None

    def change() -> bool:
        _store().change_attributes(_envelope(user_id), edit)
        return True

    return settings.keeps() and _tried("write", change) is True


def forget(user_id: str) -> bool:
    """Deletes all that is kept of this person; False where that could not be done."""

    def delete() -> bool:
        _store().delete_attributes(_envelope(user_id))
        return True

    return not settings.keeps() or _tried("forget", delete) is True


def _tried(task: str, call: Callable[[], T]) -> T | None:
    try:
        return within(PATIENCE, call)
    except Exception as error:  # of whatever kind: an import that fails, no credentials, no network, a broken file
        # The SDK's adapter wraps what went wrong, and quotes it; its kind is all that is wanted.
        cause = error.__context__ if isinstance(error, PersistenceException) and error.__context__ else error
        log.warning("preferences: %s failed: %s", task, type(cause).__name__)
        request_log.fault(cause)
        return None


def _store() -> Store:
    return _opened(settings.preferences_table(), settings.preferences_file())


@lru_cache(maxsize=1)
def _opened(table: str, file: str) -> Store:
    """The table, where there is one; each is imported when it is first needed, for neither may hold up the first words."""
    if table:
        from skill.alexa.store.dynamodb import PreferencesTable

        return PreferencesTable(table)
    from skill.alexa.store.sqlite import PreferencesFile

    return PreferencesFile(file)


def _envelope(user_id: str) -> RequestEnvelope:
    """All that the SDK's interface wants to know of a request: whose it is."""
    return RequestEnvelope(context=Context(system=SystemState(user=User(user_id=user_id))))
