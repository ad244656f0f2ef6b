"""`--unsigned` is for the stand-in speaker on this machine, and for nobody else."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from skill.cli.serve import add_arguments, run
from skill.server.factory import create_app
from skill.server.verifier import Verifier
from tests.endpoint.alexa import SKILL_ID, Alexa, Clock, envelope, request
from tests.endpoint.conftest import Skill

BODY = json.dumps(envelope()).encode()
JSON = "application/json"


@pytest.fixture
def client(verifier: tuple[Verifier, Clock], monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.delenv("SKILL_ID", raising=False)
    return create_app(Skill(), verifier=verifier[0], unsigned_from_loopback=True).test_client()


def test_is_taken_from_this_machine_whatever_its_time_and_skill(client: FlaskClient) -> None:
    assert client.post("/", data=BODY, content_type=JSON).status_code == 200
    assert client.post("/", json=request(timestamp="1999-12-31T23:59:59Z")).status_code == 200
    assert client.post("/", json=envelope(context={}, session=None)).status_code == 200
    assert client.post("/", data=BODY, content_type=JSON, environ_base={"REMOTE_ADDR": "::1"}).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
        {"headers": {"Host": "cramp.example.org"}},
        {"headers": {"Host": "[x"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Via": "1.1 proxy"}},
        {"headers": {"Sec-Fetch-Site": "cross-site"}},
        {"headers": {"Origin": "https://example.org"}},
        {"headers": {"Origin": "null"}},
    ],
    ids=str,
)
def test_is_not_taken_from_elsewhere(client: FlaskClient, elsewhere: dict[str, Any]) -> None:
    assert client.post("/", data=BODY, content_type=JSON, **elsewhere).status_code == 400


@pytest.mark.parametrize("header", ["Signature", "Signature-256", "SignatureCertChainUrl"])
def test_is_not_what_carries_a_part_of_a_signature(client: FlaskClient, header: str) -> None:
    assert client.post("/", data=BODY, content_type=JSON, headers={header: "x"}).status_code == 400


def test_leaves_signed_requests_to_the_checks_of_any_endpoint(
    alexa: Alexa, verifier: tuple[Verifier, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILL_ID", SKILL_ID)
    client = create_app(Skill(), verifier=verifier[0], unsigned_from_loopback=True).test_client()
    genuine, stale = alexa.post(), alexa.post(request(timestamp="1999-12-31T23:59:59Z"))
    assert client.post("/", data=genuine.body, headers=genuine.headers).status_code == 200
    assert client.post("/", data=stale.body, headers=stale.headers).status_code == 400


def test_must_be_for_the_skill_where_there_is_one(
    verifier: tuple[Verifier, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SKILL_ID", raising=False)
    app = create_app(Skill(), verifier=verifier[0], unsigned_from_loopback=True, skill_id="another")
    assert app.test_client().post("/", data=BODY, content_type=JSON).status_code == 400


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"{}", b"\xff", b'{"request": 1}', b'{"request": {}}', b"[" * 30_000]
)
def test_must_still_be_a_request(client: FlaskClient, body: bytes) -> None:
    assert client.post("/", data=body, content_type=JSON).status_code == 400


def test_is_off_unless_it_is_asked_for(verifier: tuple[Verifier, Clock]) -> None:
    client = create_app(Skill(), verifier=verifier[0], skill_id=SKILL_ID).test_client()
    assert client.post("/", data=BODY, content_type=JSON).status_code == 400


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_is_not_what_a_page_of_another_site_can_send(client: FlaskClient, kind: str | None) -> None:
    assert client.post("/", data=BODY, content_type=kind).status_code == 400


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_not_allowed(client: FlaskClient, method: str) -> None:
    answer = client.open("/", method=method.upper())
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_get_says_that_it_runs(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert client.head("/").status_code == 200


@pytest.mark.parametrize("path", ["/elsewhere", "//x", "/x//y"])
def test_other_paths_are_not_found(client: FlaskClient, path: str) -> None:
    answer = client.post("/", data=BODY, environ_overrides={"PATH_INFO": path})
    assert (answer.status_code, answer.text) == (404, "Not Found\n")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "cramp.example.org"])
def test_refuses_to_listen_to_the_world(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args(["--unsigned", "--host", host, "--port", "0"])) == 2
    assert "loopback" in capsys.readouterr().err
