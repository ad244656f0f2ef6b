"""The requests are those that Alexa would send."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model import RequestEnvelope

from skill.simulator import requests
from skill.simulator.nlu.recognizer import RecognizeResult, Slot
from skill.simulator.requests import Bedside, Json, Visit
from skill.simulator.validation import sdk_schema
from tests.speaker.small_skill import MODEL, NIGHT

VISIT = Visit("amzn1.echo-api.session.1", {"turn": 3}, new=False)


def _said(name: str, said: str, value: str | None, intent: str = "RelieveIntent", device: str = "echo") -> Json:
    heard = RecognizeResult(said, intent, {name: Slot(name, said, value)})
    return requests.intent(Bedside(device=device), VISIT, NIGHT, heard, MODEL)  # type: ignore[arg-type]


def _every_kind(device: str) -> list[Json]:
    bedside = Bedside(device=device, locale="en-GB")  # type: ignore[arg-type]
    return [
        requests.launch(bedside, VISIT, NIGHT),
        requests.launch(bedside, VISIT, NIGHT, shown="countdown"),
        _said("Site", "lower leg", "calf", device=device),
        _said("Site", "elbow", None, device=device),
        _said("Time", "22:00", None, "RemindIntent", device),
        requests.session_ended(bedside, VISIT, NIGHT, "EXCEEDED_MAX_REPROMPTS"),
        requests.audio_failed(bedside, VISIT, NIGHT, "set"),
    ]


@pytest.mark.parametrize("device", ["echo", "show"])
def test_amazons_classes_know_every_property_of_every_request(device: str) -> None:
    for request in _every_kind(device):
        assert list(sdk_schema.faults(request, sdk_schema.REQUEST)) == []
        read = DefaultSerializer().deserialize(json.dumps(request), RequestEnvelope)
        assert read.request.object_type == request["request"]["type"]
        assert read.request.timestamp == NIGHT


def test_a_synonym_resolves_to_the_id_and_the_models_own_name() -> None:
    slot = _said("Site", "lower leg", "calf")["request"]["intent"]["slots"]["Site"]
    resolution = slot["resolutions"]["resolutionsPerAuthority"][0]
    assert slot["value"] == "lower leg"
    assert resolution["status"] == {"code": "ER_SUCCESS_MATCH"}
    assert resolution["values"] == [{"value": {"name": "calf", "id": "calf"}}]


def test_what_resolves_to_nothing_is_a_value_without_a_match() -> None:
    slot = _said("Site", "elbow", None)["request"]["intent"]["slots"]["Site"]
    resolution = slot["resolutions"]["resolutionsPerAuthority"][0]
    assert (slot["value"], resolution["status"]) == ("elbow", {"code": "ER_SUCCESS_NO_MATCH"})
    assert "values" not in resolution


def test_a_built_in_type_has_a_value_and_no_resolutions() -> None:
    slot = _said("Time", "22:00", None, "RemindIntent")["request"]["intent"]["slots"]["Time"]
    assert slot["value"] == "22:00"
    assert "resolutions" not in slot


def test_a_slot_that_was_not_said_is_there_without_a_value() -> None:
    slots = _said("Site", "calf", "calf")["request"]["intent"]["slots"]
    assert slots["Side"] == {"name": "Side", "confirmationStatus": "NONE"}


def test_only_a_device_with_a_screen_has_the_screens_interface_and_viewport() -> None:
    echo, show = (requests.launch(Bedside(device=device), VISIT, NIGHT)["context"] for device in requests.DEVICES)
    assert "Alexa.Presentation.APL" not in echo["System"]["device"]["supportedInterfaces"]
    assert "Viewport" not in echo
    assert "Viewports" not in echo
    assert "Alexa.Presentation.APL" in show["System"]["device"]["supportedInterfaces"]
    assert show["Viewports"][0]["type"] == "APL"


def test_a_round_screen_is_told_as_one() -> None:
    context = requests.launch(Bedside("show", shape="round"), VISIT, NIGHT)["context"]
    viewport, [typed] = context["Viewport"], context["Viewports"]
    assert (viewport["shape"], viewport["pixelWidth"], viewport["currentPixelHeight"]) == ("ROUND", 480, 480)
    assert typed["shape"] == "ROUND"
    assert typed["configuration"]["current"]["size"]["pixelHeight"] == 480


@pytest.mark.parametrize("shape", requests.SCREENS)
def test_every_screen_and_every_touch_is_as_amazon_writes_them(shape: requests.Shape) -> None:
    touched = requests.touched(Bedside("show", shape=shape), VISIT, NIGHT, ["pause"], "screen")
    assert list(sdk_schema.faults(touched, sdk_schema.REQUEST)) == []
    assert touched["request"]["token"] == touched["context"]["Alexa.Presentation.APL"]["token"] == "screen"


@pytest.mark.parametrize(
    ("second", "written"),
    [
        (0, "2026-01-01T03:00:00Z"),
        (42.25, "2026-01-01T03:00:42.250Z"),
        (4.4, "2026-01-01T03:00:04.400Z"),
        (59.9999, "2026-01-01T03:01:00Z"),
    ],
)
def test_timestamps_are_exact_to_the_millisecond_and_whole_where_they_can_be(second: float, written: str) -> None:
    moment = datetime(2026, 1, 1, 3, tzinfo=UTC) + timedelta(seconds=second)
    assert requests.timestamp(moment) == written
