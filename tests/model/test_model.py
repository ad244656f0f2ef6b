"""What Amazon's console would refuse in an interaction model, and the names that the code and others rely on."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.interaction_model.interaction_model_data import InteractionModelData

from skill.loading import interaction_model, spoken_language, store_listing
from skill.loading.content import library
from skill.loading.strict_table import ContentError
from skill.simulator.validation.sdk_schema import faults
from skill.tools.check import models

Json = dict[str, Any]

MODELS = sorted(interaction_model.MODELS.glob("*.json"))
ENGLISH = interaction_model.MODELS / "en.json"
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
    """What is content may become more: `check` ties it to the content. What the code reasons about may not."""
    got = {kind["name"]: [value["id"] for value in kind["values"]] for kind in language["types"]}
    assert got.keys() == IDS.keys()
    for kind, ids in IDS.items():
        assert len(got[kind]) == len(set(got[kind]))
        assert set(ids.split()) <= set(got[kind])
        assert kind in ("Site", "Limit", "Sign", "Topic") or set(ids.split()) == set(got[kind])


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_nothing_is_refused(path: Path) -> None:
    never = store_listing.listing(path.stem).never_in_invocation
    assert never
    wake_words = spoken_language.load(path.stem).wake_words
    assert (
        list(
            interaction_model.problems(interaction_model.read(path), interaction_model.read(ENGLISH), never, wake_words)
        )
        == []
    )


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("invocationName", '"cramp coach"', '"coach"'),
        ("invocationName", '"cramp coach"', '"Cramp Coach"'),
        ("invocationName", '"cramp coach"', '"cramp c0ach"'),
        ("invocationName", '"cramp coach"', '"ask coach"'),
        ("invocationName", '"cramp coach"', '"alexa coach"'),
        ("RelieveIntent.samples[0]", '"{Site}"', '"{Sight}"'),
        ("RelieveIntent.samples[0]", '"{Site}"', '"{Site} {Site}"'),
        ("RelieveIntent.samples[0]", '"{Site}"', '"{Site}!"'),
        ("RelieveIntent.samples[0]", '"{Site}"', '"{Site} 2"'),
        ("RelieveIntent.samples[0]", '"{Site}"', f'"{"very " * 50}{{Site}}"'),
        ("RelieveIntent.samples[0]", '"{Site}"', '"alexa {Site}"'),
        ("RelieveIntent.samples[0]", '"{Site}"', '"ask cramp coach {Site}"'),
        ("ForgetIntent.samples[1]", '"please forget me"', '"forget me"'),
        ("RemindIntent.slots.Time", '"AMAZON.TIME"', '"Tiem"'),
        ("intents", '"name": "ForgetIntent"', '"name": "ForgotIntent"'),
        ("Site", '"id": "shin"', '"id": "chin"'),
        ("interactionModel.languageModel.intents[0].sampels", '"samples": [', '"sampels": [], "samples": ['),
        ("interactionModel.languageModel.intents[1].name", '"name": "AdaptIntent"', '"name": "RelieveIntent"'),
        ("interactionModel.languageModel.modelConfiguration.fallbackIntentSensitivity.level", '"MEDIUM"', '"MID"'),
        ("(file)", '"interactionModel": {', '"interactionModel" {'),
    ],
)
def test_what_amazon_would_refuse_is_named_by_its_key(tmp_path: Path, key: str, before: str, after: str) -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    assert before in text
    broken = tmp_path / "interaction_model" / "en.json"
    broken.parent.mkdir()
    broken.write_text(text.replace(before, after, 1), encoding="utf-8")
    try:
        model = interaction_model.read(broken)
        found = list(interaction_model.problems(model, interaction_model.read(ENGLISH), ("ask",), ("alexa",)))
    except ContentError as error:
        found = [error]
    assert key in [problem.key for problem in found]
    assert {problem.file for problem in found} == {"interaction_model/en.json"}


@pytest.mark.parametrize(
    ("key", "before", "after", "said"),
    [
        ("(file)", '"interactionModel": {', '"interactionModel" {', "JSON in UTF-8"),
        ("Site.calf", '"id": "calf"', '"id": "calff"', "found 'calff', expected an id of Site"),
        ("Site.calf", '"id": "calf"', '"id": "calff"', "found None, expected this id of Site"),
        (
            "intents",
            '"EasedIntent"',
            '"EsedIntent"',
            "found 'EsedIntent', expected an intent that the dialogue answers",
        ),
        ("intents.EasedIntent", '"EasedIntent"', '"EsedIntent"', "expected this intent, for the dialogue answers it"),
        ("Sign.compartment", '"id": "chest_or_breath"', '"id": "clot"', "found 'emergency', expected no sign before"),
    ],
)
def test_what_does_not_go_with_the_content_is_named_by_its_key(
    tmp_path: Path, key: str, before: str, after: str, said: str
) -> None:
    text = ENGLISH.read_text(encoding="utf-8").replace('"id": "clot"', '"id": "elsewhere"')
    assert before in text
    (tmp_path / "en.json").write_text(text.replace(before, after, 1), encoding="utf-8")
    found = []
    try:
        found += models.problems(library(), tmp_path)
    except ContentError as error:
        found.append(error)
    assert [problem for problem in found if problem.key == key and said in str(problem)]


def test_a_graver_sign_is_listed_before_one_that_can_wait() -> None:
    """Of two signs in one sentence the first of the list is heard."""
    assert list(models.problems(library())) == []
    signs = interaction_model.read(ENGLISH).types["Sign"]
    levels = [library().signs[sign].level for sign in signs]
    known = [level for level in levels if level is not None]
    assert len(set(known)) == 3
    assert known == sorted(known, reverse=True)


def test_a_name_that_two_values_have_is_named_with_both() -> None:
    model = interaction_model.read(ENGLISH)
    sides = {**model.types["Side"], "left": ("left", "mine"), "right": ("right", "mine")}
    found = list(interaction_model.problems(replace(model, types={**model.types, "Side": sides}), model, (), ()))
    assert [(problem.key, str(problem).rpartition(": ")[2]) for problem in found] == [
        ("Side.left", "also right"),
        ("Side.right", "also left"),
    ]


@pytest.mark.parametrize(
    ("names", "said"), [(("calf", "calf"), "no name twice"), (("Calf",), "as they are said"), (("x" * 141,), "140")]
)
def test_a_slot_values_names_are_held_to_the_rules(names: tuple[str, ...], said: str) -> None:
    model = interaction_model.read(ENGLISH)
    broken = replace(model, types={**model.types, "Side": {**model.types["Side"], "left": names}})
    assert [(found.key, said in str(found)) for found in set(interaction_model.problems(broken, model, (), ()))] == [
        ("Side.left", True)
    ] * len(names)


def test_a_model_that_is_too_large_is_refused() -> None:
    model = interaction_model.read(ENGLISH)
    assert model.size < interaction_model.SIZE / 3  # there is room for what a language may need more
    (found,) = interaction_model.problems(replace(model, size=interaction_model.SIZE + 1), model, (), ())
    assert "at most 1500000" in str(found)


def test_there_are_enough_samples(language: Json) -> None:
    assert len(samples(language)) >= 400
    assert [i["name"] for i in language["intents"] if not i["samples"]] == []


def test_only_a_place_stands_bare(language: Json) -> None:
    """A bare slot swallows whatever is said; a place is what the skill asks for."""
    bare = {
        slot
        for _, sample in samples(language)
        if re.fullmatch(r"(\{\w+\} ?)+", sample)
        for slot in re.findall(r"\w+", sample)
    }
    assert bare <= MAY_STAND_BARE
