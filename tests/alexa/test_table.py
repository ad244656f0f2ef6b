"""The table in the cloud: a real DynamoDB endpoint, and all that can be wrong with one."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from skill.alexa import store
from skill.alexa.store import serialization
from skill.core.preferences import Preferences
from skill.core.vocabulary import Voice
from tests.alexa.test_store import ALL, OTHER, USER, USUAL, assert_nothing_told
from tests.dynalite import Dynalite, environment, running
from tests.instruments import free_port

ROOT = Path(__file__).parents[2]
BOUND = 6.0  #: a second, and what the busiest machine adds to it: what is not waited for here would take longer


@contextmanager
def soon() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < BOUND


@contextmanager
def within_a_second() -> Iterator[None]:
    assert store.PATIENCE <= 1
    with soon():
        yield


@pytest.fixture(scope="module")
def shared() -> Iterator[Dynalite]:
    with running() as database:
        yield database


@pytest.fixture
def table(shared: Dynalite, monkeypatch: pytest.MonkeyPatch) -> Dynalite:
    """The table of preferences, empty; the skill is set to use it, and to be patient."""
    shared.empty()
    monkeypatch.setattr(store, "PATIENCE", 30.0)
    for name, value in shared.environment.items():
        monkeypatch.setenv(name, value)
    return shared


def process(program: str, *arguments: str, settings: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


WRITE = """
import sys
from skill.alexa import store
from skill.core.vocabulary import Voice
from skill.core.preferences import Preferences
print(store.write(sys.argv[1], Preferences(), Preferences(Voice.WHISPER, hold=22.5, notices=("notice",), reminders=("a-1",))))
"""
READ = "import sys; from skill.alexa import store; print(store.read(sys.argv[1]))"
#: where what is asked for is not how long it takes
PATIENT = "from skill.alexa import store; store.PATIENCE = 30.0\n"


def test_preferences_last_from_one_process_to_the_next(table: Dynalite) -> None:
    assert process(PATIENT + WRITE, USER, settings=table.environment) == "True"
    kept = Preferences(Voice.WHISPER, hold=22.5, notices=("notice",), reminders=("a-1",))
    assert process(PATIENT + READ, USER, settings=table.environment) == str(kept)
    assert store.read(USER) == kept
    assert store.read(OTHER) == USUAL


def test_a_row_is_the_key_the_preferences_and_when_it_ends(table: Dynalite) -> None:
    assert store.write(USER, USUAL, ALL)
    (kept,) = table.rows
    ends = kept.pop("expires")
    assert abs(int(ends["N"]) - time.time() - serialization.LASTS) < 60
    assert kept == {
        "id": {"S": USER},
        "attributes": {
            "M": {
                "voice": {"S": "whisper"},
                "slower": {"BOOL": True},
                "hold": {"N": "30"},
                "notices": {"L": [{"S": "notice"}, {"S": "reminder_offer"}]},
                "reminders": {"L": [{"S": "a-1"}, {"S": "b-2"}]},
            }
        },
    }


def test_forgetting_leaves_nothing(table: Dynalite) -> None:
    store.write(USER, USUAL, ALL)
    store.write(OTHER, USUAL, ALL)
    assert store.forget(USER)
    assert [kept["id"]["S"] for kept in table.rows] == [OTHER]
    assert store.forget(USER), "there is nothing left of it"
    assert store.read(USER) == USUAL


def test_a_change_in_between_is_not_undone(table: Dynalite) -> None:
    from skill.alexa.store.dynamodb import PreferencesTable

    seen: list[object] = []

    def edit(kept: object) -> dict[str, object]:
        seen.append(kept)
        if len(seen) <= 2:  # the other device is quicker, twice
            store.write(USER, USUAL, Preferences(reminders=(f"quicker_{len(seen)}",)))
        return serialization.attributes(
            serialization.merged(serialization.preferences(kept), USUAL, Preferences(slower=True))
        )

    PreferencesTable(table.table).change(USER, edit)
    assert len(seen) == 3
    assert store.read(USER) == Preferences(slower=True, reminders=("quicker_1", "quicker_2"))


def test_two_devices_at_once_undo_nothing_of_each_other(table: Dynalite) -> None:
    store.read(USER)  # opens the table
    wishes = [Preferences(notices=("notice",)), Preferences(slower=True), Preferences(reminders=("b",))]
    threads = [threading.Thread(target=store.write, args=(USER, USUAL, wish)) for wish in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read(USER) == Preferences(slower=True, notices=("notice",), reminders=("b",))


@pytest.mark.parametrize(
    "attributes",
    [
        None,
        {"S": "whisper"},
        {"L": []},
        {"M": {}},
        {"NULL": True},
        {"B": b"\x00"},
        {"M": {"voice": {"SS": ["whisper"]}, "hold": {"N": "1E+30"}, "notices": {"M": {}}, "slower": {"N": "1"}}},
    ],
)
def test_a_row_that_makes_no_sense_is_no_fault_and_heals(table: Dynalite, attributes: Any) -> None:
    item = {"id": {"S": USER}, "expires": {"S": "never"}, **({"attributes": attributes} if attributes else {})}
    table.client.put_item(TableName=table.table, Item=item)
    assert store.read(USER) == USUAL
    assert store.write(USER, USUAL, Preferences(slower=True))
    assert store.read(USER) == Preferences(slower=True)
    assert table.rows[0]["expires"].keys() == {"N"}


@pytest.mark.parametrize("left", [-86_400, -1, 600])
def test_what_has_expired_is_not_honoured_before_it_is_deleted(table: Dynalite, left: int) -> None:
    expires = {"N": str(int(time.time()) + left)}
    item = {"id": {"S": USER}, "expires": expires, "attributes": {"M": {"voice": {"S": "whisper"}}}}
    table.client.put_item(TableName=table.table, Item=item)
    voice = Voice.WHISPER if left > 0 else None
    assert store.read(USER) == Preferences(voice)
    assert store.write(USER, USUAL, Preferences(slower=True))
    assert store.read(USER) == Preferences(voice, slower=True)


def test_killed_in_mid_session_it_costs_no_time(dynalite: Dynalite, caplog: pytest.LogCaptureFixture) -> None:
    store.write(USER, USUAL, ALL)
    dynalite.kill()
    for call in (lambda: store.read(USER), lambda: store.write(USER, ALL, USUAL), lambda: store.forget(USER)):
        with within_a_second():
            assert not call()
    assert_nothing_told(caplog)
    assert len(caplog.records) == 3


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Where the skill looks for its table; nothing answers there yet."""
    found = free_port()
    for name, value in environment(found).items():
        monkeypatch.setenv(name, value)
    return found


def test_never_there_it_costs_a_second_at_most(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with within_a_second():
        assert store.read(USER) is None
    assert_nothing_told(caplog)


def test_one_that_never_answers_costs_a_second_at_most(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", port)):
        for call in (lambda: store.read(USER), lambda: store.write(USER, USUAL, ALL), lambda: store.forget(USER)):
            with within_a_second():
                assert not call()
    assert_nothing_told(caplog)


@contextmanager
def answering(port: int, status: int, body: bytes, drip: float = 0.0) -> Iterator[None]:
    """A server that has one answer to everything, `drip` seconds a byte."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(drip)
            except OSError:
                pass  # nobody waits any more

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads, server.block_on_close = True, False  # nor is a slow answer waited for here
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


ERROR = "com.amazonaws.dynamodb.v20120810#"


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (400, {"__type": f"{ERROR}ProvisionedThroughputExceededException"}, "ProvisionedThroughputExceededException"),
        (400, {"__type": f"{ERROR}ThrottlingException"}, "ThrottlingException"),
        (400, {"__type": f"{ERROR}ResourceNotFoundException"}, "ResourceNotFoundException"),
        (400, {"__type": "com.amazon.coral.service#AccessDeniedException"}, "ClientError"),
        (500, {"__type": f"{ERROR}InternalServerError"}, "InternalServerError"),
        (503, None, "ClientError"),
    ],
)
def test_each_refusal_is_a_fault_of_its_own_name(
    port: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, status: int, answer: Any, kind: str
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 30.0)  # a client that is slow to load would be a fault of another name
    body = json.dumps({**answer, "message": f"{USER} whisper"}).encode() if answer else b"<html>whisper</html>"
    with answering(port, status, body), soon():
        assert store.read(USER) is None
    assert_nothing_told(caplog)
    assert kind in caplog.text


def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(port: int) -> None:
    with answering(port, 200, b"{" + b" " * 9 + b"}", drip=0.9), within_a_second():
        assert store.read(USER) is None


@pytest.mark.parametrize("missing", ["AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"])
def test_a_function_without_its_settings_is_a_fault_and_no_more(missing: str) -> None:
    settings = environment(free_port())
    del settings[missing]
    assert process(READ, USER, settings=settings) == "None"


def test_an_import_that_takes_its_time_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "boto3.py").write_text("import time\ntime.sleep(20)\n")
    program = "import sys; sys.path.insert(0, sys.argv[2]); " + READ
    began = time.monotonic()
    assert process(program, USER, str(tmp_path), settings=environment(free_port())) == "None"
    assert time.monotonic() - began < 15, "nor does the process wait for it at its end"


def test_a_write_that_nobody_waits_for_any_more_undoes_no_forgetting(
    table: Dynalite, monkeypatch: pytest.MonkeyPatch
) -> None:
    from skill.alexa.store.dynamodb import PreferencesTable

    read_it = PreferencesTable._row
    late = threading.Event()

    def row_of(self: Any, *arguments: Any) -> object:
        found = read_it(self, *arguments)
        late.wait(20)
        return found

    others = threading.enumerate()
    store.forget(OTHER)  # opens the table
    with monkeypatch.context() as hurried:
        hurried.setattr(PreferencesTable, "_row", row_of)
        hurried.setattr(store, "PATIENCE", 0.3)
        assert not store.write(USER, USUAL, ALL)
    assert store.forget(USER)
    late.set()
    for thread in threading.enumerate():
        if thread not in others and thread.name == "within":
            thread.join(20)
    assert table.rows == []
