"""The content: all of it fits, what is broken is named by file and key, and it reads easily."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import tomllib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest
import textstat

from skill.core import content_ids, personalize
from skill.core.personalize import Person
from skill.core.vocabulary import Position, Step
from skill.dialogue import Input, SessionState, respond
from skill.loading import interaction_model, spoken_language
from skill.loading.content import library, words
from skill.loading.content_files import CONTENT, LANGUAGES
from skill.loading.content_tables import load
from skill.loading.locale_words import load_words
from skill.loading.strict_table import ContentError
from skill.simulator.nlu.recognizer import Recognizer
from skill.tools.check import check
from tests.core.test_timeline import SITES

SKILL = CONTENT.parent


def test_all_of_it_fits() -> None:
    assert [str(problem) for problem in check()] == []


def test_loading_alone_refuses_what_one_file_can_show(tmp_path: Path) -> None:
    """Not only the desk: a function with broken content does not start at all."""
    shutil.copytree(CONTENT, tmp_path / "content")
    file = tmp_path / "content" / "signs.toml"
    file.write_text(file.read_text(encoding="utf-8") + '\n[new_sign]\nlevel = "soon"\n', encoding="utf-8")
    with pytest.raises(ContentError, match=r"signs\.toml: new_sign\.sources"):
        load(tmp_path / "content")


def script(site: str) -> str:
    """All that is said in a place's plain sets, in all positions."""
    voice, said = words("en-GB"), []
    for position in Position:
        step = Step(site, position)
        said.append(voice.text(personalize.first(library(), step, Person())))
        said += [voice.text(beat.line) for beat in personalize.timeline(library(), step, Person()).beats]
    return " ".join(said)


@pytest.mark.parametrize("site", SITES)
def test_a_child_of_ten_could_read_it(site: str) -> None:
    assert textstat.flesch_kincaid_grade(script(site)) <= 5


@pytest.mark.parametrize("site", SITES)
def test_the_first_action_is_short_and_is_said_first(site: str) -> None:
    voice = words("en-GB")
    for position in Position:
        first = voice.text(personalize.first(library(), Step(site, position), Person()))
        assert len(first.split()) <= 12
        assert ("Hold" in first.split(".")[0]) == (position == Position.STANDING), "only who stands is told to hold on"


NEVER_IN_A_SET = re.compile(
    r"\b(knead|ease|five more|toe-tops|alexa|flex|cure|guaranteed|dorsiflex|gastrocnemius)\b", re.IGNORECASE
)


def test_words_that_a_guided_set_never_uses() -> None:
    for site in SITES:
        assert not NEVER_IN_A_SET.search(script(site)), site
        assert all(len(sentence.split()) <= 12 for sentence in re.split(r"[.?!]", script(site)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_words_and_digits_come_from_the_region_alone(language: str) -> None:
    for line, text in words(language).lines.items():
        assert not re.search(r"\d", text), line


def test_check_knows_every_line_that_the_code_names() -> None:
    """Names of lines stand in the code as texts like "talk.help"; `named` has each, so that check sees it missing."""
    files = {path.stem for path in (CONTENT / "words" / "en").glob("*.toml")}
    found = set()
    for path in SKILL.rglob("*.py"):
        if path.parent.name == "check":  # which tells how lines are filled, and says none
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"[a-z]+(?:\.(?!(?:toml|json|html|js|css)$)[a-z_]+)+", node.value)
                and node.value.partition(".")[0] in files
            ):
                found.add(node.value)
    assert found <= set(content_ids.LINES)
    made = re.compile(r"(?:alone|numbers\.\d+|times\.(?:whole|past)|reminders\.(?:remind|cancel|forget))\b")
    known = {line for line in content_ids.LINES if not made.match(line)}
    assert known <= found, "no name that the code has forgotten"
    assert all(words("en-GB").has(line) for line in content_ids.LINES if line != "alone.say")


#: how the code names things of the content, and where `named` has them
NAMED = [
    (r'\.ask\(\s*"(\w+)"', content_ids.QUESTIONS),
    (r'question == "(\w+)"', content_ids.QUESTIONS),
    (r'(?:CHECK\w*|DANGER|HEARD|STEADY) = "(\w+)"', content_ids.QUESTIONS),
    (r'\brung\("(\w+)"\)', content_ids.RUNGS),
    (r'Step\("(\w+)"', content_ids.SCORES),
    (r'Site = "(\w+)"', content_ids.SCORES),
]


@pytest.mark.parametrize(("pattern", "names"), NAMED)
def test_check_knows_every_question_rung_sign_and_score_that_the_code_names(
    pattern: str, names: Collection[str]
) -> None:
    paths = (*(SKILL / "dialogue").glob("*.py"), *(SKILL / "core").glob("*.py"), SKILL / "alexa" / "render" / "apl.py")
    found = re.findall(pattern, "\n".join(path.read_text(encoding="utf-8") for path in paths))
    assert found
    assert set(found) <= set(names)


def test_check_knows_every_question_that_a_list_in_the_code_names() -> None:
    """Such as `IN_CALM` and `LASTING`: a list with one question of the content in it has nothing else."""
    names = [f"skill.dialogue.{path.stem}" for path in (SKILL / "dialogue").glob("*.py") if path.stem != "__init__"]
    modules = [importlib.import_module(name) for name in (*names, "skill.dialogue", "skill.alexa.render.apl")]
    lists = {
        name: set(value)
        for module in modules
        for name, value in vars(module).items()
        if name.isupper()
        and isinstance(value, tuple | set | frozenset | dict)
        and set(value) & set(library().questions)
    }
    assert {"IN_CALM", "LASTING", "ASKED_BEFORE", "NOT_YES_OR_NO"} <= lists.keys()
    for name, questions in lists.items():
        assert questions <= {*content_ids.QUESTIONS, None}, name  # None: no question is open


def test_every_sentence_that_states_a_fact_has_its_source() -> None:
    """Each answer, sign, limit and stretch names sources, and each source has a title and a name for speech."""
    content, voice = library(), words("en-GB")
    assert all(entry.sources for entry in content.answers.values())
    assert all(sign.sources for sign in content.signs.values())
    assert all(question.sources for question in content.questions.values())
    assert all(limit.sources for limit in content.limits.values())
    assert all(sources for score in content.scores.values() for sources in score.sources.values())
    titles = tomllib.loads((CONTENT / "sources.toml").read_text(encoding="utf-8"))
    for source in content.sources:
        assert titles[source]["title"]
        assert voice.has(f"sources.{source}")


def test_every_file_of_words_belongs_to_something_with_a_source() -> None:
    """No line without a source: each file of words is a score's, or one whose entries name theirs, or talk that states nothing."""
    sourced = {"answers", "signs", "questions", "limits", "elsewhere", "sources", "cues", "ladder", "bedtime", "care"}
    sourced |= {"heard"}
    talk = {
        "coaching",
        "places",
        "launch",
        "talk",
        "numbers",
        "regions",
        "voice",
        "times",
        "reminders",
        "screen",
        "card",
    }
    talk |= {"danger_words"}  # heard, and never said
    talk |= {"alone"}  # the calf's set in short: a test of the bundle holds it to the calf's first action
    files = {path.stem for path in (CONTENT / "words" / "en").glob("*.toml")}
    assert files - set(library().scores) <= sourced | talk


def test_every_item_of_the_source_documents_is_said_or_left_out_for_a_reason() -> None:
    items = tomllib.loads((CONTENT / "coverage.toml").read_text(encoding="utf-8"))["items"]
    assert sorted(int(number) for number in items) == list(range(1, 167))
    for number, item in items.items():
        assert bool(item.get("said")) != bool(item.get("left_out")), number


#: what a physiotherapist may want: file, what stands there, what it becomes, what is then heard
EDITS = [
    ("doses.toml", "hold = 30", "hold = 25", "calf.lying", 25.0),
    ("words/en/calf.toml", "Push your heel away.", "Heel away from you.", "calf.lying.opening", "Heel away from you."),
    (
        "words/en/answers.toml",
        "[magnesium]",
        '[turmeric]\nsources = ["nhs"]\nsay = "There is no good proof for turmeric."\n\n[magnesium]',
        "answers.turmeric",
        "There is no good proof for turmeric.",
    ),
]


@pytest.mark.parametrize(("file", "there", "instead", "line", "heard"), EDITS)
def test_an_edit_touches_one_file_and_no_code(
    tmp_path: Path, file: str, there: str, instead: str, line: str, heard: str | float
) -> None:
    shutil.copytree(CONTENT, tmp_path / "content")
    edited = tmp_path / "content" / file
    edited.write_text(edited.read_text(encoding="utf-8").replace(there, instead, 1), encoding="utf-8")
    content = load(tmp_path / "content")
    voice = load_words("en-GB", content.regions, tmp_path / "content")
    # A new topic wants its synonyms in the model, and its words in every other language; both are other tests'.
    assert not [problem for problem in check(tmp_path / "content") if "turmeric" not in str(problem)]
    if isinstance(heard, float):
        assert personalize.timeline(content, Step("calf", "lying"), Person()).beats[1].lasts == heard
        return
    assert voice.text(line) == heard
    if line.startswith("answers."):
        ask = Input("AskIntent", topic=line.removeprefix("answers."))
        conversation, reply = respond(SessionState(), ask, 0.0, content, voice)
        assert voice.text(reply.speech.lines[0].name) == heard
        assert conversation.sources == ("nhs",)


def test_a_new_synonym_is_heard() -> None:
    model = interaction_model.of("en-GB")
    sites = model.types["Site"]
    longer = {**sites, "calf": (*sites["calf"], "wobblybit")}
    assert (
        "Site" not in Recognizer(model, spoken_language.of("en-GB")).recognize("i've got a cramp in my wobblybit").slots
    )
    model = replace(model, types={**model.types, "Site": longer})
    assert (
        Recognizer(model, spoken_language.of("en-GB")).recognize("i've got a cramp in my wobblybit").slots["Site"].id
        == "calf"
    )


def test_unknown_locales_hear_english_and_no_number_that_may_be_wrong() -> None:
    for locale in ("", "xx-YY", "../../etc", "en", "en-ZZ"):
        text = words(locale).text("signs.chest_or_breath")
        assert "your local emergency number" in text
        assert not re.search(r"\d", text)


@pytest.mark.parametrize(
    ("locale", "number"), [("en-GB", "999"), ("en-US", "911"), ("en-CA", "911"), ("en-AU", "000"), ("en-IN", "112")]
)
def test_numbers_belong_to_the_country(locale: str, number: str) -> None:
    assert f"Call {number} now" in words(locale).text("signs.chest_or_breath")
