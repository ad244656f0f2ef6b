"""Who has reviewed what, and which sources are to be looked at again."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from skill.__main__ import main
from skill.loading.content_files import CONTENT
from skill.tools.check import check, reviews


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def record(root: Path, part: str, hashed: str) -> None:
    file = root / "reviewed.toml"
    review = f'[{part}]\nreviewer = "A. Nurse"\ndate = 2027-01-31\nhash = "{hashed}"\n'
    file.write_text(file.read_text(encoding="utf-8").replace(f"\n[{part}]\n", f"\n{review}"), encoding="utf-8")


def test_today_nobody_has_reviewed_it_and_check_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skill.tools.check.check", lambda _: ())
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    for part in reviews.PARTS:
        assert f"{part}: not clinically reviewed (hash {reviews.fingerprint(CONTENT, part)})" in said


def test_what_is_reviewed_is_told_of_no_more_until_it_changes(root: Path) -> None:
    record(root, "limits", reviews.fingerprint(root, "limits"))
    assert not [note for note in reviews.unreviewed(root) if note.startswith("limits")]
    limits = root / "limits.toml"
    text = limits.read_text(encoding="utf-8")
    limits.write_text(f"# A comment says nothing.\n{text}", encoding="utf-8")
    assert not [note for note in reviews.unreviewed(root) if note.startswith("limits")]
    limits.write_text(text.replace("hold = 10", "hold = 12"), encoding="utf-8")
    (note,) = [note for note in reviews.unreviewed(root) if note.startswith("limits")]
    assert note.startswith("limits: changed since A. Nurse reviewed it on 2027-01-31")


def test_a_record_that_cannot_be_read_is_named(root: Path) -> None:
    record(root, "signs", "")
    assert "content/reviewed.toml: signs.hash: found ''" in "\n".join(map(str, check(root)))


def test_a_part_that_is_not_there_is_named(root: Path) -> None:
    file = root / "reviewed.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[ladder]", "[latter]"), encoding="utf-8")
    assert "content/reviewed.toml: ladder: found None" in "\n".join(map(str, check(root)))


def test_a_source_is_to_be_looked_at_again_when_its_time_is_past() -> None:
    assert not list(reviews.overdue(CONTENT, date(2026, 11, 30)))
    assert "sources.nhs: to be looked at again by 2027-05-31" in list(reviews.overdue(CONTENT, date(2027, 6, 1)))
