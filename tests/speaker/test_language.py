"""Another language touches no code: a copy of the skill to which only data is added, and what it then hears and says in German."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from skill.loading import interaction_model, spoken_language
from skill.loading.strict_table import ContentError
from skill.simulator.nlu.normalizer import Normalizer
from skill.simulator.nlu.recognizer import FALLBACK, recognizer_for
from skill.simulator.nlu.time_parser import TimeParser

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
GERMAN = "Krampfhilfe"
#: What the German model has instead of the English samples; what is not here stays, for it is not about the language.
SAMPLES = {
    "RelieveIntent": [
        "meine {Site} krampft",
        "meine {Site} krampfen",
        "meine {Side} {Site} krampft",
        "ein krampf und ich bin {Position}",
        "ich habe einen krampf in der {Site}",
        "{Person} hat einen krampf",
        "ich bin {Limit} und habe einen krampf",
    ],
    "RemindIntent": ["erinnere mich", "erinnere mich um {Time}", "erinnere mich {Time}", "um {Time}", "{Time}"],
    "TimeLeftIntent": ["wie lange noch"],
    "StillCrampingIntent": ["es krampft noch", "{Degree}"],
    "BedtimeRoutineIntent": ["die routine", "starte die routine", "ich bin {Limit} und will die routine"],
    "AMAZON.YesIntent": ["ja", "ja bitte"],
    "YesIntent": ["ja genau"],
    "NoIntent": ["lieber nicht"],
    "AMAZON.NoIntent": ["nein", "nein danke"],
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the desk runs on, with German files beside the English ones."""
    copy = tmp_path_factory.mktemp("german") / "repository"
    unkept = shutil.ignore_patterns("__pycache__", "mine.toml")
    for folder in ("skill", "interaction_model", "store"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=unkept)
    shutil.copy(ROOT / "lambda_handler.py", copy)
    text = (copy / "store" / "en.toml").read_text(encoding="utf-8")
    text = re.sub(r"^locales = .*$", 'locales = ["de-DE"]', text, flags=re.MULTILINE)
    text = text.replace('name = "Cramp Coach"', f'name = "{GERMAN}"', 1)
    text = re.sub(
        r"^phrases = \[.*?^\]$", 'phrases = ["Alexa, öffne krampf hilfe"]', text, flags=re.DOTALL | re.MULTILINE
    )
    (copy / "store" / "de.toml").write_text(text, encoding="utf-8")
    words = copy / "skill" / "content" / "words"
    shutil.copytree(words / "en", words / "de")
    answers = (words / "de" / "answers.toml").read_text(encoding="utf-8")
    named = re.sub(r"^sources = .*\n", "", answers, flags=re.MULTILINE)  # which stand with the English answers, for all
    (words / "de" / "answers.toml").write_text(named, encoding="utf-8")
    with (copy / "skill" / "content" / "regions.toml").open("a", encoding="utf-8") as regions:
        regions.write('\n[DE]\nemergency = { number = "112", source = "design" }\n')
    model = copy / "interaction_model" / "de"
    shutil.copytree(copy / "interaction_model" / "en", model)
    shutil.copy(DATA / "de.toml", model / "language.toml")
    _replace(model / "model.toml", "cramp coach", "krampf hilfe")
    _replace(model / "slots" / "Site.txt", "[calf]\n", "[calf]\nwade\n")
    _replace(model / "intents" / "PlaceIntent.txt", "(um|uh|", "(uhm|uh|")  # in German "um" begins a time
    _replace(model / "intents" / "YesIntent.txt", "|ja|", "|")
    _replace(model / "intents" / "NoIntent.txt", "|nein|", "|")
    for intent, german in SAMPLES.items():  # beside the English ones, whose shared carriers model.toml argues
        with (model / "intents" / f"{intent}.txt").open("a", encoding="utf-8") as templates:
            templates.write("\n" + "\n".join(german) + "\n")
    return copy


def _replace(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def _run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=tree, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )


def _told(tree: Path, *command: str) -> list[Any]:
    """What a command prints, one JSON value a line."""
    done = _run(tree, *command)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_skill_is_opened_and_asked_in_german(tree: Path) -> None:
    heard = {
        "Alexa, öffne Krampf Hilfe": ("LaunchRequest", {}),
        "krampf hilfe öffnen": ("LaunchRequest", {}),
        "sag Krampf Hilfe, meine Wade krampft": ("RelieveIntent", {"Site": "calf"}),
        "Alexa, sage krampf hilfe dass meine wade krampft": ("RelieveIntent", {"Site": "calf"}),
        "meine Waden krampfen": ("RelieveIntent", {"Site": "calf"}),
        "frag krampf hilfe nach die routine": ("BedtimeRoutineIntent", {}),
        "open krampf hilfe": (FALLBACK, {}),
    }
    times = {
        "um zehn Uhr abends": "22:00",
        "um halb elf": "10:30",
        "um Viertel vor eins": "12:45",
        "um dreiviertel zehn": "09:45",
        "um fünf vor halb zehn": "09:25",
        "um ein Uhr dreißig nachts": "01:30",
        "abends um neun": "21:00",
        "um 21:30 Uhr": "21:30",
        "um 21:05": "21:05",
        "um 21 Uhr": "21:00",
        "um Mitternacht": "00:00",
        "um zwölf uhr nachts": "00:00",
    }
    heard |= {f"erinnere mich {said}": ("RemindIntent", {"Time": value}) for said, value in times.items()}
    told = _told(tree, "-m", "skill", "hear", "--locale", "de-DE", *heard)
    assert {one["utterance"]: (one["intent"], one["slots"]) for one in told} == heard


def test_alexa_asks_and_takes_an_answer_in_german(tree: Path) -> None:
    asked = ("erinnere mich um halb elf", "ja")
    for answer, status in (
        ("ja", "ACCEPTED"),
        ("Ich stimme zu!", "ACCEPTED"),
        ("nein", "DENIED"),
        ("I approve", "NOT_ANSWERED"),
    ):
        turns = _told(tree, "-m", "skill", "say", "--json", "--locale", "de-DE", *asked, answer)
        assert turns[-1]["request"]["request"]["payload"]["status"] == status
    said = _run(tree, "-m", "skill", "say", "--locale", "de-DE", *asked).stdout
    assert f"Darf {GERMAN} deine Erinnerungen ändern?" in said
    offered = (
        "from skill.simulator.alexa_prompts import OFFER, Handover; import json;"
        "print(json.dumps(Handover(OFFER, '', 'mein bein krampft', 'öffne ich es').question('de-DE')))"
    )
    assert "Wenn du „mein bein krampft“ sagst, öffne ich es. Möchtest" in _told(tree, "-c", offered)[0]


def test_the_bedside_page_offers_german_things_to_say(tree: Path) -> None:
    """The page asks for them by the locale."""
    choices = (
        "from flask import Flask; from skill.simulator.web.routes import bedside; import json;"
        "app = Flask('page'); app.register_blueprint(bedside(lambda *_: None, lambda: True, lambda: None));"
        "print(json.dumps(app.test_client().get('/bedside/choices').get_json()))"
    )
    (told,) = _told(tree, "-c", choices)
    assert told["examples"]["de-DE"] == ["meine wade krampft", "wie lange noch", "pause", "es krampft noch"]
    heard = _told(tree, "-m", "skill", "hear", "--locale", "de-DE", *told["examples"]["de-DE"])
    assert FALLBACK not in [one["intent"] for one in heard]


def test_check_has_looked_at_german_too(tree: Path) -> None:
    checked = _run(tree, "-m", "skill", "check")
    assert checked.stderr == ""
    assert "2 languages: de, en" in checked.stdout


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        (None, "", "(file)"),
        ('permission = "', 'permision = "', "alexa.permission"),
        ("suffixes =", "sufixes = []\nsuffixes =", "sufixes"),
        ("Darf Krampfhilfe", "Darf {name}", "alexa.permission"),
        ("„{phrase}“", "„{phrases}“", "alexa.offer"),
        ("„{phrase}“", "„{phrase}}“", "alexa.offer"),
        ("„{phrase}“", "„{{phrase}“", "alexa.offer"),
        ("Möchtest du das?", "Möchtest du das}?", "alexa.offer"),
        ("Möchtest du das?", "{ Möchtest du das?", "alexa.offer"),
        ('    "null", "eins"', '    "eins"', "numbers"),
        ('"null", "eins"', '"null", "null"', "numbers"),
        ('"morgens" = 0', '"morgens" = 24', "clock.parts.morgens"),
        ('"ein" = 1', '"ein" = 1.5', "clock.hours.ein"),
        ('"ein" = 1', '"ein" = 1.0', "clock.hours.ein"),
        ('"halb {hour 1-12}" = "{hour-1}:30"', '"halb {hour 1-12}" = "{hour-1}:3"', "clock.times.halb {hour 1-12}"),
        ('"halb {hour 1-12}"', '"halb {stunde}"', "clock.times.halb {stunde}"),
        ('"halb {hour 1-12}"', '"halb {hour 1-24}"', "clock.times.halb {hour 1-24}"),
        ('"halb {hour 1-12}"', '"halb {hour 12-1}"', "clock.times.halb {hour 12-1}"),
        ('"halb {hour 1-12}"', '"halb {hour 1-12"', "clock.times.halb {hour 1-12"),
        ('"halb {hour 1-12}"', '"halb} {hour 1-12}"', "clock.times.halb} {hour 1-12}"),
        ('"halb {hour 1-12}"', '"[halb {hour 1-12}"', "clock.times.[halb {hour 1-12}"),
        ('"halb {hour 1-12}"', '"halb] {hour 1-12}"', "clock.times.halb] {hour 1-12}"),
        ('"halb {hour 1-12}"', '"halb||halbe {hour 1-12}"', "clock.times.halb||halbe {hour 1-12}"),
        ('"halb {hour 1-12}"', '"halb| {hour 1-12}"', "clock.times.halb| {hour 1-12}"),
        ('"mitternacht" = ', '" " = ', "clock.times. "),
        (
            '"{hour-1}:{30+minutes}"',
            '"{hour-1}:{50+minutes}"',
            "clock.times.{minutes 1-14} [minuten] nach halb {hour 1-12}",
        ),
        ('"{part} um|gegen {time}"', '"{part} um|gegen {zeit}"', "clock.orders"),
        ('"{part} um|gegen {time}"', '"{time}"', "clock.orders"),
        ('"{part} um|gegen {time}"', '"{part} [um|gegen {time}"', "clock.orders"),
        ('"{part} um|gegen {time}"', '"{part} um||gegen {time}"', "clock.orders"),
        ('"…\'s" =', '"…" =', "contractions.…"),
        ("examples = [", 'examples = ["", ', "examples"),
    ],
)
def test_what_does_not_fit_is_named_by_file_and_key(tmp_path: Path, before: str | None, after: str, key: str) -> None:
    models = tmp_path / "interaction_model"
    (models / "de").mkdir(parents=True)
    text = (DATA / "de.toml").read_text(encoding="utf-8")
    if before is not None:
        assert before in text
        (models / "de" / "language.toml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        spoken_language.load("de", models)
    assert (refused.value.file, refused.value.key) == ("interaction_model/de/language.toml", key)


@pytest.mark.parametrize(
    "file", ["interaction_model/de/language.toml", "interaction_model/de/model.toml", "store/de.toml"]
)
def test_check_names_a_file_that_is_missing(tree: Path, tmp_path: Path, file: str) -> None:
    copy = tmp_path / "repository"
    shutil.copytree(tree, copy)
    (copy / file).unlink()
    checked = _run(copy, "-m", "skill", "check")
    assert checked.returncode == 1
    assert f"{file}: (file): found None" in checked.stderr


@pytest.mark.parametrize("language", interaction_model.languages())
def test_the_ear_understands_what_is_offered_to_say(language: str) -> None:
    known, ear = spoken_language.load(language), recognizer_for(language)
    assert FALLBACK not in [ear.recognize(text).intent for text in known.examples]


def test_a_locale_without_a_model_is_spoken_to_in_english() -> None:
    assert spoken_language.of("tlh-QO") == spoken_language.of("en-GB")


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("à 21h30", "21:30"),
        ("neuf heures et quart du soir", "21:15"),
        ("dix heures moins le quart", "09:45"),
        ("dix heures moins cinq", "09:55"),
        ("vingt et une heures", "21:00"),
        ("midi", "12:00"),
        ("une heure du matin", "01:00"),
        ("साढ़े नौ बजे", "09:30"),
    ],
)
def test_a_clock_of_other_builds(tmp_path: Path, said: str, value: str) -> None:
    """Minutes after the hour, words of several words, what is typed in one, another script."""
    text = (DATA / "de.toml").read_text(encoding="utf-8")
    clock = """[clock]
orders = ["{time} {part}"]
[clock.times]
"midi" = "12:00"
"{hour} heure|heures|h" = "{hour}:00"
"{hour} heure|heures|h {minutes 1-59}" = "{hour}:{minutes}"
"{hour} heure|heures et quart" = "{hour}:15"
"{hour} heures moins le quart" = "{hour-1}:45"
"{hour} heures moins {minutes 1-29}" = "{hour-1}:{60-minutes}"
"साढ़े {hour} बजे" = "{hour}:30"
[clock.hours]
"une" = 1
"neuf" = 9
"नौ" = 9
"dix" = 10
"vingt et une" = 21
[clock.parts]
"du matin" = 0
"du soir" = 12

"""
    numbers = re.sub(
        '"fünf"', '"cinq"', re.sub(r"^\[clock\].*(?=^\[alexa\])", clock, text, flags=re.DOTALL | re.MULTILINE)
    )
    models = tmp_path / "interaction_model"
    (models / "fr").mkdir(parents=True)
    (models / "fr" / "language.toml").write_text(numbers, encoding="utf-8")
    french = spoken_language.load("fr", models)
    spoken = Normalizer(french)
    found = TimeParser(french, spoken).find(spoken.words(said))
    assert found is not None
    assert found.value == value
