"""What Amazon's console would refuse in an interaction model, and the names that the code and others rely on."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_smapi_model.v1.skill.interaction_model.interaction_model_data import InteractionModelData

from skill.loading import interaction_model, spoken_language, store_listing
from skill.loading.content import library
from skill.loading.interaction_model import Intent, Model, amazon_json
from skill.loading.strict_table import ContentError
from skill.simulator.validation.sdk_schema import faults
from skill.tools.check import models
from skill.tools.check.utterances import shared_carriers

Json = dict[str, Any]

ENGLISH = interaction_model.MODELS / "en"
SCHEMA = "ask_smapi_model.v1.skill.interaction_model.interaction_model_data.InteractionModelData"

PLACE = ("Site", "Side", "Position")
#: What others rely on: more intents may be added, none of these renamed.
SLOTS: dict[str, set[str]] = {
    "RelieveIntent": {*PLACE, "Limit", "Person"},
    "PlaceIntent": {*PLACE},
    "AdaptIntent": {"Limit", "Position", "Site"},
    "DenyLimitIntent": {"Limit"},
    "StillCrampingIntent": {"Degree"},
    "WarningSignIntent": {"Sign", "Site", "Side", "Limit"},
    "DenySignIntent": {"Finding"},
    "AskIntent": {"Topic"},
    "OtherQuestionIntent": {"Subject"},
    "CoachingIntent": {"Matter"},
    "MethodIntent": {"Method"},
    "PaceIntent": {"Pace"},
    "VoiceIntent": {"Voice"},
    "RemindIntent": {"Time"},
    "BedtimeRoutineIntent": {"Limit"},
}
PLAIN = (
    *("EasedIntent", "SomethingWrongIntent", "TimeLeftIntent", "SourceIntent", "ForgetIntent"),
    "CancelReminderIntent",
)
TWINS = ("Yes", "No", "Repeat", "Next", "Previous", "Pause", "Resume", "StartOver", "Help", "Stop")
INTENTS: dict[str, set[str]] = {
    **SLOTS,
    **{name: set() for name in PLAIN},
    **{f"{name}Intent": set() for name in TWINS},
    **{f"AMAZON.{name}Intent": set() for name in (*TWINS, "Cancel", "NavigateHome", "Fallback")},
}
#: What others rely on: more ids may be added, none of these renamed.
IDS = {
    "Site": "calf lower_calf foot toes front_thigh back_thigh shin inner_thigh buttock thigh hand arm abdomen neck "
    "chest back jaw whole_body",
    "Side": "left right both other",
    "Position": "lying sitting standing to_standing",
    "Limit": "cannot_stand cannot_reach pregnant hip_replacement knee_replacement dialysis blood_thinner child numb_feet "
    "helper cast cannot_straighten gentle_only recent_birth driving",
    "Degree": "partly worse none",
    "Method": "stretch massage walk heat cold",
    "Pace": "slower faster longer shorter",
    "Voice": "whisper soft normal",
    "Sign": "chest_or_breath clot compartment no_blood_flow cauda_equina stroke heat_illness dehydration rupture "
    "dark_urine pregnancy_clot pregnancy_emergency child_unwell tetanus low_calcium infection poison "
    "quinine_reaction artery_disease nerve_disease frequent_cramps long_cramp fall injury crisis no_blood_flow_maybe "
    "stroke_maybe heat_illness_maybe dehydration_maybe clot_maybe nerve_disease_maybe crisis_maybe "
    "chest_or_breath_maybe cauda_equina_maybe injury_maybe fall_maybe poison_maybe pregnancy_maybe infection_maybe "
    "dark_urine_maybe",
    "Finding": "clot no_blood_flow numb",
    "Matter": "breathing hands direction how_hard doing_right hurts_to_pull cannot_hold will_not_straighten",
    "Topic": "what_is_it how_long who_gets_them cause prevention magnesium quinine tonic_water vitamin_e vitamin_d "
    "vitamin_b vitamin_k calcium potassium pickle_juice soap milk water exercise shoes covers sleeping_position "
    "medicines restless_legs pregnancy soreness see_doctor painkillers heat_or_ice epsom_salts alcohol "
    "does_stretching_work sleeping_pills clot_question",
}


@pytest.fixture(scope="module", params=interaction_model.languages())
def model(request: pytest.FixtureRequest) -> Model:
    return interaction_model.read(interaction_model.MODELS / request.param)


@pytest.fixture(scope="module")
def english() -> Model:
    return interaction_model.read(ENGLISH)


@pytest.fixture(scope="module")
def given(model: Model) -> Json:
    """What Amazon is given."""
    return amazon_json(model)


def test_english_is_there() -> None:
    assert "en" in interaction_model.languages()


def test_amazons_classes_know_every_property(given: Json) -> None:
    assert list(faults(given, SCHEMA)) == []


def test_the_walk_names_a_strange_property_by_its_path(given: Json) -> None:
    """So that the test above cannot pass by looking at nothing."""
    strange = json.loads(json.dumps(given))
    language = strange["interactionModel"]["languageModel"]
    place = next(place for place, intent in enumerate(language["intents"]) if intent.get("slots"))
    language["intents"][place]["slots"][0]["sample"] = []
    language["modelConfiguration"]["fallbackIntentSensitivity"]["level"] = "MID"
    found = list(faults(strange, SCHEMA))
    assert any(
        fault.startswith(f"interactionModel.languageModel.intents[{place}].slots[0].sample: ") for fault in found
    )
    assert any("fallbackIntentSensitivity.level: unknown value 'MID'" in fault for fault in found)


def test_amazons_own_deserialiser_takes_it(model: Model, given: Json) -> None:
    read = DefaultSerializer().deserialize(json.dumps(given), InteractionModelData).interaction_model.language_model
    slots = {intent.name: {slot.name: slot.object_type for slot in intent.slots or ()} for intent in read.intents}
    assert slots == {name: intent.slots for name, intent in model.intents.items()}
    assert {kind.name: [value.id for value in kind.values] for kind in read.types} == {
        kind: list(values) for kind, values in model.types.items()
    }


def test_the_fixed_intents_have_their_slots(model: Model) -> None:
    assert {name: set(model.intents[name].slots) if name in model.intents else None for name in INTENTS} == INTENTS
    types = {slot: kind for intent in model.intents.values() for slot, kind in intent.slots.items()}
    assert types == {slot: "AMAZON.TIME" if slot == "Time" else slot for slot in types}


@pytest.mark.parametrize("kind", IDS)
def test_the_fixed_ids_can_be_said(model: Model, kind: str) -> None:
    assert set(IDS[kind].split()) <= model.types.get(kind, {}).keys()


@pytest.mark.parametrize("language", interaction_model.languages())
def test_nothing_is_refused(language: str, english: Model) -> None:
    never = store_listing.listing(language).never_in_invocation
    assert never
    wake_words = spoken_language.load(language).wake_words
    found = interaction_model.read(interaction_model.MODELS / language)
    assert list(interaction_model.problems(found, english, never, wake_words)) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the English folder, to break."""
    copy = tmp_path / "interaction_model" / "en"
    shutil.copytree(ENGLISH, copy)
    return copy


def refused(folder: Path, english: Model) -> list[tuple[str, str, str]]:
    """What is refused: the file, the key, and the message after them."""
    try:
        found = list(interaction_model.problems(interaction_model.read(folder), english, ("ask",), ("alexa",)))
    except ContentError as error:
        found = [error]
    return [(one.file, one.key, str(one).removeprefix(f"{one.file}: {one.key}: ")) for one in found]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "intents/EasedIntent.txt",
            "it's {Sight} gone",
            "found '{Sight}', expected a slot that slots/ or model.toml has",
        ),
        ("intents/EasedIntent.txt", "my {Site} or {Site} is fine", "expected each slot once in a sentence"),
        ("intents/AMAZON.YesIntent.txt", "yes my {Site}", "Amazon's own intents have none"),
        ("intents/EasedIntent.txt", "it's gone!", "found '!', expected lower-case words"),
        ("intents/EasedIntent.txt", "It's gone", "found 'I', expected lower-case words"),
        ("intents/EasedIntent.txt", "gone for 2 minutes", "found '2', expected lower-case words"),
        ("intents/EasedIntent.txt", "it's (gone", "expected [optional] (this|that) {Slot} <rule>"),
        ("intents/EasedIntent.txt", "it's gone)", "expected [optional] (this|that) {Slot} <rule>"),
        ("intents/EasedIntent.txt", "it's gone]", "expected [optional] (this|that) {Slot} <rule>"),
        ("intents/EasedIntent.txt", "it's {} gone", "found '{', expected lower-case words"),
        ("intents/EasedIntent.txt", "it's (gone|)", "expected [optional] (this|that) {Slot} <rule>"),
        ("intents/EasedIntent.txt", "it's gone [ ]", "expected [optional] (this|that) {Slot} <rule>"),
        ("intents/EasedIntent.txt", "[it's gone]", "expected at least one word that is always said"),
        (
            "intents/EasedIntent.txt",
            "<nothing> is gone",
            "found '<nothing>', expected a rule that this file or rules.txt has",
        ),
        ("intents/EasedIntent.txt", "<late> = (a|b)", "expected rules at the top of the file"),
        ("intents/EasedIntent.txt", f"gone {'very ' * 50}well", "at most 200 characters"),
        ("intents/EasedIntent.txt", "alexa it's gone", "neither a wake word nor the invocation name"),
        ("intents/EasedIntent.txt", "tell cramp coach it's gone", "neither a wake word nor the invocation name"),
        ("intents/EasedIntent.txt", "it's gone '", "expected lower-case words as they are said"),
        (
            "intents/ForgetIntent.txt",
            "how long left",
            "expected a sentence that no other intent has: TimeLeftIntent has it too",
        ),
        ("slots/Side.txt", "{Site}", "expected a value without a slot"),
        ("slots/Side.txt", "my left-", "expected lower-case words as they are said"),
        ("slots/Side.txt", f"left {'hand ' * 28}side", "at most 140 characters"),
        ("slots/Side.txt", "left", "expected a value that one id has: left, other have it"),
        ("slots/Side.txt", "[left]", "expected each id once in a file"),
        ("rules.txt", "a word", "expected rules alone"),
        ("rules.txt", "<nowhere> = (a|b)", "found '<nowhere>', expected a rule that a template uses"),
    ],
)
def test_what_is_written_wrong_is_named_by_file_and_line(
    folder: Path, english: Model, file: str, text: str, said: str
) -> None:
    path = folder / file
    number = len(path.read_text(encoding="utf-8").splitlines()) + 2
    with path.open("a", encoding="utf-8") as end:
        end.write(f"# A remark.\n{text}\n")
    found = refused(folder, english)
    assert [one for one in found if one[:2] == (f"interaction_model/en/{file}", f"line {number}") and said in one[2]], (
        found
    )


@pytest.mark.parametrize(
    ("file", "key", "before", "after"),
    [
        ("model.toml", "invocation_name", '"cramp coach"', '"coach"'),
        ("model.toml", "invocation_name", '"cramp coach"', '"Cramp Coach"'),
        ("model.toml", "invocation_name", '"cramp coach"', '"cramp c0ach"'),
        ("model.toml", "invocation_name", '"cramp coach"', '"ask coach"'),
        ("model.toml", "invocation_name", '"cramp coach"', '"alexa coach"'),
        ("model.toml", "fallback_sensitivity", '"MEDIUM"', '"MID"'),
        ("model.toml", "caps.default", "default = 40", "default = 0"),
        ("model.toml", "caps.EasyIntent", "default = 40", "default = 40\nEasyIntent = 3"),
        ("model.toml", "Thyme", "Time =", 'Thyme = "AMAZON.TIME"\nTime ='),
        ("model.toml", "slots.Site", "Time =", 'Site = "AMAZON.TIME"\nTime ='),
        ("slots/Site.txt", "[chin]", "[shin]", "[chin]"),
        ("slots/Site.txt", "line 4", "[calf]", "calf"),
        ("slots/Site.txt", "[knee]", "[calf]", "[knee]\n[calf]"),
    ],
)
def test_what_does_not_fit_is_named_by_file_and_key(
    folder: Path, english: Model, file: str, key: str, before: str, after: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    assert (f"interaction_model/en/{file}", key) in [one[:2] for one in refused(folder, english)]


def test_a_file_that_is_missing_is_named(folder: Path, english: Model) -> None:
    (folder / "intents" / "ForgetIntent.txt").rename(folder / "intents" / "ForgotIntent.txt")
    assert {one[:2] for one in refused(folder, english)} == {
        ("interaction_model/en/intents/ForgetIntent.txt", "(file)"),
        ("interaction_model/en/intents/ForgotIntent.txt", "(file)"),
    }
    (folder / "rules.txt").unlink()
    assert refused(folder, english) == [("interaction_model/en/rules.txt", "(file)", "found None, expected this file")]
    shutil.rmtree(folder / "slots")
    (folder / "rules.txt").touch()
    assert [one[:2] for one in refused(folder, english)] == [("interaction_model/en/slots", "(folder)")]


def test_a_template_that_the_cap_would_cut_short_is_named(folder: Path, english: Model) -> None:
    with (folder / "intents" / "EasedIntent.txt").open("a", encoding="utf-8") as end:
        end.write(f"it's so [{'|'.join('abcdefghij'[one // 10] + 'abcdefghij'[one % 10] for one in range(40))}] gone\n")
    ((_, key, said),) = refused(folder, english)
    assert key.startswith("line ")
    assert "whose words need 41 sentences" in said
    assert "raise the cap of this file in model.toml" in said
    text = (folder / "model.toml").read_text(encoding="utf-8")
    (folder / "model.toml").write_text(text.replace("default = 40", "default = 40\nEasedIntent = 41"), encoding="utf-8")
    assert refused(folder, english) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("slots/Site.txt: [calff]", "[calf]", "[calff]", "found 'calf', expected an id of Site"),
        ("slots/Site.txt: [calf]", "[calf]", "[calff]", "found None, expected this id of Site"),
        ("slots/Sign.txt: [compartment]", "[chest_or_breath]", "[clot]", "found 'emergency', expected no sign before"),
    ],
)
def test_what_does_not_go_with_the_content_is_named(
    folder: Path, file: str, before: str, after: str, said: str
) -> None:
    path = folder / file.partition(":")[0]
    text = path.read_text(encoding="utf-8").replace("[clot]", "[elsewhere]")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    found = [str(problem) for problem in models.problems(library(), folder.parent)]
    assert [problem for problem in found if problem.startswith(f"interaction_model/en/{file}: ") and said in problem]


def test_an_intent_that_nothing_answers_is_named(folder: Path) -> None:
    (folder / "intents" / "EasedIntent.txt").rename(folder / "intents" / "EsedIntent.txt")
    found = {str(problem) for problem in models.problems(library(), folder.parent)}
    file = "interaction_model/en/intents"
    assert found >= {
        f"{file}/EsedIntent.txt: (file): found 'EsedIntent', expected an intent that the dialogue answers",
        f"{file}/EasedIntent.txt: (file): found None, expected this intent, for the dialogue answers it",
    }


def test_a_graver_sign_is_listed_before_one_that_can_wait(english: Model) -> None:
    """Of two signs in one sentence the first of the list is heard."""
    assert list(models.problems(library())) == []
    levels = [library().signs[sign].level for sign in english.types["Sign"]]
    known = [level for level in levels if level is not None]
    assert len(set(known)) == 3
    assert known == sorted(known, reverse=True)


def test_a_model_that_is_too_large_is_refused(english: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    found = interaction_model.size(english)
    assert found < interaction_model.SIZE * 2 / 3  # there is room for what a language may need more
    monkeypatch.setattr(interaction_model, "SIZE", found - 1)
    (problem,) = interaction_model.problems(english, english, (), ())
    assert f"found '{found} bytes of Amazon's JSON'" in str(problem).replace('"', "'")


def test_too_many_intents_are_refused(english: Model) -> None:
    intent = Intent((), {})
    many = {f"More{number}Intent": intent for number in range(250 - len(english.intents))} | dict(english.intents)
    assert "at most 250" not in str(list(interaction_model.problems(replace(english, intents=many), english, (), ())))
    many["OneMoreIntent"] = intent
    found = " ".join(map(str, interaction_model.problems(replace(english, intents=many), english, (), ())))
    assert "251 intents', expected at most 250" in found
    assert "at most 350" not in found
    types = {f"Slot{number}": english.types["Side"] for number in range(100)}
    found = " ".join(map(str, interaction_model.problems(replace(english, intents=many, types=types), english, (), ())))
    assert "351 intents and slots', expected at most 350" in found


def test_every_intent_has_samples(model: Model) -> None:
    assert [name for name, intent in model.intents.items() if not intent.samples] == []


def samples(model: Model, part: str) -> list[str]:
    """Every sample that has these words."""
    return [sample for intent in model.intents.values() for sample in intent.samples if part in sample]


def test_a_person_follows_a_possessive(english: Model) -> None:
    """An open slot behind other words would take what is no person."""
    wrong = [one for one in samples(english, "{Person}") if not re.search(r"\b(my|our|his|her|their) \{Person\}", one)]
    assert wrong == []


def test_a_sign_does_not_follow_a_place_at_once(english: Model) -> None:
    """Between two open slots side by side nobody can tell where the one ends."""
    assert samples(english, "{Site} {Sign}") == []


def test_other_questions_are_told_by_words_that_no_other_intent_has(english: Model) -> None:
    found = english.intents["OtherQuestionIntent"].samples
    assert [sample for sample in found if len(re.sub(r"\{\w+\}", "", sample).split()) < 2] == []
    assert [samples for samples in shared_carriers(english).values() if "OtherQuestionIntent" in samples] == []


def test_a_bare_slot_stands_in_one_intent(model: Model) -> None:
    """And several together only where they tell of a place, which the skill asks for."""
    bare: dict[str, set[str]] = defaultdict(set)
    for name, intent in model.intents.items():
        for sample in intent.samples:
            if re.fullmatch(r"(\{\w+\} ?)+", sample):
                slots = re.findall(r"\w+", sample)
                assert len(slots) == 1 or set(slots) <= {"Site", "Side", "Position"}
                for slot in slots:
                    bare[slot].add(name)
    assert {slot: names for slot, names in bare.items() if len(names) > 1} == {}
