"""The desk's `check`: what is broken in the content, in a translation, or in the run itself, is named by file and key."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from skill.__main__ import main
from skill.core import personalize
from skill.core.personalize import Person
from skill.core.schema import ANY
from skill.core.vocabulary import Form, Position, Step
from skill.loading.content import library
from skill.loading.content_files import CONTENT, read, shown
from skill.loading.locale_words import load_words
from skill.loading.strict_table import ContentError
from skill.tools.check import check, every_set

ROOT = CONTENT.parents[1]


def test_check_passes_over_no_set() -> None:
    """It leaves out limits that change nothing: whatever limit somebody has, their set is one that it has looked at."""
    content, looked_at = library(), set()
    for step, person in every_set(content):
        looked_at.add((personalize.first(content, step, person), personalize.timeline(content, step, person)))
    for (site, score), limits in product(content.scores.items(), [(), *((limit,) for limit in content.limits)]):
        positions = Position if ANY in score.sources else score.sources
        forms = [form for form in Form if (score.dose, form) in content.doses]
        for position, form, hold, slower in product(positions, forms, (None, 15.0, 20.0, 30.0), (False, True)):
            step, person = (
                personalize.adapt_set(content, Step(site, str(position), form), limits),
                Person(limits, hold, slower),
            )
            if form is Form.PART_TWO and personalize.one_part(content, step, limits):
                continue  # it ends with its first part
            assert (personalize.first(content, step, person), personalize.timeline(content, step, person)) in looked_at


#: file, what stands there, what it is replaced by, and what the message must name
BREAKAGES = [
    ("scores/calf.toml", 'dose = "large"', 'dose = "huge"', "scores/calf.toml: dose: found 'huge', expected one of"),
    ("scores/calf.toml", 'dose = "large"', 'dose = "large"\nspeed = 3', "scores/calf.toml: speed: found 3"),
    ("scores/calf.toml", "[lying]\nsources = [", "[lying]\nsource = [", "scores/calf.toml: lying.sources: found None"),
    ("scores/foot.toml", 'dose = "small"', "dose =", "scores/foot.toml: line 2: found 'dose =', expected a value"),
    (
        "questions.toml",
        'says_yes = ["dehydration_maybe", "pregnant"]',
        'says_yes = ["dehydration_maybe", "pregnancy"]',
        "questions.toml: abdomen.says_yes: found 'pregnancy', expected one of",
    ),
    (
        "scores/calf.toml",
        "leg = true\n",
        "",
        "scores/calf.toml: leg: found False, expected either leg = true, or [calf] in",
    ),
    ("scores/hand.toml", "dose", "leg = true\ndose", "scores/hand.toml: leg: found True, expected either"),
    (
        "words/en/calf.toml",
        "Push your heel away.",
        "Push your heel away \U0001f9b6.",
        "words/en/calf.toml: lying.opening: found '\U0001f9b6', expected words: no emoji or other sign",
    ),
    (
        "doses.toml",
        "hold = 30",
        "hold = 31",
        "doses.toml: large.plain[0].hold: found 31, expected a number of seconds, 0 to 30",
    ),
    ("doses.toml", "hold = 30", "hold = -30", "doses.toml: large.plain[0].hold: found -30"),
    ("doses.toml", "hold = 30", "hold = nan", "doses.toml: large.plain[0].hold: found nan"),
    ("doses.toml", "hold = 30", 'hold = "thirty"', "doses.toml: large.plain[0].hold: found 'thirty'"),
    (
        "doses.toml",
        'line = "cues.ten_more"',
        'line = "cues.eleven_more"',
        "words/en/cues.toml: eleven_more: found None",
    ),
    (
        "words/en/calf.toml",
        'first = "Slowly straighten',
        'fist = "Slowly straighten',
        "words/en/calf.toml: lying.first",
    ),
    (
        "words/en/calf.toml",
        "Push your heel away.",
        "Push your heel away from you as far as ever you can.",
        "words/en/calf.toml: lying.opening",
    ),
    (
        "words/en/calf.toml",
        "Slowly straighten",
        "Now please very slowly and gently straighten",
        "words/en/calf.toml: lying.first",
    ),
    (
        "words/en/signs.toml",
        "Call {EMERGENCY} now.",
        "Call {EMERGENCE} now.",
        "words/en/signs.toml: chest_or_breath",
    ),
    ("signs.toml", 'level = "emergency"', 'level = "dire"', "signs.toml: chest_or_breath.level: found 'dire'"),
    ("signs.toml", 'ask = "clot_maybe"', 'ask = "clot_perhaps"', "signs.toml: clot_maybe.ask: found 'clot_perhaps'"),
    ("questions.toml", 'sign = "clot"', 'sign = "clod"', "questions.toml: numb_or_cold.silence.sign: found 'clod'"),
    ("questions.toml", "means = { back =", "means = { bak =", "questions.toml: front_or_back.means: found 'bak'"),
    ("questions.toml", 'go = "eased"', 'go = "easy"', "questions.toml: gone.yes.go: found 'easy'"),
    ("ladder.toml", 'set = "warm"', 'set = "hot"', "ladder.toml: rung[8].set: found 'hot'"),
    (
        "limits.toml",
        "[hip_replacement.sites.calf]",
        "[hip_replacement.sites.cow]",
        "limits.toml: hip_replacement.sites: found 'cow'",
    ),
    (
        "words/en/answers.toml",
        "sources = [",
        'because = "so"\nsources = [',
        "words/en/answers.toml: what_is_it.because",
    ),
    (
        "words/en/calf.toml",
        'rub = "Do not reach down.',
        'rubb = "Do not reach down.',
        "words/en/calf.toml: hip_replacement.rub: found None",
    ),
    (
        "words/en/talk.toml",
        'long = "',
        'longer = "',
        "words/en/talk.toml: longer: found 'Longer, then.', expected no such",
    ),
    (
        "limits.toml",
        'lines = ["tip"]',
        'lines = ["tipp"]',
        "words/en/rest.toml: driving.tipp: found None",
    ),
    ("elsewhere.toml", 'sign = "not_the_leg"', "", "elsewhere.toml: chest.ask: found None"),
    ("signs.toml", 'sources = ["nhs_pad"]', "sources = []", "signs.toml: artery_disease.sources: found []"),
    ("sources.toml", 'title = "NHS: leg cramps"', 'tittle = "NHS"', "sources.toml: nhs.title: found None"),
    (
        "signs.toml",
        "[rupture]",
        '[snap]\nlevel = "soon"\nsources = ["nhs"]\n\n[rupture]',
        "words/en/signs.toml: snap: found",
    ),
    ("regions.toml", "[GB]\nemergency", "[GR]\nemergency", "regions.toml: GB.emergency: found None"),
    ("regions.toml", 'number = "999"', "number = 999", "regions.toml: GB.emergency.number: found 999"),
    ("regions.toml", 'number = "999"', 'number = "none"', "regions.toml: GB.emergency.number: found 'none'"),
    ("regions.toml", 'number = "111"', 'number = ""', "regions.toml: GB.nurse.number: found '', expected some words"),
    (
        "regions.toml",
        'source = "crisis_gb"',
        'source = "me"',
        "regions.toml: GB.crisis.source: found 'me', expected one",
    ),
    ("regions.toml", "read = 2026-11-30", "read = 2026", "regions.toml: AU.emergency.read: found 2026, expected"),
    ("words/en-GB/signs.toml", "a fit or", "a seizure or", "words/en-GB/signs.toml: poison: found "),
    ("words/en-GB/signs.toml", "poison =", "poisson =", "words/en-GB/signs.toml: poisson: found "),
    ("words/en-GB/locales.toml", "locales =", "for =", "words/en-GB/locales.toml: locales: found None"),
    # places, and what cannot be said
    (
        "words/en/signs.toml",
        "Call {EMERGENCY} now.",
        "Call {HOLD} now.",
        "words/en/signs.toml: chest_or_breath: found '",
    ),
    (
        "words/en/signs.toml",
        "Call {EMERGENCY} now.",
        "Call {Emergency} now.",
        "words/en/signs.toml: chest_or_breath: found '",
    ),
    (
        "words/en/signs.toml",
        "Call {EMERGENCY} now.",
        "Call 911 now.",
        "words/en/signs.toml: chest_or_breath: found '",
    ),
    (
        "words/en/signs.toml",
        "Call {EMERGENCY} now.",
        "Call now.",
        "words/en/signs.toml: chest_or_breath: found 'Stop stretching. Call",
    ),
    (
        "words/en/signs.toml",
        "Call {NURSE} now. It could",
        "Call now. It could",
        "words/en/signs.toml: clot: found 'Stop. Do not rub it. Call now",
    ),
    ("words/en/heard.toml", 'infection = "', 'infektion = "', "words/en/heard.toml: infection: found None"),
    ("words/en/heard.toml", 'infection = "', 'cold = "No."\ninfection = "', "words/en/heard.toml: cold: found 'No.'"),
    ("signs.toml", 'ends_in = "crisis"', 'ends_in = "crises"', "signs.toml: crisis.ends_in: found 'crises'"),
    ("signs.toml", 'family = "fall"', "", "signs.toml: fall_maybe.family: found None, expected a question, and"),
    ("questions.toml", 'clot_maybe = "clot"', 'clot_perhaps = "clot"', "questions.toml: check.tells: found 'clot_per"),
    ("limits.toml", 'ask_before = "cast"', 'ask_before = "past"', "limits.toml: cast.ask_before: found 'past'"),
    (
        "limits.toml",
        'silent_with = ["helper"]',
        'silent_with = ["me"]',
        "limits.toml: hip_replacement.sites.calf.silent",
    ),
    (
        "words/en/calf.toml",
        "Push your heel away.",
        "Push your heel {AWAY}.",
        "words/en/calf.toml: lying.opening: found",
    ),
    ("words/en/calf.toml", "Push your heel away.", "Heel away. <break/>", "words/en/calf.toml: lying.opening: found"),
    ("words/en/calf.toml", "Push your heel away.", " ", "words/en/calf.toml: lying.opening: found ' ', expected some"),
    ("words/en/alone.toml", "Slowly", "Call {NURSE}. Slowly", "words/en/alone.toml: say: found '"),
    ("words/en/numbers.toml", '13 = "thirteen"', '13 = "{NUMBER}"', "words/en/numbers.toml: 13: found '{NUMBER}'"),
    (
        "words/en/times.toml",
        '13 = "one {MINUTES}',
        '13 = "one {TIME}',
        "words/en/times.toml: past.13: found 'one {TIME}",
    ),
    ("words/en/times.toml", '13 = "one {MINUTES}', '13 = "one', "words/en/times.toml: past.13: found 'one in the"),
    ("words/en/talk.toml", "comes from {SOURCE}", "comes from {MORE}", "words/en/talk.toml: source: found 'That comes"),
    ("words/en/reminders.toml", 'day at {TIME}."', 'day {SET}."', "words/en/reminders.toml: remind.done: found"),
    ("words/en/questions.toml", 'check = "', 'check = "{TIME}: ', "words/en/questions.toml: check: found '{TIME}"),
    (
        "words/en/regions.toml",
        "your local emergency number",
        "911",
        "words/en/regions.toml: emergency.unknown: found '911",
    ),
    # the voice
    ("words/en/voice.toml", 'rate = "90%"', 'rate = "90"', "words/en/voice.toml: voices.soft.rate: found '90'"),
    ("words/en/voice.toml", 'rate = "90%"', 'rate = "19%"', "words/en/voice.toml: voices.soft.rate: found '19%'"),
    ("words/en/voice.toml", 'rate = "90%"', 'rate = "201%"', "words/en/voice.toml: voices.soft.rate: found '201%'"),
    (
        "words/en/voice.toml",
        'volume = "soft"',
        'volume = "sofft"',
        "words/en/voice.toml: voices.soft.volume: found 'so",
    ),
    ("words/en/voice.toml", 'volume = "soft"', 'volume = "silent"', "words/en/voice.toml: voices.soft.volume: found"),
    (
        "words/en/voice.toml",
        "longer = 0.95",
        "longer = -0.95",
        "words/en/voice.toml: voices.normal.longer: found -0.95",
    ),
    (
        "words/en/voice.toml",
        "slack = 1.13",
        "slack = 0.13",
        "words/en/voice.toml: length.slack: found 0.13, expected a",
    ),
    ("words/en/voice.toml", "letter = 0.064", "letter = 0.0064", "words/en/voice.toml: length.letter: found 0.0064"),
    ("words/en/voice.toml", 'phrases = ["', 'phrases = ["", "', "words/en/voice.toml: phrases: found ["),
    # the ladder
    ("ladder.toml", 'then = "second"', 'then = "secnd"', "ladder.toml: check.then: found 'secnd', expected one of"),
    ("ladder.toml", 'name = "seated"', 'name = "second"', "ladder.toml: rung[3].name: found 'second', expected no"),
    ("ladder.toml", 'set = "warm"', 'set = "part_one"', "ladder.toml: warm.set: found 'part_one', expected one of"),
    ("ladder.toml", 'score = "jiggle"', 'score = "bedtime"', "ladder.toml: jiggle.set: found 'plain', expected one of"),
    ("ladder.toml", "stop_after = 900", "stop_after = 600", "ladder.toml: clock.stop_after: found 600, expected more"),
    (
        "ladder.toml",
        "seconds = 15",
        "seconds = 600",
        "ladder.toml: way[0].seconds: found 600, expected a number of seconds",
    ),
    ("ladder.toml", 'from = "lying"', 'from = "standing"', "ladder.toml: way: found ["),
    ("scores/jiggle.toml", '"shin"]', '"shine"]', "scores/jiggle.toml: only_for: found 'shine'"),
    # elsewhere, limits, sources
    ("elsewhere.toml", '["nhs_pe"]', '["nhs_pee"]', "elsewhere.toml: chest.sources: found 'nhs_pee', expected one of"),
    (
        "elsewhere.toml",
        'sign = "not_the_leg"',
        'sign = "not_the_leg"\nask = "neck"',
        "elsewhere.toml: chest.sign: found 'not_the_leg', expected either",
    ),
    ("limits.toml", '["calf", "lower', '["caf", "lower', "limits.toml: hip_replacement.check_first: found 'caf'"),
    (
        "limits.toml",
        "hold = 10",
        "hold = 40",
        "limits.toml: child.hold: found 40, expected a number of seconds, 5 to 30",
    ),
    (
        "signs.toml",
        "[rupture]",
        '[snap]\nlevel = "soon"\n\n[rupture]',
        "signs.toml: snap.sources: found None, expected whose word it is: a list of ids of sources.toml",
    ),
    # what is only too long slowed down, or where it may be a reprompt
    ("doses.toml", "settle = 3", "settle = 42", "scores/back_thigh.toml: lying.plain: found 1"),
    (
        "words/en/bedtime.toml",
        'next = "Now',
        f'next = "{"Well done. " * 40}Now',
        "scores/bedtime.toml: standing.part_two",
    ),
]


@pytest.mark.parametrize(("file", "there", "instead", "named"), BREAKAGES)
def test_a_broken_file_is_named_with_its_key(tmp_path: Path, file: str, there: str, instead: str, named: str) -> None:
    shutil.copytree(CONTENT, tmp_path / "content")
    broken = tmp_path / "content" / file
    text = broken.read_text(encoding="utf-8")
    assert there in text
    broken.write_text(text.replace(there, instead, 1), encoding="utf-8")
    assert any(str(problem).startswith(f"content/{named}") for problem in check(tmp_path / "content"))


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(CONTENT, tmp_path / "content")
    (tmp_path / "content" / "ladder.toml").unlink()
    assert main(["check", "--content", str(tmp_path / "content")]) == 1
    assert "content/ladder.toml: (file): found None" in capsys.readouterr().err


def test_what_was_found_before_a_file_that_cannot_be_read_is_still_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(CONTENT, tmp_path / "content")
    for file, there, instead in (
        ("ladder.toml", 'then = "second"', 'then = "secnd"'),
        ("coverage.toml", "[items.166]", "[items.166"),
        ("words/en/signs.toml", "Call {EMERGENCY} now.", "Call 911 now."),
    ):
        broken = tmp_path / "content" / file
        text = broken.read_text(encoding="utf-8")
        assert there in text
        broken.write_text(text.replace(there, instead, 1), encoding="utf-8")
    assert main(["check", "--content", str(tmp_path / "content")]) == 1
    said = capsys.readouterr().err
    assert [line.split(": ")[0] for line in said.splitlines()] == [
        "content/ladder.toml",
        "content/coverage.toml",
        "content/words/en/signs.toml",
        "content/words/en-GB/signs.toml",
    ]


def test_a_file_is_named_as_it_lies_in_the_repository() -> None:
    assert shown(CONTENT / "words" / "en" / "calf.toml") == "skill/content/words/en/calf.toml"
    with pytest.raises(ContentError, match=r"^skill/content/scores/cow\.toml: \(file\): found None"):
        read(CONTENT / "scores" / "cow.toml")


#: the same for another language: file, what stands there, what it is replaced by, and what the message must name
MISTRANSLATIONS = [
    (
        "answers.toml",
        'say = "',
        'sya = "Ja."\nsay = "',
        "answers.toml: what_is_it.sya: found 'Ja.', expected no such key",
    ),
    ("answers.toml", 'say = "', 'sources = ["nhs"]\nsay = "', "answers.toml: what_is_it.sources: found ['nhs']"),
    (
        "answers.toml",
        "[what_is_it]",
        "[was_ist_das]",
        "answers.toml: what_is_it: found None, expected this line, as in",
    ),
    ("signs.toml", "Call {EMERGENCY} now.", "Call 112 now.", "signs.toml: chest_or_breath: found 'Stop str"),
    ("signs.toml", "Call {EMERGENCY} now.", "Call now.", "signs.toml: chest_or_breath: found 'Stop stretching"),
    ("signs.toml", "Call {EMERGENCY} now.", "Call <b>now.", "signs.toml: chest_or_breath: found 'Stop stret"),
    (
        "regions.toml",
        "a nurse line",
        "116 117",
        "regions.toml: nurse.unknown: found '116 117 or a doctor', expected words",
    ),
    ("voice.toml", 'volume = "soft"', 'volume = "leise"', "voice.toml: voices.soft.volume: found 'leise', expected"),
    (
        "calf.toml",
        "Push your heel away.",
        "Push your heel away from you as far as ever you can.",
        "calf.toml: lying.opening: found 'Push",
    ),
]


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second language, in the skill's own words."""
    root = Path(shutil.copytree(CONTENT, tmp_path_factory.mktemp("translated") / "content"))
    shutil.copytree(root / "words" / "en", root / "words" / "xx")
    answers = root / "words" / "xx" / "answers.toml"
    answers.write_text(re.sub(r"\nsources = .*", "", answers.read_text(encoding="utf-8")), encoding="utf-8")
    return root


def test_a_language_of_other_content_is_looked_at_in_its_own_words(translated: Path) -> None:
    """It has all that it needs but the model and the listing, and a locale of it speaks it."""
    found = [str(problem) for problem in check(translated)]
    assert found == ["store/xx.toml: (file): found None, expected the listing of content/words/xx"]
    lines = translated / "words" / "xx" / "talk.toml"
    lines.write_text(lines.read_text(encoding="utf-8").replace("Longer, then.", "So. Länger."), encoding="utf-8")
    assert load_words("xx-XX", {}, translated).text("talk.long") == "So. Länger."
    assert load_words("en-XX", {}, translated).text("talk.long") == "Longer, then."


@pytest.mark.parametrize(("file", "there", "instead", "named"), MISTRANSLATIONS)
def test_a_broken_translation_is_named_with_its_key(
    translated: Path, file: str, there: str, instead: str, named: str
) -> None:
    broken = translated / "words" / "xx" / file
    text = broken.read_text(encoding="utf-8")
    assert there in text
    try:
        broken.write_text(text.replace(there, instead, 1), encoding="utf-8")
        assert any(str(problem).startswith(f"content/words/xx/{named}") for problem in check(translated))
    finally:
        broken.write_text(text, encoding="utf-8")


def run(program: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-c", program.replace("python", sys.executable, 1)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_a_reader_who_has_seen_enough_gets_no_traceback() -> None:
    """As in `python -m skill play calf | head -1`: here there is nobody who reads at all."""
    said = run("python -m skill play calf > >(exec 0<&-); exit $?")
    assert said.stderr == ""


def test_check_needs_nothing_of_amazons() -> None:
    said = run("""python -c 'import sys, skill.tools.check; print([name for name in sys.modules if "ask_" in name])'""")
    assert (said.stdout, said.stderr) == ("[]\n", "")
