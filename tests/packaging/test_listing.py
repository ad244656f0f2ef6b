"""The store's listing: within Amazon's rules, and every phrase in it does what it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from ask_smapi_model.v1.skill.manifest.event_name_type import EventNameType
from ask_smapi_model.v1.skill.manifest.permission_name import PermissionName

from lambda_handler import handler
from skill.alexa.connections import REMINDERS
from skill.loading import interaction_model, spoken_language, store_listing
from skill.loading.content import words
from skill.loading.store_listing import Listing, problems
from skill.simulator.device import Speaker
from skill.simulator.nlu.normalizer import Normalizer
from skill.simulator.nlu.recognizer import FALLBACK, recognizer_for
from skill.simulator.requests import Bedside
from skill.tools.check import check
from tests.night import read
from tests.packaging.conftest import ROOT

LISTINGS = {language: store_listing.listing(language) for language in store_listing.languages()}
LOCALES = [(listing, locale) for listing in LISTINGS.values() for locale in listing.locales]
EVERYWHERE = store_listing.everywhere()
QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]+)[“”»\"]")


def spoken(text: str) -> list[str]:
    """What a text puts in quotation marks, as somebody would say it."""
    return [phrase.rstrip(",.") for phrase in QUOTED.findall(text)]


def test_nothing_in_the_listing_is_refused() -> None:
    assert list(problems()) == []


def test_the_desks_check_looks_at_the_listing_and_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = store_listing.ContentError("store/en.toml", "name", "", "some words")
    monkeypatch.setattr(store_listing, "problems", lambda: [refused])
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
    except store_listing.ContentError as error:
        found = [error.key]
    assert found == [key]


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("answers.usesHealthInfo", "usesHealthInfo = false", ""),
        ("viewports[0].shape", 'shape = "ROUND"', ""),
        ("viewports[0].mode", 'mode = "HUB"', 'mode = "HUBB"'),
        ("category", "HEALTH_AND_FITNESS", "HEALTH_AND_FITNES"),
        ("events", "SKILL_DISABLED", "SKILL_DISABLD"),
        ("permissions", "reminders:skill:readwrite", "reminders:skill:read"),
    ],
)
def test_what_is_the_same_everywhere_is_named_by_its_key_too(root: Path, key: str, before: str, after: str) -> None:
    path = root / "store" / "skill.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(store_listing.ContentError) as refused:
        list(problems(root / "store", root / "interaction_model"))
    assert (refused.value.file, refused.value.key) == ("store/skill.toml", key)


def test_a_stray_file_beside_the_models_is_no_language(root: Path) -> None:
    for name in (".DS_Store", "notes.txt", "en/intents/.EasedIntent.txt", "en/slots/Site.txt~", "en/.rules.txt.swp"):
        (root / "interaction_model" / name).write_bytes(b"")
    (root / "interaction_model" / ".de").mkdir()
    assert list(problems(root / "store", root / "interaction_model")) == []


@pytest.mark.parametrize(
    ("number", "intent", "begins"),
    [
        (0, "LaunchRequest", "calf.lying.first"),
        (1, "RelieveIntent", "calf.lying.first"),
        (2, "BedtimeRoutineIntent", "bedtime.sitting.first"),
    ],
)
@pytest.mark.parametrize(("listing", "locale"), LOCALES, ids=lambda value: value if isinstance(value, str) else "")
def test_each_example_phrase_does_what_it_says(
    number: int, intent: str, begins: str, listing: Listing, locale: str
) -> None:
    """Said to the stand-in speaker, which refuses what a device would. In every language they come in the same order."""
    turn = Speaker(handler, recognizer_for(locale), Bedside(locale=locale)).say(listing.phrases[number])
    assert turn.heard is not None
    assert turn.heard.intent == intent
    answer = read(turn.response or {})
    assert answer.say.text.startswith(words(locale).text(begins))
    assert not answer.ends


@pytest.mark.parametrize(
    ("language", "phrase"), [(language, phrase) for language in LISTINGS for phrase in LISTINGS[language].phrases[1:]]
)
def test_an_example_phrase_is_a_sample_word_for_word(language: str, phrase: str) -> None:
    """Amazon looks for it in the model, where a slot stands for one of its values."""
    model, spelt = interaction_model.of(language), Normalizer(spoken_language.of(language))
    heard = recognizer_for(language).recognize(phrase, one_shot=True)
    said = spelt.without_wake_word(spelt.words(phrase))
    rest = " ".join(spelt.without_way_in(said, spelt.words(model.invocation)) or ())
    for slot in heard.slots.values():
        assert slot.id
        rest = rest.replace(" ".join(spelt.words(slot.said)), f"{{{slot.name}}}", 1)
    samples = model.intents[heard.intent].samples
    assert rest in {" ".join(spelt.words_of_sample(sample)) for sample in samples}


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        *((language, phrase) for language in LISTINGS for phrase in spoken(LISTINGS[language].description)),
        *(("en", phrase) for phrase in spoken(EVERYWHERE.testing)),
    ],
)
def test_every_phrase_that_is_quoted_is_understood(language: str, phrase: str) -> None:
    if phrase != store_listing.WAKE_WORD:
        assert recognizer_for(language).recognize(phrase, one_shot=True).intent != FALLBACK


def test_the_description_has_the_disclaimer_and_what_is_needed() -> None:
    english = LISTINGS["en"]
    ending = english.description.rpartition("\n\n")[2]
    for wanted in ("not provide medical advice", "information and education only", "substitute", "emergency number"):
        assert wanted in ending
    assert "no account, no purchase" in english.description


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_the_summary_is_one_sentence(listing: Listing) -> None:
    assert len(re.findall(r"[.!?](?:\s|$)", listing.summary)) == 1


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_the_skill_is_offered_only_where_it_knows_the_emergency_number(listing: Listing) -> None:
    regions = tomllib.loads((ROOT / "skill" / "content" / "regions.toml").read_text(encoding="utf-8"))
    assert {locale[-2:] for locale in listing.locales} <= set(regions)


def test_the_permissions_and_the_events_are_those_that_the_skill_uses() -> None:
    """And Amazon knows them by these names."""
    assert EVERYWHERE.permissions == store_listing.PERMISSIONS == (REMINDERS,)
    assert {permission.value for permission in PermissionName} >= set(store_listing.PERMISSIONS)
    assert EVERYWHERE.events == store_listing.EVENTS
    assert {event.value for event in EventNameType} >= set(store_listing.EVENTS)
