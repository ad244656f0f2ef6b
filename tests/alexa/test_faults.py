"""Bad input: every answer is valid and speaks, or is silent where Alexa takes no words."""

from __future__ import annotations

import json
import os
import random
import time
from typing import Any

import pytest

from lambda_handler import handler
from skill.alexa import handlers, sdk_bridge
from skill.alexa.app import NotForUs
from skill.alexa.render import apl
from skill.core.vocabulary import Level
from skill.loading.content import library, words
from tests.mutations import mutate, seeds, unspoken
from tests.night import Night, read, resolved

HOLD_ON = "Keep holding. If it's more than a cramp, say: something's wrong."
FIRST = "Slowly straighten your leg. Pull your toes back towards your knee."


def envelope(request: dict[str, Any], attributes: dict[str, Any] | None = None) -> dict[str, Any]:
    identity = {"application": {"applicationId": "amzn1.ask.skill.x"}, "user": {"userId": "u"}}
    head = {"requestId": "r", "timestamp": "2026-01-15T03:00:00Z", "locale": "en-GB"}
    return {
        "version": "1.0",
        "session": {"new": attributes is None, "sessionId": "s", "attributes": attributes or {}, **identity},
        "context": {"System": {**identity, "device": {"deviceId": "d", "supportedInterfaces": {}}}},
        "request": {**head, **request},
    }


def intent(name: str, **slots: str) -> dict[str, Any]:
    return {
        "type": "IntentRequest",
        "intent": {"name": name, "confirmationStatus": "NONE", "slots": {k: resolved(k, v) for k, v in slots.items()}},
    }


@pytest.mark.parametrize(
    "kind",
    ["SessionEndedRequest", "System.ExceptionEncountered", "AlexaSkillEvent.SkillDisabled", "AlexaSkillEvent.Unheard"],
)
def test_where_alexa_takes_no_words_there_are_none(kind: str) -> None:
    response = handler(envelope({"type": kind, "reason": "USER_INITIATED"}), None)
    assert response["response"].get("outputSpeech") is None
    assert response["response"].get("directives") is None


@pytest.mark.parametrize(
    "request_",
    [
        {"type": "Alexa.Unheard.Of"},
        {"type": "IntentRequest"},
        {"type": "IntentRequest", "intent": {"name": "NoSuchIntent"}},
        {"type": "IntentRequest", "intent": {"name": "RelieveIntent", "confirmationStatus": "PERHAPS"}},
        {"type": "LaunchRequest", "timestamp": "yesterday"},
        {"type": "LaunchRequest", "timestamp": None},
        {"type": "LaunchRequest", "locale": "xx-YY"},
        {"type": "LaunchRequest", "locale": 7},
        {"type": None},
        {"type": ["LaunchRequest"]},
    ],
    ids=lambda request_: json.dumps(request_)[:60],
)
def test_what_nobody_foresaw_gets_the_action(request_: dict[str, Any]) -> None:
    assert read(handler(envelope(request_), None)).text.startswith(FIRST)


@pytest.mark.parametrize("event", [None, {}, [], "x", 7, {"request": None}, {"session": 1, "context": 2, "request": 3}])
def test_no_envelope_at_all_is_answered_too(event: Any) -> None:
    assert read(handler(event, None)).text.startswith(FIRST)


#: Each makes an envelope unreadable to the SDK, and takes nothing away from what was said.
DAMAGES = {
    "the intent's confirmation": lambda request: request["intent"].update(confirmationStatus="MAYBE"),
    "the slot's confirmation": lambda request: request["intent"]["slots"]["Sign"].update(confirmationStatus="MAYBE"),
    "the dialogue's state": lambda request: request.update(dialogState="DOUBTFUL"),
    "the match's status": lambda request: request["intent"]["slots"]["Sign"]["resolutions"][
        "resolutionsPerAuthority"
    ].append({"authority": "another", "status": {"code": "ER_NEW"}, "values": []}),
}
STOPS = [name for name, rule in library().signs.items() if rule.level in (Level.URGENT, Level.EMERGENCY)]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_sign_in_an_envelope_that_cannot_be_read_gets_its_care_line(damage: str) -> None:
    for sign in STOPS:
        request = intent("WarningSignIntent", Sign=sign)
        DAMAGES[damage](request)
        response = handler(envelope(request), None)
        assert read(response).text.startswith(words("en-GB").text(f"signs.{sign}")), sign
        assert response["response"].get("directives") is None


def test_a_sign_whose_match_cannot_be_read_is_asked_about() -> None:
    request = intent("WarningSignIntent", Sign="clot")
    request["intent"]["slots"]["Sign"]["resolutions"] = "a match"
    assert "Is it bigger, hotter" in read(handler(envelope(request), None)).text


@pytest.mark.parametrize(
    "error", [{"type": "RENDER_ERROR", "reason": "NEW_REASON"}, {"type": "NEW_ERROR"}, {}, "broken"]
)
def test_timed_audio_that_fails_for_a_new_reason_is_spoken_all_the_same(error: object) -> None:
    begun = handler(envelope(intent("RelieveIntent", Site="calf")), None)
    failed = {"type": "Alexa.Presentation.APLA.RuntimeError", "token": "set", "errors": [error]}
    response = handler(envelope(failed, begun["sessionAttributes"]), None)
    assert response["response"].get("directives") is None
    assert "<break" in response["response"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize(
    "error", [{"type": "LIST_ERROR", "reason": "INVALID_OPERATION"}, {"type": "NEW_ERROR"}, "broken"]
)
def test_a_screen_that_fails_breaks_nothing_off(error: object) -> None:
    begun = handler(envelope(intent("RelieveIntent", Site="calf")), None)
    failed = {"type": "Alexa.Presentation.APL.RuntimeError", "token": "screen", "errors": [error]}
    response = handler(envelope(failed, begun["sessionAttributes"]), None)
    assert response["response"] == {}
    assert response["sessionAttributes"] == begun["sessionAttributes"]


def test_a_word_in_no_list_is_not_guessed() -> None:
    """A slot value without an id is not understood: before a set the launch action, in a set it goes on."""
    request = intent("RelieveIntent")
    request["intent"]["slots"] = {"Site": resolved("Site", "jazz", match=False)}
    assert read(handler(envelope(request), None)).text.startswith(f"{FIRST} Keep holding.")
    set_ = handler(envelope(intent("RelieveIntent", Site="foot")), None)
    later = envelope({**request, "timestamp": "2026-01-15T03:00:10Z"}, set_["sessionAttributes"])
    assert read(handler(later, None)).say.speech == HOLD_ON


@pytest.mark.parametrize("stamp", ["yesterday", "2026-13-15T03:00:00Z", "", 7, None, ["2026"]], ids=json.dumps)
def test_a_time_that_is_none_takes_nothing_else_away(stamp: object) -> None:
    request = {**intent("RelieveIntent", Site="foot"), "timestamp": stamp}
    assert read(handler(envelope(request), None)).envelope["sessionAttributes"]["conversation"]["site"] == "foot"


@pytest.mark.parametrize("stamp", ["2026-01-15T03:00:10", "2026-01-15T08:30:10+05:30", "20260115T030010.5Z"])
def test_a_time_without_its_zone_is_utc(stamp: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the machine is: what runs was begun ten seconds before."""
    set_ = handler(envelope(intent("RelieveIntent", Site="foot")), None)
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        later = {**intent("AMAZON.FallbackIntent"), "timestamp": stamp}
        said = read(handler(envelope(later, set_["sessionAttributes"]), None)).say.speech
    time.tzset()
    assert said == HOLD_ON


def test_a_known_sign_is_never_lost_over_an_unknown_place() -> None:
    request = intent("WarningSignIntent", Sign="chest_or_breath")
    request["intent"]["slots"]["Site"] = resolved("Site", "whatsit", match=False)
    assert read(handler(envelope(request), None)).text.startswith("Stop stretching. Call 999 now.")


def test_a_known_place_is_relieved_whatever_the_side_was() -> None:
    request = intent("RelieveIntent", Site="calf")
    request["intent"]["slots"]["Side"] = resolved("Side", "northern", match=False)
    assert read(handler(envelope(request), None)).say.cues


@pytest.mark.parametrize(
    "attributes",
    [
        {"conversation": None},
        {"conversation": 3},
        {"conversation": {"unheard": 1}},
        {"conversation": {"site": "moon"}},
        {"conversation": {"site": ["calf"]}},
        {"conversation": {"last_sent_at": "soon"}},
        {"conversation": {"last_sent_at": 1e300}},
        {"conversation": {"last_output": [{"lead": 1}]}},
        {"conversation": {"waiting": {"step": {"site": "calf", "position": "lying", "form": "odd"}, "move": 0}}},
        {"conversation": {"waiting": {"step": {"site": "calf", "position": "lying", "form": "plain"}, "move": -1}}},
        {"conversation": {"limits": "pregnant"}},
        {"conversation": {"voice": "loud"}},
        {"somebody": "else's"},
    ],
    ids=json.dumps,
)
def test_attributes_of_another_version_start_anew(attributes: dict[str, Any]) -> None:
    assert read(handler(envelope(intent("RelieveIntent", Site="calf"), attributes), None)).say.cues


def test_a_standing_sign_survives_broken_attributes() -> None:
    attributes = {"conversation": {"signs": ["chest_or_breath"], "unheard": 1}}
    answer = read(handler(envelope(intent("RelieveIntent", Site="calf"), attributes), None))
    assert answer.say.cues == ()
    assert "Call 999 now" in answer.text


def test_when_the_dialogue_fails_the_stretch_still_comes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log says where it failed, never what was said."""
    calls = []
    real = handlers.respond

    def failing(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise RuntimeError("a fault of ours with the foot")
        return real(*args)

    monkeypatch.setattr(handlers, "respond", failing)
    assert read(handler(envelope(intent("RelieveIntent", Site="foot")), None)).text.startswith(FIRST)
    assert "fault: RuntimeError in failing" in caplog.text
    assert "foot" not in caplog.text


def test_when_the_dialogue_fails_a_sign_told_just_then_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    real = handlers.respond

    def failing(*args: Any) -> Any:
        monkeypatch.setattr(handlers, "respond", real)
        raise RuntimeError

    monkeypatch.setattr(handlers, "respond", failing)
    answer = read(handler(envelope(intent("WarningSignIntent", Sign="chest_or_breath")), None))
    assert answer.text.startswith("Stop stretching. Call 999 now.")


@pytest.mark.parametrize("fault", [IndexError, ValueError, AssertionError, OSError])
def test_whom_to_call_is_heard_though_the_screen_fails(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: Any) -> Any:
        raise fault("chest")

    monkeypatch.setattr(apl, "directive", failing)
    night = Night(device="show")
    assert night.ask("WarningSignIntent", Sign="chest_or_breath").text.startswith("Stop stretching. Call 999 now.")
    assert f"no screen: {fault.__name__}" in caplog.text
    assert "chest" not in caplog.text


@pytest.mark.parametrize("fault", [IndexError, AssertionError, RuntimeError, ImportError])
def test_a_fault_outside_every_handler_is_answered_too(fault: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = sdk_bridge.through, []

    def failing(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise fault
        return real(*args)

    monkeypatch.setattr(sdk_bridge, "through", failing)
    heard = read(handler(envelope(intent("RelieveIntent", Site="foot")), None))
    assert heard.text.startswith("Pull your toes back towards your shin.")


def test_another_skills_request_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILL_ID", "amzn1.ask.skill.mine")
    with pytest.raises(NotForUs):
        handler(envelope({"type": "LaunchRequest"}), None)
    monkeypatch.setenv("SKILL_ID", "amzn1.ask.skill.x")
    assert read(handler(envelope({"type": "LaunchRequest"}), None)).text.startswith(FIRST)


def test_in_the_cloud_the_skill_id_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKILL_ID", raising=False)
    monkeypatch.setenv("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13")
    with pytest.raises(NotForUs, match="SKILL_ID is not set"):
        handler(envelope({"type": "LaunchRequest"}), None)


# --- ten thousand mutations -------------------------------------------------------------------------------------------

MUTATIONS = int(os.environ.get("CRAMP_COACH_MUTATIONS", "10000"))
SHARDS = 10


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_mutation_goes_unanswered(shard: int) -> None:
    dice, sound = random.Random(shard), seeds()
    for _ in range(MUTATIONS // SHARDS):
        seed = dice.choice(sound)
        event = mutate(seed, dice)
        problems = unspoken(event, seed)
        assert not problems, (problems, json.dumps(event))
