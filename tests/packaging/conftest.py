"""A copy of what the package is made from, in English alone, and without what the person at this machine has filled in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.packaging.bundle import built

ROOT = Path(__file__).parents[2]

SKILL_ID = "amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef"
FUNCTION = "arn:aws:lambda:eu-west-1:210987654321:function:cramp-coach:live"
MINE = f"""
skill_id = "{SKILL_ID}"
region = "eu-west-1"
endpoint = "{FUNCTION}"
[provider]
name = "Somebody & Sons"
contact = "coach@somebody.test"
[pages.en]
privacy = "https://somebody.test/en/privacy.html"
terms = "https://somebody.test/en/terms.html"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copy = tmp_path / "repository"
    for folder in ("store", "interaction_model", "docs/en"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("mine.toml"))
    for file in (copy / "store").glob("??.toml"):
        if file.stem != "en":
            file.unlink()
    for language in (copy / "interaction_model").iterdir():
        if language.name != "en":
            shutil.rmtree(language)
    return copy


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """What `package` makes of the function: the folder that holds function/ and function.zip."""
    base = tmp_path_factory.getbasetemp()
    return built(base if worker_id == "master" else base.parent)
