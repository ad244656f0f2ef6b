"""What lasts: the row, its merging, and the file of an endpoint of one's own."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill import settings
from skill.alexa import store
from skill.alexa.store import serialization, sqlite
from skill.core.preferences import Preferences
from skill.core.vocabulary import Voice

ROOT = Path(__file__).parents[2]
USER = "amzn1.ask.account.SOMEBODY"
OTHER = "amzn1.ask.account.SOMEBODY-ELSE"
USUAL = Preferences()
ALL = Preferences(Voice.WHISPER, slower=True, hold=30.0, notices=("notice", "reminder_offer"), reminders=("a-1", "b-2"))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PREFERENCES_TABLE", raising=False)
    monkeypatch.setenv("PREFERENCES_FILE", str(tmp_path / "preferences.db"))
    return tmp_path / "preferences.db"


def put(file: Path, attributes: str, expires: float | None = None) -> None:
    """A row that this version of the skill has not written."""
    store.write(OTHER, USUAL, ALL)
    with sqlite3.connect(file) as database:
        values = (USER, attributes, int(expires if expires is not None else time.time() + 60))
        database.execute("INSERT INTO preferences (id, attributes, expires) VALUES (?, ?, ?)", values)
    database.close()


def test_preferences_last(file: Path) -> None:
    assert settings.keeps()
    assert store.read(USER) == USUAL
    assert store.write(USER, USUAL, ALL)
    assert store.read(USER) == ALL
    assert store.read(OTHER) == USUAL


def test_nothing_but_preferences_is_kept(file: Path) -> None:
    store.write(USER, USUAL, ALL)
    with sqlite3.connect(file) as database:
        columns = [column[1] for column in database.execute("PRAGMA table_info(preferences)")]
        ((key, attributes, expires),) = database.execute("SELECT * FROM preferences")
    database.close()
    assert columns == ["id", "attributes", "expires"]
    assert key == USER
    assert json.loads(attributes).keys() == {"voice", "slower", "hold", "notices", "reminders"}
    assert abs(expires - time.time() - serialization.LASTS) < 60


def test_forgetting_leaves_nothing(file: Path) -> None:
    store.write(USER, USUAL, ALL)
    store.write(OTHER, USUAL, ALL)
    assert store.forget(USER)
    assert store.read(USER) == USUAL
    assert store.read(OTHER) == ALL
    assert all(USER.encode() not in path.read_bytes().replace(OTHER.encode(), b"") for path in file.parent.iterdir())
    assert store.forget(USER), "there is nothing left of it"


def test_without_a_place_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFERENCES_TABLE", raising=False)
    monkeypatch.delenv("PREFERENCES_FILE", raising=False)
    assert not settings.keeps()
    assert store.read(USER) == USUAL
    assert not store.write(USER, USUAL, ALL)
    assert store.forget(USER)


def test_what_has_not_changed_is_not_written(file: Path) -> None:
    assert store.write(USER, ALL, ALL)
    assert not file.exists()
    store.write(USER, USUAL, ALL)
    before = file.read_bytes()
    assert store.write(USER, USUAL, ALL), "another device wrote the same"
    assert file.read_bytes() == before


def test_two_devices_undo_nothing_of_each_other() -> None:
    read = Preferences(Voice.SOFT, notices=("a",), reminders=("one", "two"))
    other_device = Preferences(
        Voice.SOFT, slower=True, hold=20.0, notices=("a", "b"), reminders=("one", "two", "three")
    )
    now = Preferences(Voice.WHISPER, notices=("a", "c"), reminders=("two", "four"))
    assert serialization.merged(other_device, read, now) == Preferences(
        Voice.WHISPER, slower=True, hold=20.0, notices=("a", "b", "c"), reminders=("two", "three", "four")
    )


def test_in_a_real_conflict_the_later_word_counts() -> None:
    assert serialization.merged(Preferences(Voice.NORMAL), USUAL, Preferences(Voice.WHISPER)).voice is Voice.WHISPER
    assert serialization.merged(USUAL, ALL, Preferences()) == USUAL


HOSTILE: list[tuple[Any, Preferences]] = [
    (None, USUAL),
    ("voice", USUAL),
    ([1, 2], USUAL),
    ({}, USUAL),
    ({"voice": "shout", "slower": True}, Preferences(slower=True)),
    ({"voice": ["whisper"], "slower": "yes", "hold": "30"}, USUAL),
    ({"voice": "whisper", "slower": 1, "hold": True}, Preferences(Voice.WHISPER)),
    ({"hold": 3600, "notices": "notice"}, USUAL),
    ({"hold": -1}, USUAL),
    ({"hold": 20}, Preferences(hold=20.0)),
    ({"hold": Decimal("22.5")}, Preferences(hold=22.5)),
    ({"hold": float("nan")}, USUAL),
    ({"hold": float("inf")}, USUAL),
    ({"hold": 10**400}, USUAL),
    ({"notices": ["notice", 7, None, {"a": 1}, "unheard_of", "notice"]}, Preferences(notices=("notice",))),
    ({"reminders": ["a-b", "../../x y", "", "r" * 300]}, Preferences(reminders=("a-b",))),
    ({"site": "calf", "pain": 9, "voice": "soft"}, Preferences(Voice.SOFT)),
    ({1: 2, None: 3}, USUAL),
]


@pytest.mark.parametrize(("kept", "sound"), HOSTILE)
def test_of_a_row_that_makes_no_sense_the_sound_parts_count(kept: Any, sound: Preferences) -> None:
    assert serialization.preferences(kept) == sound


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", '"voice"', "7", "{}", "[" * 100_000, '{"voice": "whisper"', "\0"]
)
def test_a_broken_row_is_no_fault_and_heals(file: Path, text: str) -> None:
    put(file, text)
    assert store.read(USER) == USUAL
    assert store.write(USER, USUAL, Preferences(slower=True))
    assert store.read(USER) == Preferences(slower=True)


def test_of_a_row_by_another_version_only_what_is_known_is_kept_on(file: Path) -> None:
    put(file, '{"voice": "whisper", "mood": "calf", "hold": 30}')
    assert store.write(USER, USUAL, Preferences(notices=("notice",)))
    with sqlite3.connect(file) as database:
        ((text,),) = database.execute("SELECT attributes FROM preferences WHERE id = ?", (USER,))
    database.close()
    assert json.loads(text) == {"voice": "whisper", "hold": 30.0, "notices": ["notice"]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["whisper", "soft", "a-1"]),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["voice", "slower", "hold", "notices", "x"]), inner)
    ),
)


@given(JSON)
def test_no_row_is_a_fault(kept: Any) -> None:
    found = serialization.preferences(kept)
    assert serialization.preferences(serialization.attributes(found)) == found
    json.dumps(serialization.attributes(found))


def test_many_entries_do_not_swell_the_session() -> None:
    names = [f"n{number}" for number in range(1000)]
    assert serialization.preferences({"reminders": names}).reminders == tuple(names[-serialization.MANY :])


def test_what_has_expired_is_not_read_and_goes(file: Path) -> None:
    put(file, '{"voice": "whisper"}', expires=time.time() - 1)
    assert store.read(USER) == USUAL
    store.write(OTHER, ALL, USUAL)
    with sqlite3.connect(file) as database:
        assert [key for (key,) in database.execute("SELECT id FROM preferences")] == [OTHER]
    database.close()


def test_the_file_is_its_owners_alone(file: Path) -> None:
    file.touch(mode=0o644)
    store.write(USER, USUAL, ALL)
    others = [path for path in file.parent.iterdir() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert others == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_threads_undo_nothing_of_each_other(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PATIENCE", 30.0)
    monkeypatch.setattr(sqlite, "BUSY", 30.0)
    names = [f"reminder_{number}" for number in range(16)]
    kept: list[bool] = []

    def write(name: str) -> None:
        kept.append(store.write(USER, USUAL, Preferences(reminders=(name,))))

    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.read(USER)
    assert found is not None
    assert (all(kept), sorted(found.reminders)) == (True, sorted(names))


PROGRAM = """
import sys
from skill.alexa import store
from skill.alexa.store import sqlite
from skill.core.preferences import Preferences
store.PATIENCE = sqlite.BUSY = 30.0
first, last = map(int, sys.argv[2:])
kept = [store.write(sys.argv[1], Preferences(), Preferences(reminders=(f"n{number}",))) for number in range(first, last)]
sys.exit(0 if all(kept) else 1)
"""


def test_processes_undo_nothing_of_each_other(file: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, USER]
    settings = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PREFERENCES_FILE": str(file)}
    processes = [
        subprocess.Popen([*command, str(first), str(first + 5)], cwd=ROOT, env=settings) for first in range(0, 20, 5)
    ]
    assert [process.wait(timeout=60) for process in processes] == [0] * 4
    found = store.read(USER)
    assert found is not None
    assert set(found.reminders) == {f"n{number}" for number in range(20)}


def test_a_writer_that_does_not_end_is_not_waited_for(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    store.write(USER, USUAL, ALL)
    blocker = sqlite3.connect(file, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    assert store.read(USER) == ALL, "who only reads need not wait"
    assert not store.write(USER, ALL, USUAL)
    assert not store.forget(USER)
    assert store.PATIENCE <= 1
    assert time.monotonic() - began < 8, "two seconds, and what the busiest machine adds to them"
    blocker.close()
    assert_nothing_told(caplog)
    assert store.write(USER, ALL, USUAL)


@pytest.mark.parametrize("spoil", ["missing folder", "a link", "a device", "a folder"])
def test_a_file_that_cannot_be_used_is_a_fault_and_no_more(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, spoil: str
) -> None:
    if spoil == "missing folder":
        monkeypatch.setenv("PREFERENCES_FILE", str(file.parent / "missing" / "preferences.db"))
    elif spoil == "a link":
        elsewhere = file.parent / "elsewhere.db"
        elsewhere.touch(mode=0o644)
        file.symlink_to(elsewhere)
    elif spoil == "a device":
        os.mkfifo(file, 0o644)
    else:
        file.mkdir()
    assert store.read(USER) is None
    assert not store.write(USER, USUAL, ALL)
    assert not store.forget(USER)
    assert_nothing_told(caplog)
    assert len(caplog.records) == 3
    if spoil in ("a link", "a device"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o644, "and it is left as it was"


def _garbage(file: Path) -> None:
    file.write_bytes(b"this is no database, but long enough to look like one" * 100)


def _truncated(file: Path) -> None:
    store.write(USER, USUAL, ALL)
    file.write_bytes(file.read_bytes()[:5000])


def _other_columns(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE preferences (name TEXT)")
    database.close()


@pytest.mark.parametrize("first", ["read", "write", "forget"])
@pytest.mark.parametrize("damage", [_garbage, _truncated, _other_columns])
def test_a_damaged_file_is_set_aside_and_begun_anew(
    file: Path, damage: Callable[[Path], None], first: str, caplog: pytest.LogCaptureFixture
) -> None:
    damage(file)
    before = file.read_bytes()
    if first == "read":
        assert store.read(USER) == USUAL
    elif first == "forget":
        assert store.forget(USER)
    assert store.write(USER, USUAL, ALL)
    assert store.read(USER) == ALL
    (aside,) = file.parent.glob("preferences.db.damaged-*[0-9]")
    assert aside.read_bytes()[:16] == before[:16]
    assert [record.getMessage() for record in caplog.records] == [
        "preferences: a damaged file was set aside, and a new one is begun"
    ]


FULL = """
import resource, sys
from skill.alexa import store
from skill.core.preferences import Preferences
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
store.PATIENCE = 30.0
print(store.read(sys.argv[1]), store.write(sys.argv[1], Preferences(), Preferences(hold=20.0)))
"""


def test_a_full_disk_keeps_nobody_from_what_is_there(file: Path) -> None:
    store.write(USER, USUAL, ALL)
    settings = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PREFERENCES_FILE": str(file)}
    command = [sys.executable, "-c", FULL, USER]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == f"{ALL} False"
    assert store.read(USER) == ALL


def assert_nothing_told(caplog: pytest.LogCaptureFixture) -> None:
    """One line a fault, of its kind; of the person and of what is kept, nothing."""
    assert caplog.records
    assert {record.name for record in caplog.records} == {"skill.alexa.store"}
    assert all("\n" not in record.getMessage() and record.exc_info is None for record in caplog.records)
    for told in (USER, "whisper", "notice", "a-1", "preferences.db"):
        assert told not in caplog.text
