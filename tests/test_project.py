"""What is installed is pinned, all of it, and the function needs only what its own file says."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.instruments import deploy_tool

ROOT = Path(__file__).parents[1]
#: environments of their own, with what others need too, and maybe other versions of it
DEPLOY, AUDIT = ROOT / "requirements" / "deploy.txt", ROOT / "requirements" / "audit.txt"
FILES = [ROOT / "requirements.txt", *sorted({*(ROOT / "requirements").glob("*.txt")} - {DEPLOY, AUDIT})]


def _pins(file: Path) -> dict[str, Requirement]:
    """The requirements that a file names itself, by their canonical names."""
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in file.read_text(encoding="utf-8").splitlines())
    named = [Requirement(line) for line in lines if line and not line.startswith("-r")]
    return {canonicalize_name(requirement.name): requirement for requirement in named}


def _needed_by(names: set[str]) -> set[str]:
    """These packages and, as far as they are installed, all that they need here."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        try:
            needs = [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:  # of another platform
            continue
        waiting += [
            canonicalize_name(need.name) for need in needs if not need.marker or need.marker.evaluate({"extra": ""})
        ]
    return found


def test_every_requirement_is_pinned_to_one_version() -> None:
    for file in [*FILES, DEPLOY, AUDIT]:
        for name, requirement in _pins(file).items():
            assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), f"{file.name}: {name}"


def test_no_package_is_pinned_twice() -> None:
    named = [name for file in FILES for name in _pins(file)]
    assert sorted(named) == sorted(set(named))


def test_what_the_pinned_packages_need_is_pinned_too() -> None:
    pinned = {name for file in FILES for name in _pins(file)}
    installed = pinned - {"aws-sam-cli"}  # installed without what it needs
    assert _needed_by(installed) - pinned == set()


def test_the_deploy_environment_holds_what_is_pinned_and_nothing_else() -> None:
    pip = [deploy_tool("python"), "-m", "pip", "--disable-pip-version-check"]
    listed = subprocess.run([*pip, "list", "--format=json"], capture_output=True, check=True, timeout=60).stdout
    installed = {canonicalize_name(row["name"]): f"=={row['version']}" for row in json.loads(listed)}
    installed.pop("pip")
    pinned = {name: str(requirement.specifier) for name, requirement in _pins(DEPLOY).items()}
    assert installed == pinned
    emulator = _pins(ROOT / "requirements" / "cloud.txt")["aws-sam-cli"]
    assert str(emulator.specifier) == pinned["aws-sam-cli"]


def test_the_function_needs_its_sdk_and_nothing_that_the_sdk_does_not() -> None:
    assert set(_pins(ROOT / "requirements.txt")) == _needed_by({"ask-sdk-core"})
