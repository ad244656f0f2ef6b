"""Where preferences are kept: a DynamoDB table in the cloud, a SQLite file on one's own machine, or nowhere.

The store may fail without harm to a reply: every call takes a second at most and raises nothing. A fault is logged by its
type alone, without the user's id or anything of the row.
"""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol, TypeVar

from skill import settings
from skill.alexa import request_log
from skill.alexa.store.serialization import Edit, attributes, merged, preferences
from skill.alexa.timeout import within
from skill.core.preferences import Preferences

log = logging.getLogger(__name__)

PATIENCE = 1.0  #: seconds for all of a call

T = TypeVar("T")


class Store(Protocol):
    """Rows of attributes by the user's id."""

    def get(self, user_id: str) -> object:
        """Return the attributes of a user's row; None if there is none."""

    def change(self, user_id: str, edit: Edit) -> None:
        """Read, edit and save a row without undoing another device's change."""

    def delete(self, user_id: str) -> None:
        """Delete a user's row."""


def read(user_id: str) -> Preferences | None:
    """Return a user's preferences; None if they could not be read in time."""
    if not settings.keeps():
        return Preferences()
    return _tried("read", lambda: preferences(_store().get(user_id)))


def write(user_id: str, read: Preferences, now: Preferences) -> bool:
    """Keep what changed from `read` to `now`, and leave the rest, which another device may have changed.

    Return False if it was not kept.
    """
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
        _store().change(user_id, edit)
        return True

    return settings.keeps() and _tried("write", change) is True


def forget(user_id: str) -> bool:
    """Delete all that is kept of a user; return False if that could not be done."""

    def delete() -> bool:
        _store().delete(user_id)
        return True

    return not settings.keeps() or _tried("forget", delete) is True


def _tried(task: str, call: Callable[[], T]) -> T | None:
    try:
        return within(PATIENCE, call)
    except Exception as error:  # of any kind: an import that fails, no credentials, no network, a broken file
        log.warning("preferences: %s failed: %s", task, type(error).__name__)
        request_log.fault(error)
        return None


def _store() -> Store:
    return _opened(settings.preferences_table(), settings.preferences_file())


@lru_cache(maxsize=1)
def _opened(table: str, file: str) -> Store:
    """Return the table if there is one, else the file; each is imported when it is first needed."""
    if table:
        from skill.alexa.store.dynamodb import PreferencesTable

        return PreferencesTable(table)
    from skill.alexa.store.sqlite import PreferencesFile

    return PreferencesFile(file)
