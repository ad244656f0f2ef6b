"""A request that is sent twice within its tolerance is acted on once, and answered alike."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from skill.server.factory import create_app
from skill.server.replay_cache import KEPT_SECONDS, InProgress, ReplayCache
from skill.server.verifier import TOLERANCE, Verifier
from tests.endpoint.alexa import NOW, SKILL_ID, Alexa, Clock, request
from tests.endpoint.conftest import Endpoint


def test_the_same_bytes_are_answered_alike_and_reach_the_skill_once(alexa: Alexa, endpoint: Endpoint) -> None:
    post = alexa.post()
    first = endpoint.send(post)
    assert first[0] == 200
    for seconds in (1, 149, 150):
        endpoint.clock.now = NOW + timedelta(seconds=seconds)
        assert endpoint.send(post) == first
    assert len(endpoint.skill.seen) == 1
    endpoint.clock.now = NOW + timedelta(seconds=151)
    assert endpoint.send(post)[0] == 400


def test_the_same_bytes_must_be_signed_again(alexa: Alexa, endpoint: Endpoint) -> None:
    """Who knows what was sent learns nothing of what was answered."""
    post = alexa.post()
    assert endpoint.send(post)[0] == 200
    assert endpoint.send(post.but(Signature_256="QUJD"))[0] == 400


def test_another_request_of_the_same_words_is_another(alexa: Alexa, endpoint: Endpoint) -> None:
    for number in range(3):
        assert endpoint.send(alexa.post(request(requestId=str(number))))[0] == 200
    assert len(endpoint.skill.seen) == 3


def test_a_twin_that_comes_meanwhile_is_refused(alexa: Alexa, verifier: tuple[Verifier, Clock]) -> None:
    begun, go, seen = threading.Event(), threading.Event(), []

    def slow(event: dict[str, Any], context: object) -> dict[str, Any]:
        seen.append(event)
        begun.set()
        assert go.wait(20)
        return {"version": "1.0", "response": {}}

    app = create_app(slow, verifier=verifier[0], skill_id=SKILL_ID)
    post = alexa.post()

    def send() -> int:
        return app.test_client().post("/", data=post.body, headers=post.headers).status_code

    with ThreadPoolExecutor(1) as other:
        first = other.submit(send)
        assert begun.wait(20)
        assert send() == 400
        go.set()
        assert first.result() == 200
    assert send() == 200
    assert len(seen) == 1


def test_a_request_that_could_not_be_answered_may_be_sent_again(alexa: Alexa, verifier: tuple[Verifier, Clock]) -> None:
    answers: list[dict[str, Any]] = []

    def failing(event: dict[str, Any], context: object) -> dict[str, Any]:
        return answers.pop()  # IndexError

    client = create_app(failing, verifier=verifier[0], skill_id=SKILL_ID).test_client()
    post = alexa.post()
    assert client.post("/", data=post.body, headers=post.headers).status_code == 500
    answers.append({"version": "1.0", "response": {}})
    assert client.post("/", data=post.body, headers=post.headers).status_code == 200


def test_unsigned_requests_of_the_stand_in_are_each_their_own(
    verifier: tuple[Verifier, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in's clock stands where it wants it, so that two turns may be the same bytes."""
    monkeypatch.delenv("SKILL_ID", raising=False)
    seen = []

    def count(event: dict[str, Any], context: object) -> dict[str, Any]:
        seen.append(event)
        return {"version": "1.0", "response": {}}

    client = create_app(count, verifier=verifier[0], unsigned_from_loopback=True).test_client()
    for _ in range(2):
        assert client.post("/", json=request()).status_code == 200
    assert len(seen) == 2


def test_answers_are_kept_as_long_as_their_requests_can_pass() -> None:
    """A timestamp may be ahead by the tolerance, and then as far behind."""
    assert KEPT_SECONDS >= 2 * TOLERANCE
    now = [0.0]
    cache = ReplayCache(clock=lambda: now[0])
    digest, earlier = cache.reserve(b"request")
    assert earlier is None
    with pytest.raises(InProgress):
        cache.reserve(b"request")
    cache.store(digest, b"answer")
    now[0] = KEPT_SECONDS
    assert cache.reserve(b"request") == (digest, b"answer")
    now[0] += 1
    assert cache.reserve(b"request") == (digest, None)


def test_answers_are_kept_in_little_room_the_latest_first() -> None:
    cache = ReplayCache(limit=1000)

    def answer(number: int) -> bytes | None:
        digest, earlier = cache.reserve(b"request %d" % number)
        if earlier is None:
            cache.store(digest, b"x" * 100)
        return earlier

    for number in range(50):
        assert answer(number) is None
    assert all(answer(number) for number in range(49, 39, -1))
    assert answer(0) is None
