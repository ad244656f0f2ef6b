"""An envelope comes out of `passage.read` as Amazon's own serialiser reads it, in all that the skill looks at."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import Request, RequestEnvelope

from lambda_handler import handler
from skill.alexa import sdk_bridge
from skill.simulator import requests
from skill.simulator.requests import Bedside, Visit
from tests.endpoint.alexa import envelope as genuine
from tests.mutations import seeds

MOMENT = datetime(2026, 1, 15, 3, tzinfo=UTC)
OURS = {"type": "Connections.Response", "name": "AskFor", "status": {"code": "200"}, "payload": {"status": "ACCEPTED"}}


def events() -> list[dict[str, Any]]:
    """Requests of every kind that the skill answers with more than silence."""
    show, visit = Bedside("show", "en-GB"), Visit("s", {"conversation": {"site": "calf"}}, new=False)
    of_the_device = [
        requests.touched(show, visit, MOMENT, ["pause"], "screen"),
        requests.audio_failed(show, visit, MOMENT, "reply"),
        genuine(
            request={"requestId": "r", "timestamp": "2026-01-15T03:00:00Z", "locale": "en-GB", "token": "22:30", **OURS}
        ),
    ]
    return [*seeds(), *of_the_device]


def compared(ours: Any, sdks: Any, place: str = "envelope") -> int:
    """How many values are the same on both sides; fails on the first that is not."""
    assert type(ours) is type(sdks) or isinstance(ours, datetime), place
    if hasattr(ours, "deserialized_types"):
        names = sdk_bridge.READ.get(type(ours).__name__, ours.deserialized_types)
        return sum(compared(getattr(ours, name), getattr(sdks, name), f"{place}.{name}") for name in names)
    if isinstance(ours, dict):
        assert ours.keys() == sdks.keys(), place
        return sum(compared(ours[key], sdks[key], f"{place}.{key}") for key in ours)
    if isinstance(ours, list):
        assert len(ours) == len(sdks), place
        return sum(compared(one, other, place) for one, other in zip(ours, sdks, strict=True))
    assert ours == sdks, place
    return 1


@pytest.mark.parametrize("event", events(), ids=lambda event: event["request"]["type"])
def test_reads_what_the_sdk_reads(event: dict[str, Any]) -> None:
    sdks = DefaultSerializer().deserialize(json.dumps(event), RequestEnvelope)
    assert compared(sdk_bridge.read(event), sdks) > 5


def test_every_value_that_a_request_can_hold_has_a_reader() -> None:
    """Also in requests that are rare, and in parts of them that have never come: found by following the SDK's own types."""
    left = [sdk_bridge.ENVELOPE, *Request.discriminator_value_class_map.values()]
    seen: set[str] = set()
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        for _, _, kind in sdk_bridge._fields(name):
            assert callable(sdk_bridge._reader(kind)), kind
            one = kind.rpartition("[")[2].rpartition(" ")[2].strip("])")
            model = sdk_bridge._class(one) if "." in one else None
            if hasattr(model, "deserialized_types"):
                left.append(one)
    assert {"ask_sdk_model.slot.Slot", "ask_sdk_model.launch_request.LaunchRequest"} < seen


def test_what_is_never_read_cannot_make_a_request_unreadable() -> None:
    event = genuine()
    event["context"]["Viewport"] = {"shape": "A_SHAPE_OF_TOMORROW"}  # type: ignore[index]
    event["context"]["System"]["person"] = "nobody"  # type: ignore[index]
    event["request"]["intent"]["slots"]["Site"]["slotValue"] = {"type": "OfTomorrow"}  # type: ignore[index]
    heard = handler(event, None)["response"]["outputSpeech"]["ssml"]
    assert heard == handler(genuine(), None)["response"]["outputSpeech"]["ssml"]
