"""A content file that is missing or spoilt: said at once, with its name, and never found out at night."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from skill.core.content_ids import SCORES
from skill.loading.content_files import CONTENT
from skill.loading.content_tables import load
from skill.loading.locale_words import load_words
from skill.loading.strict_table import ContentError
from skill.tools.check import check

ROOT = Path(__file__).parents[2]
TABLES = sorted(path.name for path in CONTENT.glob("*.toml") if path.name not in ("coverage.toml", "reviewed.toml"))
#: A country's own words may be absent, and the record of reviews is read by `check` alone.
OPTIONAL = ("reviewed.toml", "words/en-GB/")
FILES = sorted(
    name for path in CONTENT.rglob("*.toml") if not (name := str(path.relative_to(CONTENT))).startswith(OPTIONAL)
)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def _loaded(root: Path) -> None:
    load_words("en", load(root).regions, root)


def _problems(root: Path) -> Iterator[str]:
    """What `check` prints, one by one: whoever has found what they look for need not wait for the rest."""
    try:
        yield from map(str, check(root))
    except ContentError as error:
        yield str(error)


@pytest.mark.parametrize(
    "name", [*TABLES, *(f"scores/{name}.toml" for name in SCORES), "words/en/regions.toml", "words/en/voice.toml"]
)
def test_a_table_that_is_not_there_is_named_at_load(name: str, content: Path) -> None:
    (content / name).unlink()
    with pytest.raises(ContentError) as missing:
        _loaded(content)
    assert str(missing.value).startswith(f"content/{name}: ")


@pytest.mark.parametrize("name", [*TABLES, "words/en/calf.toml", "scores/calf.toml"])
@pytest.mark.parametrize("spoilt", [b"hold = \n", b"\xff\xfe\x00", b"[[[", b"<html>"], ids=repr)
def test_a_file_that_is_no_toml_is_named_at_load(name: str, spoilt: bytes, content: Path) -> None:
    (content / name).write_bytes(spoilt)
    with pytest.raises(ContentError) as broken:
        _loaded(content)
    assert str(broken.value).startswith(f"content/{name}: ")


@pytest.mark.parametrize("name", FILES)
def test_check_names_each_file_that_is_not_there(name: str, content: Path) -> None:
    """Or a key of it, where another file speaks of it: `calf.standing.first`, `limits.child.heard`."""
    (content / name).unlink()
    assert any(
        problem.startswith(f"content/{name}: ") or f"'{Path(name).stem}." in problem for problem in _problems(content)
    )


@pytest.mark.parametrize(
    ("file", "there", "instead", "named"),
    [
        ("questions.toml", "[steady_to_walk]", "[steady_to_run]", "questions.toml: steady_to_walk: found None"),
        ("ladder.toml", 'name = "jiggle"', 'name = "wriggle"', "ladder.toml: jiggle: found None"),
        (
            "signs.toml",
            "[long_cramp_tonight]",
            "[long_one_tonight]",
            "questions.toml: danger_when_worse.silence.sign: found 'long_cramp_tonight'",
        ),
        ("words/en/talk.toml", "keep_on =", "keep_up =", "words/en/talk.toml: keep_on: found None"),
    ],
)
def test_check_names_what_code_or_other_content_names(
    file: str, there: str, instead: str, named: str, content: Path
) -> None:
    text = (content / file).read_text(encoding="utf-8")
    (content / file).write_text(text.replace(there, instead, 1), encoding="utf-8")
    assert any(problem.startswith(f"content/{named}") for problem in _problems(content))


def test_check_names_what_nobody_can_say(content: Path) -> None:
    """A place, a sign and an answer that the interaction model has no words for would never be heard of."""
    shutil.copy(content / "scores" / "hand.toml", content / "scores" / "eyelid.toml")
    for file, table in (
        ("signs.toml", '[blinking]\nlevel = "soon"\nsources = ["nhs"]'),
        ("words/en/answers.toml", '[eye_drops]\nsources = ["nhs"]\nsay = "They are for the eye."'),
    ):
        with (content / file).open("a", encoding="utf-8") as end:
            end.write(f"\n{table}\n")
    found = list(_problems(content))
    for name in ("Site.txt: [eyelid]", "Topic.txt: [eye_drops]", "Sign.txt: [blinking]"):
        assert any(problem.startswith(f"interaction_model/en/slots/{name}: found None") for problem in found)


def test_the_desk_says_so_without_a_traceback(content: Path) -> None:
    (content / "signs.toml").unlink()
    said = subprocess.run(
        [sys.executable, "-m", "skill", "check", "--content", str(content)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 1
    assert said.stderr.startswith("content/signs.toml: ")
    assert "Traceback" not in said.stderr
