"""What Amazon's console would refuse in an interaction model, and the names that the code and others rely on."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.interaction_model.interaction_model_data import InteractionModelData

from skill.speaker.schema import faults

Json = dict[str, Any]

MODELS = sorted((Path(__file__).parents[2] / "interaction_model").glob("*.json"))
SCHEMA = "ask_smapi_model.v1.skill.interaction_model.interaction_model_data.InteractionModelData"

SLOTS: dict[str, dict[str, str]] = {
    "RelieveIntent": {"Site": "Site", "Side": "Side", "Position": "Position"},
    "AdaptIntent": {"Limit": "Limit", "Position": "Position"},
    "StillCrampingIntent": {"Degree": "Degree"},
    "EasedIntent": {},
    "WarningSignIntent": {"Sign": "Sign", "Site": "Site", "Side": "Side"},
    "DenySignIntent": {"Sign": "Sign"},
    "AskIntent": {"Topic": "Topic"},
    "MethodIntent": {"Method": "Method"},
    "BedtimeRoutineIntent": {},
    "TimeLeftIntent": {},
    "SourceIntent": {},
    "ForgetIntent": {},
    "CancelReminderIntent": {},
    "PaceIntent": {"Pace": "Pace"},
    "VoiceIntent": {"Voice": "Voice"},
    "RemindIntent": {"Time": "AMAZON.TIME"},
    **{
        f"AMAZON.{name}Intent": {}
        for name in (
            *("Yes", "No", "Repeat", "Next", "Previous", "Pause", "Resume", "StartOver", "Help", "Stop", "Cancel"),
            *("NavigateHome", "Fallback"),
        )
    },
}
IDS = {
    "Site": "calf lower_calf foot toes front_thigh back_thigh shin inner_thigh buttock thigh hand arm abdomen neck "
    "chest back jaw whole_body",
    "Side": "left right both other",
    "Position": "lying sitting standing",
    "Limit": "cannot_stand cannot_reach pregnant hip_replacement knee_replacement dialysis blood_thinner child",
    "Degree": "partly worse none",
    "Method": "stretch massage walk heat cold",
    "Pace": "slower faster longer shorter",
    "Voice": "whisper soft normal",
    "Sign": "chest_or_breath clot compartment no_blood_flow cauda_equina stroke heat_illness dehydration rupture "
    "dark_urine pregnancy_clot pregnancy_emergency child_unwell tetanus low_calcium infection poison "
    "quinine_reaction artery_disease nerve_disease frequent_cramps long_cramp fall no_blood_flow_maybe stroke_maybe "
    "heat_illness_maybe dehydration_maybe clot_maybe nerve_disease_maybe",
    "Topic": "what_is_it how_long who_gets_them cause prevention magnesium quinine tonic_water vitamin_e vitamin_d "
    "vitamin_b vitamin_k calcium potassium pickle_juice soap milk water exercise shoes covers sleeping_position "
    "medicines restless_legs pregnancy soreness see_doctor painkillers heat_or_ice epsom_salts alcohol "
    "does_stretching_work sleeping_pills clot_question",
}
WAKE_WORDS = {"alexa", "amazon", "echo", "computer", "ziggy"}
LAUNCH_WORDS = {
    *("launch", "ask", "tell", "load", "begin", "enable", "open", "start", "run", "use", "play", "skill", "app"),
    *("from", "to", "and", "about", "for", "if", "with", "that", "the", "a", "an", "of", "in", "on", "by"),
}
MAY_STAND_BARE = {"Site", "Side", "Position"}


@pytest.fixture(scope="module", params=MODELS, ids=lambda path: path.stem)
def model(request: pytest.FixtureRequest) -> Json:
    read: Json = json.loads(request.param.read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def language(model: Json) -> Json:
    inner: Json = model["interactionModel"]["languageModel"]
    return inner


def samples(language: Json) -> list[tuple[Json, str]]:
    return [(intent, sample) for intent in language["intents"] for sample in intent["samples"]]


def names(kind: Json) -> list[tuple[str, str]]:
    """Each name of each value, with the value's id."""
    return [
        (value["id"], name)
        for value in kind["values"]
        for name in (value["name"]["value"], *value["name"].get("synonyms", ()))
    ]


def twice(things: list[Any]) -> list[Any]:
    return [thing for thing, count in Counter(things).items() if count > 1]


def test_english_is_there() -> None:
    assert "en" in [path.stem for path in MODELS]


def test_amazons_classes_know_every_property(model: Json) -> None:
    assert list(faults(model, SCHEMA)) == []


def test_the_walk_names_a_strange_property_by_its_path(model: Json) -> None:
    """So that the test above cannot pass by looking at nothing."""
    strange = json.loads(json.dumps(model))
    strange["interactionModel"]["languageModel"]["intents"][0]["slots"][0]["sample"] = []
    strange["interactionModel"]["languageModel"]["modelConfiguration"]["fallbackIntentSensitivity"]["level"] = "MID"
    found = list(faults(strange, SCHEMA))
    assert any(fault.startswith("interactionModel.languageModel.intents[0].slots[0].sample: ") for fault in found)
    assert any("fallbackIntentSensitivity.level: unknown value 'MID'" in fault for fault in found)


def test_amazons_own_deserialiser_takes_it(model: Json) -> None:
    read = DefaultSerializer().deserialize(json.dumps(model), InteractionModelData)
    assert len(read.interaction_model.language_model.intents) == len(SLOTS)


def test_intents_and_their_slots_are_the_fixed_ones(language: Json) -> None:
    got = {i["name"]: {slot["name"]: slot["type"] for slot in i.get("slots", ())} for i in language["intents"]}
    assert got == SLOTS


def test_slot_value_ids_are_the_fixed_ones(language: Json) -> None:
    got = {kind["name"]: sorted(value["id"] for value in kind["values"]) for kind in language["types"]}
    assert got == {kind: sorted(ids.split()) for kind, ids in IDS.items()}


def test_invocation_name(language: Json) -> None:
    """Amazon's rules: two words or more, lower case, no launch or connecting word, no wake word."""
    name = language["invocationName"]
    assert re.fullmatch(r"[^\W\d_]+(['. ]?[^\W\d_]+)+", name)
    assert name == name.lower()
    words = set(name.split())
    assert len(words) >= 2
    assert not words & (LAUNCH_WORDS | WAKE_WORDS)


def test_no_sample_stands_twice(language: Json) -> None:
    assert twice([sample for _, sample in samples(language)]) == []


def test_there_are_enough_samples(language: Json) -> None:
    assert len(samples(language)) >= 400
    assert [i["name"] for i in language["intents"] if not i["samples"]] == []


def test_no_name_stands_for_two_values_of_a_type(language: Json) -> None:
    for kind in language["types"]:
        assert twice([name.casefold() for _, name in names(kind)]) == [], kind["name"]


def test_samples_name_only_slots_of_their_intent_each_once(language: Json) -> None:
    strays = [
        sample
        for intent, sample in samples(language)
        if not set(slots := re.findall(r"\{(.*?)\}", sample)) <= set(SLOTS[intent["name"]]) or twice(slots)
    ]
    assert strays == []


def test_samples_are_written_as_they_are_said(language: Json) -> None:
    """Lower case, numbers spelled out, no punctuation but the apostrophe, no wake word, no invocation name."""
    allowed = re.compile(r"[^\W\d_A-Z]+(?:['’-][^\W\d_A-Z]+)*'?|\{\w+\}")
    for _intent, sample in samples(language):
        words = sample.split(" ")
        assert all(allowed.fullmatch(word) for word in words), sample
        assert not WAKE_WORDS.intersection(words), sample
        assert language["invocationName"] not in sample, sample


def test_synonyms_are_written_as_they_are_said(language: Json) -> None:
    for kind in language["types"]:
        for _, name in names(kind):
            assert re.fullmatch(r"[^\W\d_A-Z' ]+(?:[' -]+[^\W\d_A-Z' ]+)*", name), (kind["name"], name)


def test_only_a_place_stands_bare(language: Json) -> None:
    """A bare slot swallows whatever is said; a place is what the skill asks for."""
    bare = {
        slot
        for _, sample in samples(language)
        if re.fullmatch(r"(\{\w+\} ?)+", sample)
        for slot in re.findall(r"\w+", sample)
    }
    assert bare <= MAY_STAND_BARE
