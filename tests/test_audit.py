"""The audit of the pins: a known vulnerability, a clean bill and an unreachable service are three different answers."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.instruments import audit_python

ROOT = Path(__file__).parents[1]
PINS = "flask==3.1.3\ngunicorn==27.0.1; sys_platform != 'win32'  # with a reason\nsix==1.17.0\n"
#: As the advisory service writes it, made up.
ADVISORY = {
    "schema_version": "1.6.0",
    "id": "PYSEC-2999-1",
    "summary": "Reads minds.",
    "aliases": ["CVE-2999-0001"],
    "published": "2999-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "six", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.18.0"}]}],
        }
    ],
}


@contextmanager
def _service(answer: Callable[[str, str], tuple[int, bytes]]) -> Iterator[str]:
    """An advisory service on loopback, which answers for a package and its version."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert asked["package"]["ecosystem"] == "PyPI"
            status, content = answer(asked["package"]["name"], asked["version"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        server.server_close()


def _audit(file: Path, service: str, *options: str) -> tuple[int, str]:
    command = [str(audit_python()), ".ci/audit.py", "--service", service, *options, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    file = tmp_path / "pins.txt"
    file.write_text(PINS)
    return file


def test_no_known_vulnerability_passes(pins: Path) -> None:
    asked = set()

    def nothing(name: str, version: str) -> tuple[int, bytes]:
        asked.add((name, version))
        return 200, b"{}"

    with _service(nothing) as service:
        assert _audit(pins, service, "--required") == (
            0,
            "audit: 3 packages without a known vulnerability, 0 with one\n",
        )
    assert asked == {("flask", "3.1.3"), ("gunicorn", "27.0.1"), ("six", "1.17.0")}


def test_a_known_vulnerability_fails_and_is_named(pins: Path) -> None:
    def one(name: str, version: str) -> tuple[int, bytes]:
        return 200, json.dumps({"vulns": [ADVISORY]} if name == "six" else {}).encode()

    with _service(one) as service:
        code, said = _audit(pins, service)
    assert code == 1
    assert said.splitlines() == [
        "VULNERABLE: six 1.17.0: PYSEC-2999-1, mended in 1.18.0",
        "audit: 2 packages without a known vulnerability, 1 with one",
    ]


@pytest.mark.parametrize(
    "answer",
    [(503, b"not now"), (404, b"what?"), (200, b"<html>please log in</html>"), (403, b"")],
    ids=str,
)
def test_a_service_in_trouble_is_said_and_is_no_clean_bill(answer: tuple[int, bytes], pins: Path) -> None:
    with _service(lambda name, version: answer) as service:
        code, said = _audit(pins, service, "--required")
    assert code == 3
    assert "NOT AUDITED: pins.txt: " in said
    assert "0 packages without a known vulnerability" in said


def test_a_service_that_is_not_there_is_said_and_fails_only_where_it_is_required(pins: Path) -> None:
    with _service(lambda name, version: (200, b"{}")) as service:
        pass
    code, said = _audit(pins, service)
    assert (code, said.startswith("NOT AUDITED: pins.txt: ")) == (0, True)
    assert _audit(pins, service, "--required")[0] == 3


def test_every_pin_of_every_environment_is_asked_about() -> None:
    asked = set()

    def nothing(name: str, version: str) -> tuple[int, bytes]:
        asked.add((name, version))
        return 200, b"{}"

    with _service(nothing) as service:
        command = [str(audit_python()), ".ci/audit.py", "--required", "--service", service]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    files = [ROOT / "requirements.txt", *(ROOT / "requirements").glob("*.txt")]
    pinned = re.findall(r"^([\w.-]+)==([\w.]+)", "\n".join(file.read_text() for file in files), re.MULTILINE)
    assert asked == {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in pinned}


def test_the_audits_own_environment_holds_what_is_pinned_and_nothing_else() -> None:
    pip = [str(audit_python()), "-m", "pip", "--disable-pip-version-check", "list", "--format=json"]
    listed: list[dict[str, Any]] = json.loads(subprocess.run(pip, capture_output=True, check=True, timeout=60).stdout)
    installed = {(re.sub(r"[-_.]+", "-", row["name"]).lower(), row["version"]) for row in listed}
    pinned = set(re.findall(r"^([\w-]+)==([\w.]+)", (ROOT / "requirements/audit.txt").read_text(), re.MULTILINE))
    assert {pin for pin in installed if pin[0] not in ("pip", "setuptools")} == pinned
