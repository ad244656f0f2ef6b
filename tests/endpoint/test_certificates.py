"""The certificate host in trouble, or forged requests that send there: what is known goes on being answered."""

from __future__ import annotations

import json
import stat
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from skill.server.chain_cache import FAILURE_LASTS, REMEMBERED_FAILURES, THREADS, WAITING_AT_ONCE
from skill.server.refused import Refused
from skill.server.verifier import Verifier
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


def _verifier(
    alexa: Alexa, fetch: Callable[[str], bytes], patience: float = 20.0, file: Path | None = None
) -> Verifier:
    return Verifier(fetch=fetch, roots=[alexa.root.certificate], clock=Clock(), patience=patience, file=file)


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


def test_forged_requests_leave_threads_free_for_requests_whose_chain_is_known(
    alexa: Alexa, still: StandingStill
) -> None:
    verifier = _verifier(alexa, still)
    still.go.set()
    assert _verdict(verifier, alexa.post()) == "genuine"
    still.go.clear()
    with ThreadPoolExecutor(80) as many:
        forged = [many.submit(_verdict, verifier, alexa.post(chain=f"forged-{n}.pem")) for n in range(80)]
        _until(lambda: sum(verdict.done() for verdict in forged) == 80 - WAITING_AT_ONCE)
        for _ in range(20):
            assert _verdict(verifier, alexa.post()) == "genuine"
        still.go.set()
    verdicts = [verdict.result() for verdict in forged]
    assert verdicts.count(TOO_MANY) == 80 - WAITING_AT_ONCE


def test_few_requests_wait_for_one_chain_once_another_is_known(alexa: Alexa, still: StandingStill) -> None:
    """And those that do are all answered by one fetch."""
    assert WAITING_AT_ONCE < THREADS
    verifier = _verifier(alexa, still)
    still.go.set()
    assert _verdict(verifier, alexa.post()) == "genuine"
    still.go.clear()
    with ThreadPoolExecutor(80) as many:
        renewed = [many.submit(_verdict, verifier, alexa.post(chain="next.pem")) for _ in range(80)]
        _until(lambda: sum(verdict.done() for verdict in renewed) == 80 - WAITING_AT_ONCE)
        still.go.set()
    assert [verdict.result() for verdict in renewed].count("genuine") == WAITING_AT_ONCE
    assert still.asked == ["alexa.pem", "next.pem"]


def test_everyone_waits_for_the_first_chain_of_all(alexa: Alexa, still: StandingStill) -> None:
    """A server that begins under load refuses nobody."""
    verifier = _verifier(alexa, still)
    with ThreadPoolExecutor(80) as many:
        first = [many.submit(_verdict, verifier, alexa.post()) for _ in range(80)]
        _until(lambda: verifier._chains._waiting == 80)
        still.go.set()
    assert {verdict.result() for verdict in first} == {"genuine"}
    assert still.asked == ["alexa.pem"]


@pytest.mark.parametrize("cold", [True, False])
def test_no_request_waits_for_the_fetch_of_another(cold: bool, alexa: Alexa, still: StandingStill) -> None:
    """Neither before the first chain is known nor when Alexa begins to sign with another."""
    verifier = _verifier(alexa, still)
    if not cold:
        still.go.set()
        assert _verdict(verifier, alexa.post()) == "genuine"
        still.go.clear()
    others = (THREADS if cold else WAITING_AT_ONCE) - 1
    with ThreadPoolExecutor(THREADS) as many:
        forged = [many.submit(_verdict, verifier, alexa.post(chain=f"forged-{n}.pem")) for n in range(others)]
        genuine = many.submit(_verdict, verifier, alexa.post(chain="next.pem"))
        _until(lambda: "next.pem" in still.asked)
        assert not any(verdict.done() for verdict in forged)
        still.go.set()
        assert genuine.result() == "genuine"
    assert "genuine" not in {verdict.result() for verdict in forged}


@pytest.mark.parametrize("cold", [True, False])
def test_a_flood_of_forged_requests_keeps_no_genuine_one_waiting(cold: bool, alexa: Alexa) -> None:
    """Forty a second, before a host that takes 350 ms, in a server of so many threads; bench/starvation.py drills a real one."""

    def fetch(url: str) -> bytes:
        time.sleep(0.35)
        return StandingStill.__call__(there, url)

    there = StandingStill(alexa.files)
    there.go.set()
    verifier = _verifier(alexa, fetch)
    if not cold:
        assert _verdict(verifier, alexa.post()) == "genuine"
    forged, posts = alexa.post(), [alexa.post(chain="next.pem") for _ in range(5)]
    with ThreadPoolExecutor(THREADS) as threads:
        verdicts = []
        for number in range(100):
            threads.submit(_verdict, verifier, forged.but(SignatureCertChainUrl=f"{CHAINS}{number}.pem"))
            if number % 20 == 19:
                verdicts.append(threads.submit(_verdict, verifier, posts[number // 20]))
            time.sleep(1 / 40)
        assert [verdict.result() for verdict in verdicts] == ["genuine"] * 5


def test_a_chain_outlives_the_process(alexa: Alexa, still: StandingStill, tmp_path: Path) -> None:
    file = tmp_path / "certificates.json"
    still.go.set()
    assert _verdict(_verifier(alexa, still, file=file), alexa.post()) == "genuine"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    assert _verdict(_verifier(alexa, still, file=file), alexa.post()) == "genuine"
    assert still.asked == ["alexa.pem"]


def test_a_kept_chain_is_checked_again(alexa: Alexa, still: StandingStill, tmp_path: Path) -> None:
    """Expired, of another root, not a chain, not JSON: it is fetched."""
    file = tmp_path / "certificates.json"
    still.go.set()
    chains = {CHAINS + "alexa.pem": alexa.files["rogue.pem"].decode(), "https://example.org/": "x"}
    for content in (json.dumps(chains), json.dumps([]), "{", "", json.dumps({CHAINS + "alexa.pem": 7})):
        still.asked.clear()
        file.write_text(content)
        verifier = _verifier(alexa, still, file=file)
        assert _verdict(verifier, alexa.post(key=alexa.rogue)) != "genuine"
        assert _verdict(verifier, alexa.post()) == "genuine"
        assert still.asked == ["alexa.pem"]


def test_where_it_cannot_be_kept_the_request_is_answered(
    alexa: Alexa, still: StandingStill, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    still.go.set()
    verifier = _verifier(alexa, still, file=tmp_path / "missing" / "certificates.json")
    assert _verdict(verifier, alexa.post()) == "genuine"
    assert "certificates not kept: FileNotFoundError" in caplog.text


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
