"""The safety file: each control and each test that it names is there."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

from skill.loading.content import library
from skill.loading.content_files import CONTENT

ROOT = CONTENT.parents[1]
FILE = (ROOT / "docs" / "SAFETY.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"(?m)^\| \d+ \|.*$", FILE)]
CONTROLS = [(row[0], name) for row in ROWS for name in re.findall(r"`([^`]+)`", row[4])]
TESTS = [(row[0], name) for row in ROWS for name in re.findall(r"`([^`]+)`", row[5])]


def resolved(name: str) -> object:
    """The object that a dotted name of the skill stands for; raises AttributeError or ImportError where there is none."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise ImportError(name)


def test_there_are_hazards_and_each_says_all_that_it_must() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) >= 14
    assert all(len(row) == 7 and all(row) for row in ROWS)
    assert {row[0] for row in ROWS} == {number for number, _ in CONTROLS} == {number for number, _ in TESTS}


@pytest.mark.parametrize(("hazard", "control"), CONTROLS)
def test_each_control_is_there(hazard: str, control: str) -> None:
    file, _, key = control.partition(": ")
    if not key:
        assert resolved(control) is not None, hazard
        return
    found = tomllib.loads((CONTENT / file).read_text(encoding="utf-8"))
    for part in key.split("."):
        assert part in found, (hazard, control)
        found = found[part]


@pytest.mark.parametrize(("hazard", "named"), TESTS)
def test_each_test_is_there(hazard: str, named: str) -> None:
    file, _, name = named.partition("::")
    assert re.search(rf"(?m)^def {name}\(", (ROOT / file).read_text(encoding="utf-8")), (hazard, named)


def test_the_countries_are_those_that_have_numbers() -> None:
    names = {"AU": "Australia", "GB": "Britain", "CA": "Canada", "IN": "India", "US": "the United States"}
    assert names.keys() == library().regions.keys()
    assert all(name in FILE for name in names.values())
    assert Path(ROOT / "skill" / "content" / "reviewed.toml").is_file()
