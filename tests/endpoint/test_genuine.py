"""What Alexa sends is answered, and the certificate host is asked no more often than it must be."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta

import pytest

from skill.server.certificate_host import chain_url
from skill.server.chain_cache import CACHED_CHAINS, FAILURE_LASTS
from skill.server.refused import Refused
from skill.server.verifier import Verifier
from tests.endpoint.alexa import (
    CHAINS,
    NOW,
    SKILL_ID,
    Alexa,
    CertificateStandIn,
    Clock,
    envelope,
    request,
    stamp,
)
from tests.endpoint.conftest import Endpoint


def test_is_answered_by_the_skill_with_the_envelope_as_it_came(alexa: Alexa, endpoint: Endpoint) -> None:
    status, content = endpoint.send(alexa.post())
    assert status == 200
    assert json.loads(content)["response"]["outputSpeech"]["ssml"] == "<speak>Pull your toes up.</speak>"
    assert endpoint.skill.seen == [envelope()]


@pytest.mark.parametrize("apart", [-150, -149, 0, 149, 150])
def test_may_be_150_seconds_apart(apart: int, alexa: Alexa, endpoint: Endpoint) -> None:
    status, _ = endpoint.send(alexa.post(request(timestamp=stamp(NOW + timedelta(seconds=apart)))))
    assert status == 200


def test_events_of_the_skill_may_be_an_hour_old(alexa: Alexa, endpoint: Endpoint) -> None:
    event = request(type="AlexaSkillEvent.SkillDisabled", timestamp=stamp(NOW - timedelta(hours=1)))
    assert endpoint.send(alexa.post(event))[0] == 200


def test_of_an_unknown_type_is_the_skills_to_answer(alexa: Alexa, endpoint: Endpoint) -> None:
    assert endpoint.send(alexa.post(request(type="Something.New")))[0] == 200
    assert endpoint.skill.seen[0]["request"]["type"] == "Something.New"


def test_to_which_nothing_may_be_said_is_answered_with_an_empty_response(alexa: Alexa, endpoint: Endpoint) -> None:
    status, content = endpoint.send(alexa.post(request(type="SessionEndedRequest", reason="USER_INITIATED")))
    assert (status, json.loads(content)) == (200, {"version": "1.0", "response": {}})


def test_outside_a_session_names_the_skill_in_its_context(alexa: Alexa, endpoint: Endpoint) -> None:
    outside = {name: value for name, value in envelope().items() if name != "session"}
    assert endpoint.send(alexa.post(outside))[0] == 200


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.amazonaws.com/echo.api/alexa.pem",
        "HTTPS://S3.AmazonAWS.com/echo.api/alexa.pem",
        "https://s3.amazonaws.com:443/echo.api/alexa.pem",
        "https://s3.amazonaws.com/echo.api/../echo.api/alexa.pem",
        "https://s3.amazonaws.com/echo.api/alexa.pem?x=1#y",
    ],
)
def test_may_spell_the_certificate_url_as_amazon_allows(
    url: str, alexa: Alexa, endpoint: Endpoint, chains: CertificateStandIn
) -> None:
    assert endpoint.send(alexa.post(url=url))[0] == 200
    assert chains.asked == ["/echo.api/alexa.pem"]
    assert chain_url(url) == "https://s3.amazonaws.com/echo.api/alexa.pem"


def test_asks_for_a_chain_once(alexa: Alexa, endpoint: Endpoint, chains: CertificateStandIn) -> None:
    for _ in range(5):
        assert endpoint.send(alexa.post())[0] == 200
    assert chains.asked == ["/echo.api/alexa.pem"]


def test_asks_again_when_the_leaf_has_expired_and_then_refuses(
    alexa: Alexa, endpoint: Endpoint, chains: CertificateStandIn
) -> None:
    def send() -> int:
        return endpoint.send(alexa.post(request(timestamp=stamp(endpoint.clock.now)), chain="short.pem"))[0]

    assert send() == 200
    endpoint.clock.now = NOW + timedelta(hours=2)
    assert send() == 200
    assert len(chains.asked) == 1
    endpoint.clock.now += timedelta(seconds=1)
    assert send() == 400
    assert len(chains.asked) == 2


def test_a_renewed_certificate_is_taken_at_the_old_url(alexa: Alexa, chains: CertificateStandIn) -> None:
    clock = Clock()
    files = dict(alexa.files)
    verifier = Verifier(fetch=lambda url: files[url.removeprefix(CHAINS)], roots=[alexa.root.certificate], clock=clock)
    post = alexa.post(chain="short.pem")
    verifier.check_signature(post.headers, post.body)
    clock.now = NOW + timedelta(days=45)
    with pytest.raises(Refused):
        verifier.check_signature(post.headers, post.body)
    files["short.pem"] = files["next.pem"]
    clock.now += FAILURE_LASTS
    verifier.check_signature(post.headers, post.body)


def test_a_failure_of_the_certificate_host_is_remembered_for_seconds(alexa: Alexa) -> None:
    answers, clock = [b"", alexa.files["alexa.pem"]], Clock()
    verifier = Verifier(fetch=lambda _: answers.pop(0), roots=[alexa.root.certificate], clock=clock)
    post = alexa.post()
    for _ in range(3):
        with pytest.raises(Refused, match="not Alexa's"):
            verifier.check_signature(post.headers, post.body)
    assert len(answers) == 1
    clock.now += FAILURE_LASTS
    verifier.check_signature(post.headers, post.body)


def test_remembers_few_chains_and_the_latest(alexa: Alexa) -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return alexa.files["alexa.pem"]

    verifier = Verifier(fetch=fetch, roots=[alexa.root.certificate], clock=Clock())

    def check(number: int) -> None:
        post = alexa.post(chain=f"{number}.pem")
        verifier.check_signature(post.headers, post.body)

    for number in range(CACHED_CHAINS + 1):
        check(number)
    check(CACHED_CHAINS)
    assert len(asked) == CACHED_CHAINS + 1
    check(0)
    assert len(asked) == CACHED_CHAINS + 2


def test_of_a_known_certificate_does_not_wait_for_a_slow_certificate_host(alexa: Alexa, endpoint: Endpoint) -> None:
    assert endpoint.send(alexa.post())[0] == 200
    slow = threading.Thread(target=endpoint.send, args=(alexa.post(chain="slow.pem"),))
    slow.start()
    began = time.monotonic()
    assert endpoint.send(alexa.post())[0] == 200
    assert slow.is_alive()
    assert time.monotonic() - began < 0.4
    slow.join()


def test_of_any_skill_is_refused_where_the_endpoint_knows_no_skill_id(
    alexa: Alexa, verifier: tuple[Verifier, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    from skill.server.factory import create_app

    monkeypatch.delenv("SKILL_ID", raising=False)
    post = alexa.post()
    nameless = create_app(lambda event, context: {}, verifier=verifier[0], without_skill_id=True).test_client()
    assert nameless.post("/", data=post.body, headers=post.headers).status_code == 400
    monkeypatch.setenv("SKILL_ID", SKILL_ID)
    named = create_app(lambda event, context: {}, verifier=verifier[0]).test_client()
    assert named.post("/", data=post.body, headers=post.headers).status_code == 200


@pytest.mark.parametrize(
    "skill_id", [None, "amzn1.ask.skill.…", "YOUR.ID", "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"]
)
def test_an_endpoint_does_not_start_with_an_id_that_is_no_skills(
    skill_id: str | None, verifier: tuple[Verifier, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    from skill.server.factory import create_app
    from skill.settings import UnusableSetting

    monkeypatch.delenv("SKILL_ID", raising=False)
    if skill_id:
        monkeypatch.setenv("SKILL_ID", skill_id)
    with pytest.raises(UnusableSetting, match=r"SKILL_ID is .*Copy Skill ID"):
        create_app(lambda event, context: {}, verifier=verifier[0])
