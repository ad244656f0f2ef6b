"""The handler under Lambda's own programs: its runtime client, and the emulator of the service around it."""

from __future__ import annotations

import json
import os
import platform
import queue
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.endpoint.alexa import SKILL_ID, envelope, request
from tests.instruments import free_port

ROOT = Path(__file__).parents[1]
LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="Lambda's programs run on Linux only")
MACHINE = {"x86_64": "x86_64", "aarch64": "arm64"}.get(platform.machine())
EMULATOR = ROOT / f".venv/cloud/samcli/local/rapid/aws-lambda-rie-{MACHINE}"
NEEDS_EMULATOR = pytest.mark.skipif(
    not EMULATOR.exists(), reason="the emulator is not installed: make test installs it"
)
RUNTIME = [sys.executable, "-m", "awslambdaric", "lambda_handler.handler"]
#: What the function finds in its environment, and nothing of ours.
ENVIRONMENT = {
    "PATH": os.defpath,
    "LAMBDA_TASK_ROOT": str(ROOT),
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "AWS_LAMBDA_FUNCTION_NAME": "cramp-coach",
    "AWS_LAMBDA_FUNCTION_TIMEOUT": "8",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
    "SKILL_ID": SKILL_ID,
}


def _spoken(answer: Any) -> str:
    ssml = answer["response"]["outputSpeech"]["ssml"]
    assert isinstance(ssml, str)
    return ssml


@contextmanager
def _running(command: list[str], folder: Path = ROOT, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**ENVIRONMENT, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


class _RuntimeApi(BaseHTTPRequestHandler):
    """Lambda's Runtime API as far as one function needs it: the next event, and where its answer goes."""

    events: queue.Queue[Any]
    answers: queue.Queue[tuple[str, Any]]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        event = self.events.get()  # Lambda, too, lets the function wait until there is something to do
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "1")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 8000))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:1:function:cramp-coach")
        self._write(json.dumps(event).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answers.put((self.path.rsplit("/", 1)[1], json.loads(body)))
        self.send_response(202)
        self._write(b"{}")

    def _write(self, body: bytes) -> None:
        self.send_header("Content-Type", "application/json")  # without it the client's C library crashes
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@LINUX_ONLY
def test_the_runtime_client_runs_the_handler() -> None:
    api: Any = type("Api", (_RuntimeApi,), {"events": queue.Queue(), "answers": queue.Queue()})
    service = ThreadingHTTPServer(("127.0.0.1", 0), api)
    service.daemon_threads = True
    threading.Thread(target=service.serve_forever, daemon=True).start()
    ended = request(type="SessionEndedRequest", reason="EXCEEDED_MAX_REPROMPTS", intent=None)
    with _running(RUNTIME, AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{service.server_port}"):
        for event in (envelope(), request(type="LaunchRequest", intent=None), ended, envelope()):
            api.events.put(event)
        outcomes = [api.answers.get(timeout=20) for _ in range(4)]
    service.shutdown()
    assert [kind for kind, _ in outcomes] == ["response"] * 4
    relief, launch, silence, again = (answer for _, answer in outcomes)
    assert "<speak>" in _spoken(relief)
    assert "<speak>" in _spoken(launch)
    assert silence is None or "outputSpeech" not in silence.get("response", {})
    assert _spoken(again) == _spoken(relief)


def invoke(port: int, event: object) -> Any:
    """What the emulator answers, which is 200 whatever the function did."""
    url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
    with urllib.request.urlopen(url, json.dumps(event).encode(), timeout=60) as answer:
        return json.loads(answer.read())


@contextmanager
def emulated(scratch: Path, runtime: list[str], folder: Path = ROOT, **environment: str) -> Iterator[int]:
    """The emulator with the function of this folder; the port at which it is invoked."""
    emulator = scratch / "emulator"
    emulator.write_bytes(EMULATOR.read_bytes())  # a wheel keeps no permission to run
    emulator.chmod(0o755)
    port, runtime_port = free_port(), free_port()
    command = [str(emulator), "--log-level", "error"]
    command += ["--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    command += ["--runtime-api-address", f"127.0.0.1:{runtime_port}", *runtime]
    with _running(command, folder, **environment) as process:
        deadline = time.monotonic() + 60
        while not _listens(port):
            assert process.poll() is None, f"the emulator has ended: {process.communicate()[0]!r}"
            assert time.monotonic() < deadline, "the emulator does not listen"
            time.sleep(0.05)
        yield port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@LINUX_ONLY
@NEEDS_EMULATOR
def test_the_emulator_runs_the_handler(tmp_path: Path) -> None:
    with emulated(tmp_path, RUNTIME) as port:
        relief = invoke(port, envelope())
        assert "<speak>" in _spoken(relief)
        assert "<speak>" in _spoken(invoke(port, request(type="Something.New")))
        began = time.monotonic()
        assert _spoken(invoke(port, envelope())) == _spoken(relief)
        assert time.monotonic() - began < 2  # warm
