"""The checklist for a submission names tests that there are: a renamed test must not leave an empty promise."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKLIST = (ROOT / "docs" / "CERTIFICATION.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.(?:py|toml))::([^`]+)`", CHECKLIST)
ROWS = [
    line for line in CHECKLIST.splitlines() if line.startswith("|") and not re.match(r"\|(---| Amazon looks)", line)
]


def names_in(path: Path) -> set[str]:
    """The tests of a file; of conversations, their names."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return {conversation["name"] for conversation in tomllib.loads(text)["conversation"]}
    return {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_every_test_that_is_named_exists(file: str) -> None:
    assert {name for other, name in NAMED if other == file} - names_in(ROOT / file) == set()


def test_every_row_has_a_test_or_a_person() -> None:
    assert len(ROWS) >= 40
    for row in ROWS:
        assert re.search(r"`tests/[^`]+::[^`]+`|\*\*a person\*\*|not used", row), row


def test_every_test_that_is_named_is_looked_up() -> None:
    """So that a slip of the pen in a path does not go unseen."""
    assert CHECKLIST.count("`tests/") == len(NAMED)
