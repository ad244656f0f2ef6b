"""`python -m skill serve` and the WSGI factory, with the handler that Lambda runs."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from lambda_handler import handler
from skill.cli.serve import HEAD_LIMIT
from skill.server.chain_cache import THREADS
from skill.server.factory import create_app
from skill.server.verifier import Verifier
from tests.endpoint.alexa import SKILL_ID, Alexa, Clock, Post, envelope, request
from tests.endpoint.test_forgeries import FORGERIES

ROOT = Path(__file__).parents[2]
PLAIN = Post(json.dumps(envelope()).encode(), {"Content-Type": "application/json"})


@contextmanager
def _serve(*arguments: str, **environment: str) -> Iterator[int]:
    """The port of an endpoint that runs as a program of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "skill", "serve", "--port", "0", *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        page, endpoint = process.stdout.readline(), process.stdout.readline()
        listening = re.match(r"The endpoint: http://127\.0\.0\.1:(\d+)/", endpoint)
        assert listening, endpoint
        assert page == f"The bedside page: http://127.0.0.1:{listening[1]}/bedside/\n"
        yield int(listening[1])
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _ask(port: int, post: Post, method: str = "POST") -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, "/", post.body, post.headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_says_what_lambda_says(alexa: Alexa, verifier: tuple[Verifier, Clock], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILL_ID", SKILL_ID)
    client = create_app(verifier=verifier[0]).test_client()
    unknown = request(type="Something.New")
    ended = request(type="SessionEndedRequest", reason="USER_INITIATED", intent=None)
    for event in (envelope(), request(type="LaunchRequest", intent=None), unknown, ended):
        post = alexa.post(event)
        answer = client.post("/", data=post.body, headers=post.headers)
        assert answer.status_code == 200
        assert answer.get_json() == handler(event, None)


def test_answers_whatever_is_genuinely_signed(
    alexa: Alexa, verifier: tuple[Verifier, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILL_ID", SKILL_ID)
    client = create_app(verifier=verifier[0]).test_client()
    intent: dict[str, object] = {"name": "RelieveIntent", "slots": {"Site": {"name": "Site", "value": 7}}}
    several: tuple[dict[str, object], ...]
    several = ({"intent": None}, {"intent": []}, {"intent": intent}, {"locale": 5}, {"locale": None})
    for changes in several:
        post = alexa.post(request(**changes))
        assert client.post("/", data=post.body, headers=post.headers).status_code == 200


def test_of_unsigned_requests_takes_those_that_make_sense() -> None:
    with _serve("--unsigned") as port:
        status, content = _ask(port, PLAIN)
        assert (status, "<speak>" in json.loads(content)["response"]["outputSpeech"]["ssml"]) == (200, True)
        assert _ask(port, Post(b"{", {}))[0] == 400
        assert _ask(port, PLAIN.but(body=b" " * 5_000_000))[0] == 400
        assert _ask(port, PLAIN.but(Signature_256="QUJD"))[0] == 400
        assert _ask(port, PLAIN.but(X_Forwarded_For="192.0.2.1"))[0] == 400
        assert _ask(port, PLAIN.but(Host="cramp.example.org"))[0] == 400
        assert _ask(port, PLAIN, "GET")[0] == 302  # to the page
        assert _ask(port, PLAIN, "PUT")[0] == 405


def test_slow_clients_keep_nobody_waiting() -> None:
    """More of them than there are threads: a request takes a thread only when it is there whole."""
    content = (
        f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(PLAIN.body) + 1}\r\n\r\n".encode() + PLAIN.body
    )
    with _serve("--unsigned") as port, ExitStack() as stack:
        for number in range(4 * THREADS):
            wire = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            wire.sendall(content[: 30 + number * 20])
        assert _ask(port, PLAIN)[0] == 200


def test_heads_are_no_longer_than_heads_are() -> None:
    with _serve("--unsigned") as port:
        assert _ask(port, PLAIN.but(X_Long="x" * 4000))[0] == 200
        try:
            status, _ = _ask(port, PLAIN.but(X_Long="x" * HEAD_LIMIT))
        except ConnectionError:  # it hung up on what it would not read, before its answer could be read
            status = 431
        assert status == 431


def test_refuses_every_forgery_as_a_program_of_its_own(alexa: Alexa) -> None:
    """Those that need no certificate host: that one is Amazon's, and it is not asked from here."""
    kinds = [kind for kind, (_, reason) in FORGERIES.items() if "URL" in kind or "not signed" in reason]
    assert len(kinds) >= 19
    with _serve(SKILL_ID=SKILL_ID) as port:
        assert _ask(port, PLAIN) == (400, b"Bad Request\n")
        for kind in kinds:
            assert (kind, *_ask(port, FORGERIES[kind][0](alexa))) == (kind, 400, b"Bad Request\n")


def test_says_why_it_cannot_listen() -> None:
    with _serve("--unsigned") as port:
        second = subprocess.run(
            [sys.executable, "-m", "skill", "serve", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert second.returncode == 1
    assert f"port {port}" in second.stderr
    assert "--port" in second.stderr
    assert "Traceback" not in second.stderr
