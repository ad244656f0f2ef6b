"""The certificate host in trouble, or forged requests that send there: what is known goes on being answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from skill.cli.serve import THREADS
from skill.server.verifier import (
    FAILURE_LASTS,
    FETCHES_AT_ONCE,
    FIRST_FETCHES_AT_ONCE,
    REMEMBERED_FAILURES,
    WAITING_AT_ONCE,
    Refused,
    Verifier,
)
from tests.endpoint.alexa import CHAINS, Alexa, CertificateStandIn, Clock, Post
from tests.endpoint.conftest import Endpoint

TOO_MANY = "too many requests wait for the certificate host"


class StandingStill:
    """A certificate host that answers when it is told to; `asked` is what it was asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files, self.asked, self.go = files, list[str](), threading.Event()

    def __call__(self, url: str) -> bytes:
        name = url.removeprefix(CHAINS)
        self.asked.append(name)
        assert self.go.wait(20)
        if name not in self.files:
            raise Refused("the certificate host did not answer with a chain")
        return self.files[name]


@pytest.fixture
def still(alexa: Alexa) -> StandingStill:
    return StandingStill(alexa.files)


def _verifier(alexa: Alexa, fetch: Callable[[str], bytes], patience: float = 20.0) -> Verifier:
    return Verifier(fetch=fetch, roots=[alexa.root.certificate], clock=Clock(), patience=patience)


def _verdict(verifier: Verifier, post: Post) -> str:
    try:
        verifier.check_signature(post.headers, post.body)
    except Refused as refusal:
        return str(refusal)
    return "genuine"


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_few_chains_are_fetched_at_once_and_known_ones_go_on(alexa: Alexa, still: StandingStill) -> None:
    verifier = _verifier(alexa, still)
    still.go.set()
    assert _verdict(verifier, alexa.post()) == "genuine"
    still.go.clear()
    with ThreadPoolExecutor(40) as many:
        forged = [many.submit(_verdict, verifier, alexa.post(chain=f"forged-{n}.pem")) for n in range(40)]
        _until(lambda: sum(verdict.done() for verdict in forged) == 40 - FETCHES_AT_ONCE)
        assert len(still.asked) == 1 + FETCHES_AT_ONCE
        for _ in range(20):
            assert _verdict(verifier, alexa.post()) == "genuine"
        still.go.set()
    verdicts = [verdict.result() for verdict in forged]
    assert verdicts.count(TOO_MANY) == 40 - FETCHES_AT_ONCE


def test_few_requests_wait_for_one_chain_once_another_is_known(alexa: Alexa, still: StandingStill) -> None:
    """And those that do are all answered by one fetch."""
    assert WAITING_AT_ONCE < THREADS
    verifier = _verifier(alexa, still)
    still.go.set()
    assert _verdict(verifier, alexa.post()) == "genuine"
    still.go.clear()
    with ThreadPoolExecutor(40) as many:
        renewed = [many.submit(_verdict, verifier, alexa.post(chain="next.pem")) for _ in range(40)]
        _until(lambda: sum(verdict.done() for verdict in renewed) == 40 - WAITING_AT_ONCE)
        still.go.set()
    assert [verdict.result() for verdict in renewed].count("genuine") == WAITING_AT_ONCE
    assert still.asked == ["alexa.pem", "next.pem"]


def test_everyone_waits_for_the_first_chain_of_all(alexa: Alexa, still: StandingStill) -> None:
    """A server that begins under load refuses nobody."""
    verifier = _verifier(alexa, still)
    with ThreadPoolExecutor(40) as many:
        first = [many.submit(_verdict, verifier, alexa.post()) for _ in range(40)]
        _until(lambda: verifier._waiting == 40)
        still.go.set()
    assert {verdict.result() for verdict in first} == {"genuine"}
    assert still.asked == ["alexa.pem"]


def test_forged_requests_keep_no_genuine_one_from_the_first_chain(alexa: Alexa, still: StandingStill) -> None:
    """Every slot is taken by a forged request, and as many wait before the genuine one."""
    verifier = _verifier(alexa, still)
    with ThreadPoolExecutor(2 * FIRST_FETCHES_AT_ONCE + 1) as many:
        posts = [alexa.post(chain=f"forged-{n}.pem") for n in range(2 * FIRST_FETCHES_AT_ONCE)]
        forged = [many.submit(_verdict, verifier, post) for post in posts]
        _until(lambda: len(verifier._turns) == FIRST_FETCHES_AT_ONCE)
        genuine = many.submit(_verdict, verifier, alexa.post())
        _until(lambda: len(verifier._turns) == FIRST_FETCHES_AT_ONCE + 1)
        assert len(still.asked) <= FIRST_FETCHES_AT_ONCE
        still.go.set()
        assert genuine.result() == "genuine"
    assert "genuine" not in {verdict.result() for verdict in forged}


def test_nobody_waits_for_a_slot_longer_than_patience(alexa: Alexa, still: StandingStill) -> None:
    verifier = _verifier(alexa, still, patience=0.05)
    for number in range(FIRST_FETCHES_AT_ONCE):
        assert _verdict(verifier, alexa.post(chain=f"{number}.pem")) == "the certificate host is too slow"
    assert _verdict(verifier, alexa.post()) == TOO_MANY
    still.go.set()
    _until(lambda: _verdict(verifier, alexa.post()) == "genuine")


def test_nobody_waits_longer_than_patience_and_the_chain_is_kept_when_it_comes(
    alexa: Alexa, still: StandingStill
) -> None:
    verifier = _verifier(alexa, still, patience=0.05)
    assert _verdict(verifier, alexa.post()) == "the certificate host is too slow"
    still.go.set()
    _until(lambda: _verdict(verifier, alexa.post()) == "genuine")
    assert still.asked == ["alexa.pem"]


def test_what_could_not_be_had_is_not_fetched_again_at_once(alexa: Alexa, still: StandingStill) -> None:
    still.go.set()
    verifier = _verifier(alexa, still)
    for _ in range(5):
        assert _verdict(verifier, alexa.post(chain="missing.pem")).startswith("the certificate host did not")
        assert _verdict(verifier, alexa.post(chain="rogue.pem")) == "the certificate chain is not Alexa's"
    assert still.asked == ["missing.pem", "rogue.pem"]


def test_failures_are_remembered_in_little_room(alexa: Alexa, still: StandingStill) -> None:
    still.go.set()
    verifier = _verifier(alexa, still)
    for number in range(REMEMBERED_FAILURES + 1):
        _verdict(verifier, alexa.post(chain=f"{number}.pem"))
    _verdict(verifier, alexa.post(chain="1.pem"))
    assert len(still.asked) == REMEMBERED_FAILURES + 1
    _verdict(verifier, alexa.post(chain="0.pem"))
    assert len(still.asked) == REMEMBERED_FAILURES + 2


@pytest.mark.parametrize("trouble", ["down.pem", "missing.pem", "garbage.pem", "endless.pem", "slow.pem", "moved.pem"])
def test_a_known_chain_outlives_the_host_that_it_came_from(
    trouble: str, alexa: Alexa, endpoint: Endpoint, chains: CertificateStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And when the host is well again, what it failed to send is asked for again, seconds later."""
    assert endpoint.send(alexa.post())[0] == 200
    # The host's trouble now is that of this file, whatever is asked for.
    assert endpoint.send(alexa.post(chain=trouble))[0] == 400
    asked = len(chains.asked)
    for _ in range(3):
        assert endpoint.send(alexa.post())[0] == 200
        assert endpoint.send(alexa.post(chain=trouble))[0] == 400
    assert len(chains.asked) == asked
    if trouble in alexa.files:
        monkeypatch.setitem(alexa.files, trouble, alexa.files["alexa.pem"])
        endpoint.clock.now += FAILURE_LASTS
        assert endpoint.send(alexa.post(chain=trouble))[0] == 200
