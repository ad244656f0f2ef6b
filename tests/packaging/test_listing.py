"""The store's listing: within Amazon's rules, and every phrase in it does what it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from lambda_handler import handler
from skill import storefront
from skill.alexa.handover import REMINDERS
from skill.check import check
from skill.speaker.envelope import Bedside
from skill.speaker.hearing import FALLBACK, Ear, load_model
from skill.speaker.session import Speaker
from skill.speaker.spoken import without_wake_word, without_way_in, words_of, words_of_sample
from skill.storefront import problems
from tests.night import read
from tests.packaging.conftest import ROOT

LISTING = storefront.listing("en")
EVERYWHERE = storefront.everywhere()
MODEL = load_model("en-GB")["interactionModel"]["languageModel"]
EAR = Ear(load_model("en-GB"))
QUOTED = re.compile(r"[“\"]([^”\"]+)[”\"]")


def spoken(text: str) -> list[str]:
    """What a text puts in quotation marks, as somebody would say it."""
    return [phrase.rstrip(",.") for phrase in QUOTED.findall(text)]


def test_nothing_in_the_listing_is_refused() -> None:
    assert list(problems()) == []


def test_the_desks_check_looks_at_the_listing_and_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = storefront.ContentError("store/en.toml", "name", "", "some words")
    monkeypatch.setattr(storefront, "problems", lambda: [refused])
    assert list(check()) == [refused]


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("name", 'name = "Cramp Coach"', 'name = "Cramp Relief"'),
        ("name", 'name = "Cramp Coach"', f'name = "{"Cramp Coach " * 5}"'),
        ("name", 'name = "Cramp Coach"', 'name = ""'),
        ("summary", 'summary = "', f'summary = "{"very " * 20}'),
        ("description", "WHAT YOU NEED", "WHAT YOU NEED\n" + "more " * 800),
        ("never.claims", "It keeps no health information:", "It saves lives and keeps no health information:"),
        ("disclaimer", "\ndisclaimer = ", "\nwarning = "),
        ("phrases[0]", '"Alexa, open cramp coach"', '"open cramp coach"'),
        ("phrases[1]", '"Alexa, tell cramp coach my', '"Alexa, tell the coach my'),
        ("phrases", 'the bedtime routine",\n]', 'the bedtime routine",\n    "my calf",\n]'),
        ("keywords[0]", 'keywords = [\n    "leg cramp"', f'keywords = [\n    "{"leg " * 40}"'),
        ("keywords", 'keywords = [\n    "leg cramp"', "keywords = [\n    " + ", ".join(f'"k{n}"' for n in range(31))),
        ("keywords", '    "night cramp",', '    "leg cramp",'),
        ("locales", '"en-AU"', '"de-AT"'),
        ("sumary", 'summary = "', 'sumary = "x"\nsummary = "'),
    ],
)
def test_what_amazon_would_refuse_is_named_by_its_key(root: Path, key: str, before: str, after: str) -> None:
    path = root / "store" / "en.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    try:
        found = [problem.key for problem in problems(root / "store", root / "interaction_model")]
    except storefront.ContentError as error:
        found = [error.key]
    assert found == [key]


@pytest.mark.parametrize(
    ("before", "key"), [("usesHealthInfo = false", "answers.usesHealthInfo"), ('shape = "ROUND"', "viewports[0].shape")]
)
def test_an_answer_that_is_missing_is_refused(root: Path, before: str, key: str) -> None:
    path = root / "store" / "skill.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, "", 1), encoding="utf-8")
    with pytest.raises(storefront.ContentError) as refused:
        list(problems(root / "store", root / "interaction_model"))
    assert (refused.value.file, refused.value.key) == ("store/skill.toml", key)


@pytest.mark.parametrize(
    ("phrase", "intent", "begins"),
    [
        (LISTING.phrases[0], "LaunchRequest", r"Slowly straighten your leg\."),
        (LISTING.phrases[1], "RelieveIntent", r"Slowly straighten your leg\. Pull your toes back"),
        (LISTING.phrases[2], "BedtimeRoutineIntent", r".*\b(calf|wall|sit|lie|stand|heel|bed)"),
    ],
)
@pytest.mark.parametrize("locale", LISTING.locales)
def test_each_example_phrase_does_what_it_says(phrase: str, intent: str, begins: str, locale: str) -> None:
    """Said to the stand-in speaker, which refuses what a device would."""
    turn = Speaker(handler, EAR, Bedside(locale=locale)).say(phrase)
    assert turn.heard is not None
    assert turn.heard.intent == intent
    answer = read(turn.response or {})
    assert re.match(begins, answer.say.text, re.IGNORECASE)
    assert not answer.ends


@pytest.mark.parametrize("phrase", LISTING.phrases[1:])
def test_an_example_phrase_is_a_sample_word_for_word(phrase: str) -> None:
    """Amazon looks for it in the model, where a slot stands for one of its values."""
    heard = EAR.hear(phrase, one_shot=True)
    rest = " ".join(without_way_in(without_wake_word(words_of(phrase)), words_of(MODEL["invocationName"])) or ())
    for slot in heard.slots.values():
        assert slot.id
        rest = rest.replace(" ".join(words_of(slot.said)), f"{{{slot.name}}}", 1)
    (intent,) = (intent for intent in MODEL["intents"] if intent["name"] == heard.intent)
    assert rest in {" ".join(words_of_sample(sample)) for sample in intent["samples"]}


@pytest.mark.parametrize("phrase", [*spoken(LISTING.description), *spoken(EVERYWHERE.testing)])
def test_every_phrase_that_is_quoted_is_understood(phrase: str) -> None:
    if phrase != storefront.WAKE_WORD:
        assert EAR.hear(phrase, one_shot=True).intent != FALLBACK


def test_the_description_has_the_disclaimer_and_what_is_needed() -> None:
    ending = LISTING.description.rpartition("\n\n")[2]
    for wanted in ("not provide medical advice", "information and education only", "substitute", "emergency number"):
        assert wanted in ending
    assert "no account, no purchase" in LISTING.description
    assert len(re.findall(r"[.!?](?:\s|$)", LISTING.summary)) == 1


def test_the_skill_is_offered_only_where_it_knows_the_emergency_number() -> None:
    regions = tomllib.loads((ROOT / "skill" / "content" / "regions.toml").read_text(encoding="utf-8"))
    assert {locale[-2:] for locale in LISTING.locales} <= set(regions)


def test_the_permissions_are_those_that_the_skill_asks_for() -> None:
    assert EVERYWHERE.permissions == (REMINDERS,)
