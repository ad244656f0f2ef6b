"""The endpoint on a real socket, and behind it a certificate host on another."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from waitress.server import create_server

from skill.server.certificate_host import CertificateHost
from skill.server.factory import create_app
from skill.server.verifier import Verifier
from tests.endpoint.alexa import SKILL_ID, Alexa, CertificateStandIn, Clock, Post, certificate_host, everyone

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass
class Skill:
    """A handler that remembers what reached it."""

    seen: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any] | None:
        self.seen.append(event)
        if event["request"]["type"] == "SessionEndedRequest":
            return None
        speech = {"type": "SSML", "ssml": "<speak>Pull your toes up.</speak>"}
        return {"version": "1.0", "response": {"outputSpeech": speech, "shouldEndSession": False}}


@dataclass
class Endpoint:
    """What the tests need of a running endpoint; `send` posts to it over its socket."""

    skill: Skill
    clock: Clock
    send: Callable[[Post], tuple[int, bytes]]


@pytest.fixture(scope="session")
def alexa() -> Alexa:
    return everyone()


@pytest.fixture(scope="session")
def chains(alexa: Alexa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CertificateStandIn]:
    """The certificate host; a connection to s3.amazonaws.com is led to it, and none leaves the machine."""
    genuine = socket.create_connection

    with (
        certificate_host(alexa.files, tmp_path_factory.mktemp("tls")) as host,
        pytest.MonkeyPatch.context() as patch,
    ):

        def led_here(address: tuple[str, int], *rest: Any, **more: Any) -> socket.socket:
            if address == ("s3.amazonaws.com", 443):
                address = host.address
            assert address[0] == "127.0.0.1", f"{address} was to be reached"
            return genuine(address, *rest, **more)

        patch.setattr(socket, "create_connection", led_here)
        for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            patch.delenv(name, raising=False)
        yield host


@pytest.fixture
def verifier(alexa: Alexa, chains: CertificateStandIn) -> tuple[Verifier, Clock]:
    chains.asked.clear()
    clock = Clock()
    fetch = CertificateHost(seconds=0.5, context=chains.trust)
    return Verifier(fetch=fetch, roots=[alexa.root.certificate], clock=clock), clock


@dataclass
class Front:
    """A server for the whole run, and the application that stands behind it just now."""

    port: int = 0
    app: Flask | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert self.app is not None
        return self.app(environ, start_response)


@pytest.fixture(scope="session")
def listening() -> Front:
    front = Front()
    server = create_server(front, host="127.0.0.1", port=0, threads=4)
    front.port = server.effective_port
    threading.Thread(target=server.run, daemon=True).start()
    return front


@pytest.fixture
def endpoint(verifier: tuple[Verifier, Clock], listening: Front) -> Endpoint:
    checks, clock = verifier
    skill = Skill()
    listening.app = create_app(skill, verifier=checks, skill_id=SKILL_ID)

    def send(post: Post) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", listening.port, timeout=10)) as connection:
            connection.request("POST", "/", post.body, post.headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    return Endpoint(skill, clock, send)
