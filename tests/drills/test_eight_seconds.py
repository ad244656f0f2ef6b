"""Alexa waits eight seconds: a process that has only just begun, before a certificate host at its worst, answers sooner."""

from __future__ import annotations

import http.client
import time
from contextlib import closing
from pathlib import Path

from skill.server.certificate_host import FETCH_SECONDS
from skill.server.chain_cache import PATIENCE
from tests.endpoint.alexa import Post, certificate_host, everyone, request
from tests.endpoint.gunicorn import gunicorn

ALEXA_WAITS = 8.0


def _ask(port: int, post: Post) -> tuple[int, float]:
    """The status of the answer, and how long it took."""
    began = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("POST", "/", post.body, post.headers)
        status = connection.getresponse().status
    return status, time.monotonic() - began


def test_the_first_request_of_a_process_is_answered_in_time(tmp_path: Path) -> None:
    """And one whose chain trickles in is refused in time, and asked for by nobody else meanwhile."""
    assert FETCH_SECONDS <= PATIENCE < ALEXA_WAITS / 2
    alexa = everyone()
    with (
        certificate_host(alexa.files, tmp_path) as host,
        gunicorn(alexa, host, tmp_path, seconds=FETCH_SECONDS) as served,
    ):
        status, cold = _ask(served.port, alexa.post())
        assert (status, cold < ALEXA_WAITS) == (200, True)
        status, slow = _ask(served.port, alexa.post(chain="slow.pem"))
        assert (status, slow < ALEXA_WAITS) == (400, True)
        status, warm = _ask(served.port, alexa.post(request(requestId="another")))
        assert (status, warm < ALEXA_WAITS) == (200, True)
    assert host.asked == ["/echo.api/alexa.pem", "/echo.api/slow.pem"]
