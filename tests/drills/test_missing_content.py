"""A content file that is missing or spoilt: said at once, with its name, and never found out at night."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from skill.check import check
from skill.library import CONTENT, load, load_words
from skill.tables import ContentError

ROOT = Path(__file__).parents[2]
TABLES = sorted(path.name for path in CONTENT.glob("*.toml") if path.name != "coverage.toml")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def _loaded(root: Path) -> None:
    load_words("en", load(root).regions, root)


@pytest.mark.parametrize("name", TABLES)
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


@pytest.mark.parametrize("name", ["coverage.toml", "scores/calf.toml", "words/en/calf.toml", "words/en/care.toml"])
def test_what_several_files_are_needed_to_see_is_seen_by_check(name: str, content: Path) -> None:
    (content / name).unlink()
    try:
        problems = [str(problem) for problem in check(content)]
    except ContentError as error:
        problems = [str(error)]
    assert problems
    assert any(Path(name).stem in problem for problem in problems)


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
