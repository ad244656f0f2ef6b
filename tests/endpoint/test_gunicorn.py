"""The endpoint as one deploys it: a real gunicorn with the repository's configuration, over real sockets."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bench import load
from skill.server.chain_cache import THREADS
from tests.endpoint.alexa import NOW, Alexa, CertificateStandIn, Post, certificate_host, request
from tests.endpoint.authority import authority, leaf
from tests.endpoint.gunicorn import Served, gunicorn
from tests.endpoint.test_forgeries import FORGERIES

ROOT = Path(__file__).parents[2]
#: Seconds after which the tests' gunicorn cuts a request off.
CUT_OFF = 1.5


@pytest.fixture(scope="module")
def host(alexa: Alexa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CertificateStandIn]:
    with certificate_host(alexa.files, tmp_path_factory.mktemp("host")) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def served(alexa: Alexa, host: CertificateStandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with gunicorn(alexa, host, tmp_path_factory.mktemp("gunicorn"), request_seconds=CUT_OFF) as process:
        yield process
        assert "Traceback" not in process.log.read_text()


def _connect(served: Served, seconds: float = 20) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=seconds)


def _head(alexa: Alexa, number: str, *more: str) -> tuple[bytes, bytes]:
    """The head of a genuine request, with further lines in it, and its body."""
    post = alexa.post(request(requestId=number))
    lines = [f"{name}: {value}" for name, value in post.headers.items()]
    return "\r\n".join(["POST / HTTP/1.1", "Host: localhost", *lines, *more, "", ""]).encode(), post.body


def _genuine(alexa: Alexa, number: str) -> bytes:
    head, body = _head(alexa, number)
    return head[:-2] + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def _status(wire: socket.socket) -> int:
    return int(load._answer(wire).split(b" ", 2)[1])


def _ask(served: Served, content: bytes, seconds: float = 20) -> int:
    with _connect(served, seconds) as wire:
        wire.sendall(content)
        return _status(wire)


def _hung_up(wire: socket.socket) -> bool:
    """Waits for the other side to hang up, whatever it says before."""
    try:
        while wire.recv(4096):
            pass
    except ConnectionError:
        pass
    return True


def _drip(wire: socket.socket) -> None:
    """Header after header, without end: twenty seconds are no end in sight."""
    for number in range(200):
        wire.sendall(b"X-%d: y\r\n" % (number % 10))
        time.sleep(0.1)


def test_answers_what_is_genuine_and_keeps_the_connection(alexa: Alexa, served: Served) -> None:
    with _connect(served) as wire:
        for number in range(3):
            wire.sendall(_genuine(alexa, f"kept-{number}"))
            assert _status(wire) == 200


def test_says_that_it_runs(served: Served) -> None:
    with _connect(served) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert load._answer(wire).endswith(b"\r\n\r\nok\n")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_takes_nothing_but_posts(method: str, served: Served) -> None:
    with _connect(served) as wire:
        wire.sendall(f"{method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = wire.recv(4096)
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"\r\nAllow: " in answer


@pytest.mark.parametrize(
    "content",
    [
        b"POST /" + b"x" * 2000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 5000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 100 + b"\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nnot a number\r\n\r\n",
        b"FOO! / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS, to a port without\r\n\r\n",
    ],
    ids=lambda content: repr(content[:40]),
)
def test_refuses_what_is_too_long_too_much_or_no_http(content: bytes, served: Served) -> None:
    with _connect(served) as wire:
        wire.sendall(content)
        answer = wire.recv(4096)
    assert 400 <= int(answer.split(b" ", 2)[1]) < 500 or b"501" in answer[:16] or b"505" in answer[:16], answer


def test_refuses_a_body_that_is_too_large_before_it_is_sent(alexa: Alexa, served: Served) -> None:
    head, body = _head(alexa, "large", "Content-Length: 100000000")
    assert _ask(served, head + body) == 400


def test_takes_a_body_in_chunks_and_only_so_many(alexa: Alexa, served: Served) -> None:
    head, body = _head(alexa, "chunks", "Transfer-Encoding: chunked")
    assert _ask(served, head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)) == 200
    chunk = b"8000\r\n%s\r\n" % (b" " * 0x8000)
    assert _ask(served, head + chunk * 9 + b"0\r\n\r\n") == 400


def test_clients_that_never_end_their_request_are_cut_off(alexa: Alexa, served: Served) -> None:
    """More of them than there are threads, in each way there is to be slow: whoever comes then is answered in time."""
    genuine = _genuine(alexa, "slow")
    head_only, half_a_body = genuine[:200], genuine[:-500]
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(_connect(served))) for _ in range(2 * THREADS)]
        for number, wire in enumerate(slow):
            wire.sendall((head_only, half_a_body)[number % 2])
        assert _ask(served, _genuine(alexa, "meanwhile"), seconds=8) == 200
        assert all(_hung_up(wire) for wire in slow)
    assert _ask(served, _genuine(alexa, "afterwards")) == 200


def test_clients_that_drip_are_cut_off_too(alexa: Alexa, served: Served) -> None:
    with _connect(served) as wire:
        wire.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n")
        with pytest.raises(ConnectionError):
            _drip(wire)


def test_clients_that_do_not_hang_up_hold_nobody_up(alexa: Alexa, served: Served) -> None:
    """gunicorn alone would stand still for two seconds for each of them."""
    began = time.monotonic()
    with ExitStack() as stack:
        for number in range(8):
            wire = stack.enter_context(closing(_connect(served)))
            wire.sendall(_genuine(alexa, f"last-{number}").replace(b"Host:", b"Connection: close\r\nHost:", 1))
            assert _status(wire) == 200
        assert _ask(served, _genuine(alexa, "next")) == 200
        assert time.monotonic() - began < 8


def test_threads_that_wait_for_a_next_request_hold_nobody_up(
    alexa: Alexa, host: CertificateStandIn, tmp_path: Path
) -> None:
    """They would wait for a minute here: but not where that request has already come, and only the first half of them."""
    with gunicorn(alexa, host, tmp_path, linger_seconds=60) as patient, ExitStack() as stack:
        with _connect(patient) as wire:
            wire.sendall(_genuine(alexa, "first") + _genuine(alexa, "second"))  # in one breath
            answers = b""
            while answers.count(b"HTTP/1.1 200 OK") < 2:
                answers += load._part(wire)
        for number in range(3 * THREADS):
            kept = stack.enter_context(closing(_connect(patient)))
            kept.sendall(_genuine(alexa, f"kept-{number}"))
            assert _status(kept) == 200


def test_forged_requests_do_not_keep_genuine_ones_waiting(alexa: Alexa, served: Served) -> None:
    """More requests than threads, each naming a certificate file that does not come, and once its own again and again."""
    assert _ask(served, _genuine(alexa, "before")) == 200
    with ExitStack() as stack:
        forged = [stack.enter_context(closing(_connect(served))) for _ in range(2 * THREADS)]
        for number, wire in enumerate(forged):
            name = b"slow.pem" if number % 2 else b"missing-%d.pem" % number
            wire.sendall(_genuine(alexa, f"forged-{number}").replace(b"alexa.pem", name))
        assert _ask(served, _genuine(alexa, "genuine"), seconds=8) == 200
        assert {_status(wire) for wire in forged} == {400}


def test_a_process_that_is_renewed_loses_no_request(alexa: Alexa, host: CertificateStandIn, tmp_path: Path) -> None:
    renewal = ("--max-requests", "40", "--max-requests-jitter", "0")
    with gunicorn(alexa, host, tmp_path, *renewal) as served:
        assert [_ask(served, _genuine(alexa, f"renewed-{number}")) for number in range(100)] == [200] * 100
        assert served.log.read_text().count("Booting worker") >= 2


def test_over_tls_every_genuine_request_is_answered_and_every_forged_one_refused(
    alexa: Alexa, host: CertificateStandIn, tmp_path: Path
) -> None:
    """Root, intermediate and leaf; TLS; gunicorn; the certificate host over TLS too: the whole way of a request."""
    root = authority("Endpoint Root", NOW)
    pair = tmp_path / "endpoint.pem"
    pair.write_bytes(leaf(root, NOW, name="localhost").pair)
    trust = ssl.create_default_context(cadata=root.pem.decode())
    genuine = {
        "calf": alexa.post(),
        "launch": alexa.post(request(type="LaunchRequest", intent=None)),
        "another chain": alexa.post(request(requestId="another"), chain="next.pem"),
        "URL with its port": alexa.post(
            request(requestId="port"), url="https://s3.amazonaws.com:443/echo.api/alexa.pem"
        ),
        "ended": alexa.post(request(type="SessionEndedRequest", intent=None, reason="USER_INITIATED")),
        "an unknown type": alexa.post(request(type="Something.New", intent=None)),
    }
    options = ("--certfile", str(pair), "--keyfile", str(pair))
    with gunicorn(alexa, host, tmp_path, *options) as served:

        def send(post: Post) -> tuple[int, bytes]:
            raw = _connect(served)
            with trust.wrap_socket(raw, server_hostname="localhost") as wire:
                lines = [f"{name}: {value}" for name, value in post.headers.items()]
                lines += ["Host: localhost", f"Content-Length: {len(post.body)}", "Connection: close"]
                wire.sendall("\r\n".join(["POST / HTTP/1.1", *lines, "", ""]).encode("latin-1") + post.body)
                head, _, content = load._answer(wire).partition(b"\r\n\r\n")
                return int(head.split(b" ", 2)[1]), content

        for kind, post in genuine.items():
            status, content = send(post)
            assert (kind, status) == (kind, 200)
            assert "response" in json.loads(content)
        for kind, (make, _) in FORGERIES.items():
            assert (kind, *send(make(alexa))) == (kind, 400, b"Bad Request\n")
        assert send(genuine["calf"])[0] == 200
        log = served.log.read_text()
    assert "Traceback" not in log
    for reason in {reason for _, reason in FORGERIES.values()}:
        assert f"request refused: {reason}" in log


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the load reads /proc, which is Linux's")
def test_a_load_of_signed_requests_is_answered_without_an_error(
    alexa: Alexa, host: CertificateStandIn, tmp_path: Path
) -> None:
    """bench/load.py in small; there it is a minute, and the memory flat."""
    with gunicorn(alexa, host, tmp_path, now=None) as served:
        waiting = load.requests(alexa, 300)
        with load.watched(served.worker, 0.1) as noted:
            outcome = load.send(served, waiting, rate=200)
    assert outcome.errors == []
    assert len(outcome.taken) == 300
    assert outcome.processor > 0
    assert all(size > 10 * 2**20 for size in noted)


@pytest.mark.parametrize("skill_id", [None, "amzn1.ask.skill.…"])
def test_gunicorn_says_why_it_does_not_start(skill_id: str | None) -> None:
    settings = {"SKILL_ID": skill_id} if skill_id else {}
    command = [sys.executable, "-m", "gunicorn"]
    done = subprocess.run(
        command, cwd=ROOT, env={"PATH": os.defpath, **settings}, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert "Copy Skill ID" in done.stderr
    assert "Traceback" not in done.stderr
