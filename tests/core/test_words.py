"""How the words read: grades, alternatives, and what one locale says otherwise."""

from __future__ import annotations

import re

import pytest
import textstat

from skill.core import personalize
from skill.core.vocabulary import Level
from skill.loading.content import library, words
from skill.loading.content_files import CONTENT
from skill.loading.locale_words import load_words
from skill.tools.check import every_set
from skill.tools.check.lines import heard_question

IN_A_CRAMP, ELSEWHERE = 5, 6  #: grades of school, at most
SIGNS = [name for name, sign in library().signs.items() if sign.level]
ANSWERS = [line for line in words("en-GB").lines if line.startswith("answers.")]
#: medicines, diseases, and who is asked about them
NAMES = re.compile(
    r"\b(magnesium|potassium|calcium|vitamins?|ibuprofen|acetaminophen|paracetamol|naproxen|quinine|gabapentin|verapamil|diltiazem"
    r"|statins?|warfarin|dialysis|diabetes|parkinson's|thyroid|parathyroid|physiotherapist|pharmacist|osteoporosis|sclerosis"
    r"|menopause|pregnan\w+|midwife|maternity|medicines?)\b",
    re.IGNORECASE,
)


def grade(text: str) -> float:
    """The grade of school at which a text is read, names left out: a name of a medicine has no easier word."""
    plain = NAMES.sub("it", re.sub(r"\{[A-Z]+\}", "them", text))
    found: float = textstat.flesch_kincaid_grade(plain)
    return found


def test_every_set_reads_easily() -> None:
    voice, seen = words("en-GB"), set()
    for step, person in every_set(library()):
        timeline = personalize.timeline(library(), step, person)
        lines = (personalize.first(library(), step, person), *(beat.line for beat in timeline.beats))
        if lines not in seen:
            seen.add(lines)
            assert grade(" ".join(map(voice.text, lines))) <= IN_A_CRAMP, (step.id, person.limits)
    assert len(seen) > 300


@pytest.mark.parametrize("name", SIGNS)
def test_every_care_line_reads_easily_with_its_question(name: str) -> None:
    sign, lines = library().signs[name], words("en-GB").lines
    said = lines[f"signs.{name}"]
    if sign.level is not Level.SOON:
        said += " " + lines[library().questions[sign.ends_in].line if sign.ends_in else heard_question(name)]
    assert grade(said) <= IN_A_CRAMP, said


@pytest.mark.parametrize("line", ANSWERS)
def test_every_answer_reads_easily(line: str) -> None:
    said = words("en-GB").lines[line]
    assert grade(said) <= ELSEWHERE, said


@pytest.mark.parametrize("locale", ["en-GB", "en-US"])
def test_no_question_has_more_than_three_alternatives(locale: str) -> None:
    for question in library().questions.values():
        line = question.line
        for sentence in re.findall(r"[^.?!]*\?", words(locale).lines.get(line, "")):
            among = re.split(r", or |, | or ", (sentence.partition(":")[2] or sentence).replace("cold, numb", "cold"))
            assert len(among) <= 3, sentence


def test_the_same_thing_is_called_what_it_is_called_there() -> None:
    american, british = words("en-US"), words("en-GB")
    assert "Water pills" in american.text("answers.medicines")
    assert "Water tablets" in british.text("answers.medicines")
    assert "a seizure" in american.text("signs.low_calcium")
    assert "a fit" in words("en-AU").text("signs.low_calcium")
    assert words("en-CA").text("answers.medicines") == american.text("answers.medicines")


def test_an_overlay_holds_only_what_differs() -> None:
    plain = load_words("en", library().regions)
    assert plain.overlays["en-GB"]
    for locale, lines in plain.overlays.items():
        assert all(plain.lines[line] != text for line, text in lines.items()), locale
    files = {path.stem for path in (CONTENT / "words" / "en-GB").glob("*.toml")} - {"locales"}
    assert files == {line.partition(".")[0] for line in plain.overlays["en-GB"]}
