"""What is installed is pinned, all of it, and the function needs only what its own file says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
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


def _whole(file: Path) -> dict[str, str]:
    """What a file pins, itself and by the files that it takes in: names with markers to versions."""
    found: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found |= _whole(file.parent / line[3:].strip())
    return found | {name: f"{pin.specifier} {pin.marker or ''}".strip() for name, pin in _pins(file).items()}


@pytest.mark.parametrize("file", [ROOT / "requirements.txt", *sorted((ROOT / "requirements").glob("*.txt"))], ids=str)
def test_what_is_installed_is_what_is_pinned_with_its_hashes(file: Path) -> None:
    """`make lock` writes it."""
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements" / "locked" / file.name).read_text(encoding="utf-8"))
    locked = {}
    for entry in entries:
        if entry.startswith("#"):
            continue
        line, *hashes = (part.strip() for part in entry.split("\\\n"))
        assert hashes, entry
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), entry
        pin = Requirement(line)
        locked[canonicalize_name(pin.name)] = f"{pin.specifier} {pin.marker or ''}".strip()
    assert locked == _whole(file)


@pytest.mark.parametrize("folder", ["node", "screen"])
def test_every_package_of_npm_is_locked_with_its_hash(folder: str) -> None:
    lock = json.loads((ROOT / "requirements" / folder / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((ROOT / "requirements" / folder / "package.json").read_text(encoding="utf-8"))
    packages = lock["packages"]
    assert packages[""]["dependencies"] == wanted["dependencies"]
    assert all(re.fullmatch(r"[0-9][^~^*]*", version) for version in wanted["dependencies"].values())
    for path, package in packages.items():
        if path:
            assert package["integrity"].startswith("sha512-"), path


def test_the_bill_of_materials_names_every_package(tmp_path: Path) -> None:
    """As CycloneDX: https://cyclonedx.org/docs/1.6/json/."""
    file = tmp_path / "sbom.json"
    subprocess.run([sys.executable, ".ci/sbom.py", str(file)], cwd=ROOT, check=True, timeout=60, capture_output=True)
    bill = json.loads(file.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    named = {one["purl"] for one in bill["components"]}
    for name, pin in {**_pins(ROOT / "requirements.txt"), **_pins(DEPLOY), **_pins(AUDIT)}.items():
        version = str(pin.specifier).removeprefix("==")
        assert any(
            re.fullmatch(rf"pkg:pypi/{re.escape(name)}@{re.escape(version)}", one, re.IGNORECASE) for one in named
        ), name
    assert any(one.startswith("pkg:npm/ask-cli@") for one in named)
    assert all(one["hashes"] for one in bill["components"])


def test_no_package_is_pinned_twice() -> None:
    named = [name for file in FILES for name in _pins(file)]
    assert sorted(named) == sorted(set(named))


def test_what_the_pinned_packages_need_is_pinned_too() -> None:
    pinned = {name for file in FILES for name in _pins(file)}
    installed = pinned - {"aws-sam-cli"}  # installed without what it needs
    assert _needed_by(installed) - pinned == set()


def test_the_deploy_environment_holds_what_is_pinned_and_nothing_else() -> None:
    pip = [str(deploy_tool("python")), "-m", "pip", "--disable-pip-version-check"]
    listed = subprocess.run([*pip, "list", "--format=json"], capture_output=True, check=True, timeout=60).stdout
    installed = {str(canonicalize_name(row["name"])): f"=={row['version']}" for row in json.loads(listed)}
    installed.pop("pip")
    pinned = {str(name): str(requirement.specifier) for name, requirement in _pins(DEPLOY).items()}
    assert installed == pinned
    emulator = _pins(ROOT / "requirements" / "cloud.txt")["aws-sam-cli"]
    assert str(emulator.specifier) == pinned["aws-sam-cli"]


def test_the_function_needs_its_sdk_and_nothing_that_the_sdk_does_not() -> None:
    assert set(_pins(ROOT / "requirements.txt")) == _needed_by({"ask-sdk-core"})
