"""The endpoint as one deploys it: a real gunicorn with the repository's own configuration.

Only Alexa's side of the wire is made here. The process is told by its environment where the certificate host stands
in for Amazon's, which root ends a chain, and, where a test needs it, what time it is.
"""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from cryptography import x509
from flask import Flask

from skill.server import gunicorn_worker
from skill.server.ask_sdk_adapter import Envelope
from skill.server.certificate_host import CertificateHost
from skill.server.factory import create_app as deployed
from skill.server.verifier import Verifier
from tests.endpoint.alexa import NOW, SKILL_ID, Alexa, CertificateStandIn

ROOT = Path(__file__).parents[2]
_SETTING = "CRAMP_COACH_STAND_IN"


@dataclass(frozen=True)
class Served:
    """A gunicorn that runs: its port, and the ids of its master and of its one worker."""

    port: int
    master: int
    worker: int
    log: Path


def create_app() -> Flask:
    """In the worker: the deployed application, led to the stand-ins that the environment names."""
    told = json.loads(os.environ[_SETTING])
    gunicorn_worker.REQUEST_SECONDS = told["request_seconds"]
    gunicorn_worker.LINGER_SECONDS = told["linger_seconds"]
    genuine = socket.create_connection

    def led_here(address: tuple[str, int], *rest: Any, **more: Any) -> socket.socket:
        assert address == ("s3.amazonaws.com", 443), address
        return genuine(("127.0.0.1", told["port"]), *rest, **more)

    socket.create_connection = led_here  # type: ignore[assignment]
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        os.environ.pop(name, None)
    trust = ssl.create_default_context()
    trust.load_verify_locations(cadata=told["tls"])
    now = datetime.fromisoformat(told["now"]) if told["now"] else None
    verifier = Verifier(
        fetch=CertificateHost(seconds=told["seconds"], context=trust),
        roots=x509.load_pem_x509_certificates(told["root"].encode()),
        clock=lambda: now or datetime.now(UTC),
    )
    ready = cycle(told["ready"])
    return deployed((lambda event, context: next(ready)) if told["ready"] else None, verifier=verifier)


@contextmanager
def gunicorn(
    alexa: Alexa,
    host: CertificateStandIn,
    folder: Path,
    *options: str,
    now: datetime | None = NOW,
    seconds: float = 0.5,
    request_seconds: float = gunicorn_worker.REQUEST_SECONDS,
    linger_seconds: float = gunicorn_worker.LINGER_SECONDS,
    ready: tuple[Envelope, ...] = (),
) -> Iterator[Served]:
    """One worker on a free port, with the repository's gunicorn.conf.py and further command line options.

    Its clock stands at the moment that the tests' requests are stamped with, however long ago they were collected:
    none is stale. `now` is another moment; with None it is the machine's own clock.

    With `ready` answers it gives these in turn, whatever is asked: what is left without the skill.
    """
    told = {
        "port": host.address[1],
        "root": alexa.root.pem.decode(),
        "tls": host.root.decode(),
        "now": now and now.isoformat(),
        "seconds": seconds,
        "request_seconds": request_seconds,
        "linger_seconds": linger_seconds,
        "ready": ready,
    }
    log = folder / "gunicorn.log"
    environment = {
        "PATH": os.defpath,
        "SKILL_ID": SKILL_ID,
        "BIND": "127.0.0.1:0",
        "WEB_CONCURRENCY": "1",
        "MALLOC_ARENA_MAX": "1",  # as gunicorn.conf.py advises
        _SETTING: json.dumps(told),
    }
    # "info" instead of the configuration's "warning": it says the port.
    command = [sys.executable, "-m", "gunicorn", "--log-level", "info", *options, f"{__name__}:create_app()"]
    with log.open("wb") as writes:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=writes, stderr=writes)
    try:
        port = int(_awaited(r"Listening at: https?://[\d.]+:(\d+)", log, process))
        yield Served(port, process.pid, int(_awaited(r"Booting worker with pid: (\d+)", log, process)), log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _awaited(pattern: str, log: Path, process: subprocess.Popen[bytes]) -> str:
    """What the log says, as soon as it says so."""
    deadline = time.monotonic() + 20
    while not (found := re.search(pattern, log.read_text(errors="replace"))):
        assert process.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < deadline, f"no {pattern!r} in time: {log.read_text(errors='replace')}"
        time.sleep(0.02)
    return found[1]
