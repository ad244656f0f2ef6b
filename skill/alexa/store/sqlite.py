"""Preferences in a SQLite file, for one's own server: safe among the processes and threads of one machine."""

import json
import logging
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from skill.alexa.store.serialization import LASTS, Edit

log = logging.getLogger("skill.alexa.store")

BUSY = 0.8  #: how long other writers are waited for, in seconds
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS preferences (id TEXT PRIMARY KEY, attributes TEXT NOT NULL, expires INTEGER NOT NULL)"
)
SAVE = "INSERT OR REPLACE INTO preferences (id, attributes, expires) VALUES (?, ?, ?)"
#: How SQLite tells of a file that is none of its own, or is broken.
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

T = TypeVar("T")


class PreferencesFile:
    """Rows in a SQLite file. Each call opens a connection: threads may not share one, and opening costs less than a millisecond."""

    def __init__(self, file: str) -> None:
        self.file = Path(file)
        self._inode: tuple[int, int] | None = None  # of the file that was found to be sound to open

    def get(self, user_id: str) -> object:
        """Return the attributes of a user's row; None if there is none."""
        return self._healed(lambda: self._read(user_id))

    def delete(self, user_id: str) -> None:
        """Delete a user's row."""

        def delete() -> None:
            with self._transaction() as database:
                database.execute("DELETE FROM preferences WHERE id = ?", (user_id,))

        self._healed(delete)

    def change(self, user_id: str, edit: Edit) -> None:
        """Read, edit and save in one transaction; delete what has expired at the same time."""

        def change() -> None:
            with self._transaction() as database:
                changed = edit(_row(database, user_id))
                if changed is not None:
                    database.execute(SAVE, (user_id, json.dumps(changed), int(time.time()) + LASTS))
                    database.execute("DELETE FROM preferences WHERE expires <= ?", (int(time.time()),))

        self._healed(change)

    def _healed(self, task: Callable[[], T]) -> T:
        """Do a task; if the file is damaged, set it aside and do the task with a new one."""
        try:
            return task()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self._set_aside()
            return task()

    def _read(self, key: str) -> Any:
        """Read a row without any statement that writes, so that reading works on a full disk."""
        self._prepare()
        try:
            with closing(self._connect("mode=rw")) as database:
                return _row(database, key)
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # a new file
                return None
            log_file = Path(f"{self.file}-wal")
            if _is_damage(error) or (log_file.exists() and log_file.stat().st_size):
                raise
        with closing(self._connect("immutable=1")) as database:  # no room for the files that SQLite puts beside
            return _row(database, key)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._prepare()
        with closing(self._connect("mode=rw")) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last wish, never the file
            database.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten, not only unlinked
            database.execute(SCHEMA)
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                with suppress(sqlite3.OperationalError):  # a full disk has rolled it back already
                    database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    def _connect(self, how: str) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.file.absolute().as_uri()}?{how}", uri=True, timeout=BUSY, isolation_level=None)

    def _prepare(self) -> None:
        """Make the file, readable by its owner alone, or check that it is a file and no link; once for each file.

        SQLite gives its other files (-wal, -shm) the mode of this one, so it must have it before the first word.
        """
        with suppress(FileNotFoundError):
            if self._inode == _inode(os.lstat(self.file)):
                return
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(self.file, flags, 0o600)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise OSError("the preferences are no regular file")
            if stat.S_IMODE(found.st_mode) != 0o600 and hasattr(os, "fchmod"):
                os.fchmod(descriptor, 0o600)
            self._inode = _inode(found)
        finally:
            os.close(descriptor)

    def _set_aside(self) -> None:
        """Rename a damaged file and its -wal and -shm files, unless another process has begun a new one since."""
        import fcntl

        folder = os.open(self.file.absolute().parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if self._inode != _inode(os.lstat(self.file)):
                    return
                aside = f"{self.file}.damaged-{time.time_ns()}"
                for end in ("-wal", "-shm", ""):
                    with suppress(FileNotFoundError):
                        Path(f"{self.file}{end}").rename(f"{aside}{end}")
                log.warning("preferences: a damaged file was set aside, and a new one is begun")
        finally:
            os.close(folder)


def _inode(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Return True if the file is broken, or its table has other columns."""
    code = getattr(error, "sqlite_errorcode", None)
    return (
        (code is not None and code & 0xFF in DAMAGED) or "no such column" in str(error) or "has no column" in str(error)
    )


def _row(database: sqlite3.Connection, key: str) -> Any:
    """Return the attributes of a row that has not expired; None if there is none, or its text is no JSON."""
    where = "id = ? AND expires > ?"
    found = database.execute(f"SELECT attributes FROM preferences WHERE {where}", (key, int(time.time()))).fetchone()
    try:
        return json.loads(found[0]) if found else None
    except (ValueError, TypeError, RecursionError):
        return None
