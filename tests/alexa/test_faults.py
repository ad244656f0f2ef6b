"""Bad input: every answer is valid and speaks, or is silent where Alexa takes no words."""

from __future__ import annotations

import copy
import json
import os
import random
from typing import Any

import pytest

from lambda_handler import handler
from skill.alexa import handlers
from skill.alexa.entry import NotForUs
from skill.speaker.strict import judge
from tests.night import START, Night, read, resolved

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


def test_a_word_in_no_list_is_not_guessed() -> None:
    """A slot value without an id is not understood: before a set the launch action, in a set it goes on."""
    request = intent("RelieveIntent")
    request["intent"]["slots"] = {"Site": resolved("Site", "jazz", match=False)}
    assert read(handler(envelope(request), None)).text.startswith(f"{FIRST} Keep holding.")
    set_ = handler(envelope(intent("RelieveIntent", Site="foot")), None)
    later = envelope({**request, "timestamp": "2026-01-15T03:00:10Z"}, set_["sessionAttributes"])
    assert read(handler(later, None)).say.speech == "Keep holding."


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
        {"conversation": {"sent": "soon"}},
        {"conversation": {"sent": 1e300}},
        {"conversation": {"said": [{"lead": 1}]}},
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
ODD = [
    None,
    "",
    "x",
    0,
    -1,
    1e99,
    True,
    [],
    {},
    [None],
    {"x": 1},
    "2026-01-15T03:01:00Z",
    "<&>",
    "\u0000",
    "é" * 300,
    "en-GB",
    "LaunchRequest",
]


def seeds() -> list[dict[str, Any]]:
    """Sound envelopes out of the middle of real sessions."""
    night, kept = Night(), []
    real = night._send

    def spy(after: float, build: Any) -> Any:
        kept.append(build(night.bedside, _visit(night), START))
        return real(after, build)

    night._send = spy  # type: ignore[method-assign]
    night.launch()
    night.ask("RelieveIntent", after=10, Site="calf", Side="left")
    night.ask("Pause", after=20)
    night.ask("Yes", after=30)
    night.ask("StillCrampingIntent", after=90, Degree="partly")
    night.ask("No", after=60)
    night.ask("WarningSignIntent", after=5, Sign="clot_maybe")
    night.ask("AskIntent", after=5, Topic="quinine")
    night.ask("AdaptIntent", after=5, Limit="pregnant")
    night.fail_audio(after=1)
    return kept


def _visit(night: Night) -> Any:
    from skill.speaker.envelope import Visit

    return Visit("s", night.attributes, night.new)


def mutate(value: Any, dice: random.Random) -> Any:
    """The same envelope with something replaced, removed or doubled somewhere."""
    tree = copy.deepcopy(value)
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        node: Any = tree
        while isinstance(node, dict | list) and node:
            key = dice.choice(list(node)) if isinstance(node, dict) else dice.randrange(len(node))
            child = node[key]
            if not isinstance(child, dict | list) or not child or dice.random() < 0.12:
                if dice.random() < 0.3:
                    del node[key]
                else:
                    node[key] = copy.deepcopy(dice.choice(ODD))
                break
            node = child
    return tree


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_mutation_goes_unanswered(shard: int) -> None:
    dice, sound = random.Random(shard), seeds()
    for _ in range(MUTATIONS // SHARDS):
        event = mutate(dice.choice(sound), dice)
        kept = copy.deepcopy(event)
        response = handler(event, None)
        request = event.get("request") if isinstance(event, dict) else None
        if handlers.is_silent(request.get("type") if isinstance(request, dict) else None):
            assert "outputSpeech" not in response["response"]
            continue
        problems = judge(envelope({"type": "LaunchRequest"}), response)
        assert not problems, (problems, json.dumps(kept))
