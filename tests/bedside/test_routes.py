"""The page's JSON: for the browser on this machine, from the page itself, and nothing that makes no sense."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from skill.loading import spoken_language
from skill.server.factory import create_app
from skill.simulator.nlu.recognizer import recognizer_for
from skill.simulator.requests import SCREENS, Bedside
from skill.simulator.web import routes, sessions
from skill.simulator.web.sessions import Gone, SpeakerSessions
from tests.bedside.conftest import application
from tests.endpoint.alexa import SKILL_ID
from tests.speaker.small_skill import SmallSkill

ROOT = Path(__file__).parents[2]
TAB = "0b0e7b56-1c1d-4a51-9a0c-5b5b5b5b5b5b"
SETTING = {"device": "show", "shape": "round", "locale": "en-GB"}
MOST_NESTED = "[" * 100_000


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return application().test_client()


@pytest.fixture
def speaker(client: FlaskClient) -> str:
    """The path of a speaker that stands in a new tab."""
    path = f"/bedside/speakers/{uuid.uuid4()}"
    assert client.put(path, json=SETTING).status_code == 200
    return path


def _told(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    found = answer.get_json()
    assert isinstance(found, dict)
    return found


def test_offers_every_device_shape_and_locale(client: FlaskClient) -> None:
    offered = _told(client.get("/bedside/choices"))
    assert offered["devices"] == ["echo", "show"]
    assert {one["name"]: (one["width"], one["height"], one["round"]) for one in offered["shapes"]} == {
        "hub": (1024, 600, False),
        "large": (1280, 800, False),
        "small": (960, 480, False),
        "round": (480, 480, True),
    }
    assert {"en-US", "en-GB"} <= set(offered["locales"])
    assert offered["examples"] == {locale: list(spoken_language.of(locale).examples) for locale in offered["locales"]}
    assert offered["engine"] == routes.ENGINE.is_file()


def test_a_turn_is_the_skills_own_with_its_envelopes_and_its_seconds(client: FlaskClient, speaker: str) -> None:
    told = _told(client.post(f"{speaker}/say", json={"utterance": " my left calf is cramping ", "after": None}))
    [exchange], turn = told["exchanges"], told["turn"]
    request = exchange["request"]
    assert request["request"]["intent"]["name"] == turn["intent"] == "RelieveIntent"
    assert turn["slots"] == {"Site": "calf", "Side": "left"}
    assert request["request"]["locale"] == "en-GB"
    assert request["context"]["Viewport"]["shape"] == "ROUND"
    assert exchange["response"]["response"]["outputSpeech"]["ssml"].startswith("<speak>")
    assert turn["opens"]
    assert not turn["ends"]
    events = turn["events"]
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    assert [event["kind"] for event in events].count("listening") == 2
    assert any(event["hold"] == 30 for event in events)
    assert turn["lasts"] == events[-1]["at"] + 8 > turn["replies"]


def test_an_interruption_carries_its_second(client: FlaskClient, speaker: str) -> None:
    first = _told(client.post(f"{speaker}/say", json={"utterance": "my calf is cramping"}))
    second = _told(client.post(f"{speaker}/say", json={"utterance": "how long left", "after": 21.25}))
    assert second["turn"]["at"] == 21.25
    assert second["turn"]["opens"] is False
    stamps = [told["exchanges"][0]["request"]["request"]["timestamp"] for told in (first, second)]
    began, asked = (datetime.fromisoformat(stamp) for stamp in stamps)
    assert (asked - began).total_seconds() == 21.25


def test_a_touch_goes_out_as_a_user_event(client: FlaskClient, speaker: str) -> None:
    client.post(f"{speaker}/say", json={"utterance": "my calf is cramping"})
    told = _told(client.post(f"{speaker}/touch", json={"arguments": ["pause"], "after": 12}))
    request = told["exchanges"][0]["request"]
    assert request["request"]["type"] == "Alexa.Presentation.APL.UserEvent"
    assert request["request"]["arguments"] == ["pause"]
    assert request["request"]["token"] == request["context"]["Alexa.Presentation.APL"]["token"]
    assert told["turn"]["intent"] is None


def test_silence_ends_the_session_and_the_skill_is_told_once(client: FlaskClient, speaker: str) -> None:
    client.post(f"{speaker}/say", json={"utterance": "my calf is cramping"})
    told = _told(client.post(f"{speaker}/silence", json={}))
    assert told["exchanges"][0]["request"]["request"]["type"] == "SessionEndedRequest"
    assert _told(client.post(f"{speaker}/silence", json={})) == {"turn": None, "exchanges": []}


def test_where_alexa_herself_has_asked_silence_is_told_and_answered(client: FlaskClient, speaker: str) -> None:
    for words in ("remind me to stretch every night at ten", "yes"):
        asked = _told(client.post(f"{speaker}/say", json={"utterance": words}))
    assert "permission" in asked["turn"]["events"][-2]["text"]
    told = _told(client.post(f"{speaker}/silence", json={}))
    assert told["exchanges"][0]["request"]["request"]["payload"]["status"] == "NOT_ANSWERED"
    assert told["turn"]["events"][0]["text"]


def test_what_comes_after_the_end_is_told_with_the_end(client: FlaskClient, speaker: str) -> None:
    client.post(f"{speaker}/say", json={"utterance": "my calf is cramping"})
    told = _told(client.post(f"{speaker}/say", json={"utterance": "my foot is cramping", "after": 4000}))
    assert [one["request"]["request"]["type"] for one in told["exchanges"]] == ["SessionEndedRequest", "IntentRequest"]
    assert told["turn"]["opens"]


def test_a_session_is_closed_by_hand_and_by_another_device(client: FlaskClient) -> None:
    handler = SmallSkill()
    client = application(handler).test_client()
    path = f"/bedside/speakers/{TAB}"
    ends: tuple[tuple[Any, str, Any], ...]
    ends = ((client.post, f"{path}/close", {"after": 3}), (client.put, path, SETTING))
    for act, where, body in ends:
        client.put(path, json=SETTING)
        client.post(f"{path}/say", json={"utterance": "my lower leg is cramping"})
        assert act(where, json=body).status_code == 200
        assert handler.requests[-1]["request"]["type"] == "SessionEndedRequest"
        assert handler.requests[-1]["request"]["reason"] == "USER_INITIATED"


def test_the_account_is_the_tabs_whatever_stands_there(client: FlaskClient) -> None:
    users = set()
    for device in ("echo", "show"):
        path = f"/bedside/speakers/{TAB}"
        client.put(path, json={**SETTING, "device": device})
        told = _told(client.post(f"{path}/say", json={"utterance": "my calf is cramping"}))
        users.add(told["exchanges"][-1]["request"]["session"]["user"]["userId"])
    assert users == {f"amzn1.ask.account.{TAB}"}


def test_what_a_device_would_reject_is_told_with_its_reasons() -> None:
    def talks_on(event: dict[str, Any], _: object) -> dict[str, Any]:
        if event["request"]["type"] == "SessionEndedRequest":
            return {}
        speech = {"type": "SSML", "ssml": "<speak>Pull <b>up</b>.</speak>"}
        return {"version": "1.0", "response": {"outputSpeech": speech, "shouldEndSession": False}}

    client = application(talks_on).test_client()
    path = f"/bedside/speakers/{TAB}"
    client.put(path, json=SETTING)
    told = _told(client.post(f"{path}/say", json={"utterance": "my calf is cramping"}), 502)
    assert "reject" in told["error"]
    assert any("<b>" in problem for problem in told["problems"])
    assert told["exchanges"][0]["response"]["response"]["outputSpeech"]["ssml"].startswith("<speak>Pull")


def test_a_skill_that_fails_is_told_and_not_hidden() -> None:
    def fails(event: dict[str, Any], _: object) -> dict[str, Any]:
        raise LookupError("the content is gone")

    client = application(fails).test_client()
    path = f"/bedside/speakers/{TAB}"
    client.put(path, json=SETTING)
    told = _told(client.post(f"{path}/say", json={"utterance": "my calf is cramping"}), 502)
    assert "LookupError: the content is gone" in told["problems"][0]
    assert told["exchanges"][0]["response"] is None


@pytest.mark.parametrize(
    ("act", "body", "says"),
    [
        ("say", {}, "utterance"),
        ("say", {"utterance": "  "}, "utterance"),
        ("say", {"utterance": ["pause"]}, "utterance"),
        ("say", {"utterance": "a" * 501}, "over 500"),
        ("say", {"utterance": "\ud800"}, "utterance"),
        ("say", {"utterance": "pause", "after": -1}, "after"),
        ("say", {"utterance": "pause", "after": True}, "after"),
        ("say", {"utterance": "pause", "after": "3"}, "after"),
        ("say", {"utterance": "pause", "after": 1e9}, "after"),
        ("touch", {}, "arguments"),
        ("touch", {"arguments": "pause"}, "arguments"),
        ("touch", {"arguments": [["pause"]]}, "arguments"),
        ("touch", {"arguments": ["pause"]}, "nothing is on the screen"),
        ("close", {"after": []}, "after"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    client: FlaskClient, speaker: str, act: str, body: dict[str, Any], says: str
) -> None:
    assert says in _told(client.post(f"{speaker}/{act}", json=body), 400)["error"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", MOST_NESTED.encode(), b'{"utterance": "pause", "after": NaN}']
)
@pytest.mark.parametrize("act", ["say", "touch", "silence", "close"])
def test_what_is_no_json_object_is_refused(client: FlaskClient, speaker: str, act: str, body: bytes) -> None:
    answer = client.post(f"{speaker}/{act}", data=body, content_type="application/json")
    assert "body" in _told(answer, 400)["error"]


def test_a_body_without_end_is_refused(client: FlaskClient, speaker: str) -> None:
    answer = client.post(f"{speaker}/say", json={"utterance": "a" * 300_000})
    assert "too large" in _told(answer, 400)["error"]


@pytest.mark.parametrize("key", ["device", "shape", "locale"])
@pytest.mark.parametrize("value", ["kettle", "", None, 3, ["echo"]])
def test_a_speaker_that_there_is_not_is_refused(client: FlaskClient, key: str, value: object) -> None:
    answer = client.put(f"/bedside/speakers/{TAB}", json={**SETTING, key: value})
    assert key in _told(answer, 400)["error"]


@pytest.mark.parametrize("tab", ["me", TAB.upper(), TAB + "0", "..%2f.."])
def test_a_tab_has_a_uuid(client: FlaskClient, tab: str) -> None:
    assert client.put(f"/bedside/speakers/{tab}", json=SETTING).status_code in (400, 404, 405)


def test_a_tab_without_a_speaker_is_told_so(client: FlaskClient) -> None:
    answer = client.post(f"/bedside/speakers/{uuid.uuid4()}/say", json={"utterance": "pause"})
    assert "no speaker" in _told(answer, 404)["error"]


FOREIGN = [
    {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}},
    {"headers": {"Host": "cramp.example.org"}},
    {"headers": {"Host": "[x"}},
    {"headers": {"X-Forwarded-For": "127.0.0.1"}},
]
FOREIGN_SITES = [
    {"headers": {"Origin": "https://cramp.example.org"}},
    {"headers": {"Origin": "http://localhost:3000"}},
    {"headers": {"Origin": "null"}},
    {"headers": {"Sec-Fetch-Site": "cross-site"}},
    {"headers": {"Sec-Fetch-Site": "same-site"}},
    {"content_type": "text/plain"},
    {"content_type": "application/x-www-form-urlencoded"},
]


@pytest.mark.parametrize("foreign", [*FOREIGN, *FOREIGN_SITES], ids=str)
def test_no_other_machine_and_no_other_site_can_talk(
    client: FlaskClient, speaker: str, foreign: dict[str, Any]
) -> None:
    body = json.dumps({"utterance": "my calf is cramping"})
    own: dict[str, Any] = {"content_type": "application/json"}
    for method, path in (("POST", f"{speaker}/say"), ("PUT", speaker), ("POST", f"{speaker}/silence")):
        answer = client.open(path, method=method, data=body, **{**own, **foreign})
        assert _told(answer, 403)["error"]
    assert _told(client.post(f"{speaker}/silence", json={})) == {"turn": None, "exchanges": []}


@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
@pytest.mark.parametrize("path", ["", "choices", "page.js", "screen.html", "engine.js"])
def test_no_other_machine_and_no_other_name_sees_the_page(
    client: FlaskClient, path: str, foreign: dict[str, Any]
) -> None:
    assert client.get(f"/bedside/{path}", **foreign).status_code == 403


def test_the_page_may_load_and_reach_nothing_but_itself(client: FlaskClient) -> None:
    for path in ("", "page.js", "choices", "speakers/nobody"):
        policy = client.get(f"/bedside/{path}").headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
    framed = client.get("/bedside/screen.html").headers["Content-Security-Policy"]
    assert "sandbox allow-scripts;" in framed
    assert "connect-src data:;" in framed
    assert not re.search(r"https?:|\*", framed)


@pytest.mark.parametrize("path", ["../routes.py", "..%2froutes.py", "/etc/passwd", "nothing.js"])
def test_only_the_pages_own_files_are_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/bedside/{path}").status_code in (404, 308)


def test_an_engine_that_is_not_installed_is_said_to_be_absent(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(routes, "ENGINE", tmp_path / "index.js")
    assert _told(client.get("/bedside/choices"))["engine"] is False
    assert client.get("/bedside/engine.js").status_code == 404


def test_what_is_deployed_has_no_such_routes() -> None:
    app = create_app(SmallSkill(), without_skill_id=True)
    assert not [rule for rule in app.url_map.iter_rules() if "bedside" in str(rule)]
    client = app.test_client()
    for path in ("", "choices", "page.js", "engine.js"):
        assert client.get(f"/bedside/{path}").status_code == 404
    assert client.put(f"/bedside/speakers/{TAB}", json=SETTING).status_code == 404


def test_speakers_are_few_and_forgotten() -> None:
    now = 0.0
    speakers = SpeakerSessions(SmallSkill(), lambda: now)
    tabs = [str(uuid.uuid4()) for _ in range(sessions.MOST_SPEAKERS + 1)]
    first, second = (speakers.put(tab, Bedside()) for tab in tabs[:2])
    assert speakers.of(tabs[0]) is first  # so that the second is now the one that was used longest ago
    for tab in tabs[2:]:
        speakers.put(tab, Bedside())
    with pytest.raises(Gone):
        speakers.of(tabs[1])
    assert speakers.of(tabs[0]) is first
    now = sessions.FORGOTTEN_AFTER + 1
    with pytest.raises(Gone):
        speakers.of(tabs[0])
    assert second is not first


def test_the_ear_is_learnt_once() -> None:
    assert recognizer_for("en-GB") is recognizer_for("en-US")


def test_every_shape_is_one_that_the_request_tells() -> None:
    for shape, screen in SCREENS.items():
        viewport = Bedside("show", shape=shape).context()["Viewport"]
        assert (viewport["pixelWidth"], viewport["pixelHeight"]) == (screen.width, screen.height)
        assert (viewport["shape"] == "ROUND") is screen.round


def _serve(*arguments: str) -> list[str]:
    """The first lines of a `serve` of its own, which is ended then."""
    with subprocess.Popen(
        [sys.executable, "-m", "skill", "serve", "--port", "0", *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, "SKILL_ID": SKILL_ID},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(2)]
        process.terminate()
    return lines


def test_serve_tells_where_the_page_is() -> None:
    page, endpoint = _serve()
    address = endpoint.split()[2]
    assert page == f"The bedside page: {address}bedside/"


def test_serve_shows_the_world_no_page() -> None:
    page, endpoint = _serve("--host", "0.0.0.0")
    assert endpoint.startswith("The endpoint: http://0.0.0.0:")
    assert page.startswith("No bedside page: ")
    assert "0.0.0.0" in page
