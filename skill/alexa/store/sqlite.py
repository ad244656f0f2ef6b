"""Preferences in a file of SQLite, for an endpoint of one's own: safe among the processes and threads of one machine."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ask_sdk_core.attributes_manager import AbstractPersistenceAdapter
from ask_sdk_model import RequestEnvelope

from skill.alexa.store.row import LASTS, Edit

BUSY = 0.8  #: how long other writers are waited for, in seconds
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS preferences (id TEXT PRIMARY KEY, attributes TEXT NOT NULL, expires INTEGER NOT NULL)"
)
SAVE = "INSERT OR REPLACE INTO preferences (id, attributes, expires) VALUES (?, ?, ?)"


class PreferencesFile(AbstractPersistenceAdapter):
    """The SDK's own interface; a connection a call, since threads may not share one, and opening costs less than a millisecond."""

    def __init__(self, file: str) -> None:
        self.file = Path(file)

    def get_attributes(self, request_envelope: RequestEnvelope) -> dict[str, object]:
        with self._transaction("DEFERRED") as database:
            found = _row(database, _key(request_envelope))
        return found if isinstance(found, dict) else {}

    def save_attributes(self, request_envelope: RequestEnvelope, attributes: dict[str, object]) -> None:
        self.change_attributes(request_envelope, lambda _: attributes)

    def delete_attributes(self, request_envelope: RequestEnvelope) -> None:
        with self._transaction("IMMEDIATE") as database:
            database.execute("DELETE FROM preferences WHERE id = ?", (_key(request_envelope),))

    def change_attributes(self, request_envelope: RequestEnvelope, edit: Edit) -> None:
        """Reads, edits and saves in one transaction; what has expired goes at the same time."""
        key = _key(request_envelope)
        with self._transaction("IMMEDIATE") as database:
            changed = edit(_row(database, key))
            if changed is not None:
                database.execute(SAVE, (key, json.dumps(changed), int(time.time()) + LASTS))
                database.execute("DELETE FROM preferences WHERE expires <= ?", (int(time.time()),))

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[sqlite3.Connection]:
        # SQLite gives its other files (-wal, -shm) the mode of this one, so it must be the owner's alone before the first word.
        os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
        self.file.chmod(0o600)
        database = sqlite3.connect(self.file, timeout=BUSY, isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last wish, never the file
            database.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten, not only unlinked
            database.execute(SCHEMA)
            database.execute(f"BEGIN {kind}")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")
        finally:
            database.close()


def _key(request_envelope: Any) -> str:
    return str(request_envelope.context.system.user.user_id)


def _row(database: sqlite3.Connection, key: str) -> Any:
    """The attributes of a row that has not expired; None where there is none, or its text is no JSON."""
    where = "id = ? AND expires > ?"
    found = database.execute(f"SELECT attributes FROM preferences WHERE {where}", (key, int(time.time()))).fetchone()
    try:
        return json.loads(found[0]) if found else None
    except (ValueError, TypeError, RecursionError):
        return None
