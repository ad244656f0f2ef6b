"""Amazon's own `ask deploy` takes the package as it is. It talks to a stand-in for Amazon's API, on this machine."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from skill.tools.packaging.skill_package import build
from tests.instruments import node_package
from tests.packaging.conftest import FUNCTION, MINE, SKILL_ID
from tests.packaging.smapi import NEW_SKILL, TOKEN, VENDOR, Smapi, refusals

Deployed = subprocess.CompletedProcess[str]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "build"


def deploy(smapi: Smapi, out: Path, home: Path, *options: str) -> Deployed:
    """Runs ask-cli as somebody would who has called `ask configure` before; it reports nothing to anybody but `smapi`."""
    token = {
        "access_token": TOKEN,
        "refresh_token": "none",
        "token_type": "bearer",
        "expires_at": "2099-01-01T00:00:00.000Z",
    }
    profile = {"token": token, "vendor_id": VENDOR}
    (home / ".ask").mkdir(parents=True, exist_ok=True)
    (home / ".ask" / "cli_config").write_text(
        json.dumps({"profiles": {"default": profile}, "share_usage": False}), encoding="utf-8"
    )
    return subprocess.run(
        ["node", str(node_package("ask-cli") / "dist" / "bin" / "ask.js"), "deploy", *options],
        cwd=out,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "ASK_SMAPI_SERVER_BASE_URL": smapi.url,
            "ASK_SKIP_NEW_VERSION_REMINDER": "true",
            "ASK_SHARE_USAGE": "false",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def skill_in(out: Path) -> str:
    states = json.loads((out / ".ask" / "ask-states.json").read_text(encoding="utf-8"))
    return str(states["profiles"]["default"]["skillId"])


def test_the_way_of_the_readme(root: Path, out: Path, tmp_path: Path) -> None:
    """A first upload makes the skill and prints its id; with the id and the function known, the second updates and enables it."""
    with Smapi() as smapi:
        build(out, root)
        first = deploy(smapi, out, tmp_path / "home", "--target", "skill-metadata")
        assert first.returncode == 0, first.stdout + first.stderr
        assert f"Skill ID: {NEW_SKILL}" in first.stdout
        assert skill_in(out) == NEW_SKILL
        assert "POST /v1/skills/imports" in smapi.requests
        assert [smapi.enabled] == [False]

        (root / "store" / "mine.toml").write_text(MINE.replace(SKILL_ID, NEW_SKILL), encoding="utf-8")
        elsewhere = (
            tmp_path / "fresh" / "build"
        )  # as on another machine, where nothing but mine.toml tells which skill it is
        build(elsewhere, root)
        second = deploy(smapi, elsewhere, tmp_path / "home")
        assert second.returncode == 0, second.stdout + second.stderr
        assert smapi.enabled
        assert f"POST /v1/skills/{NEW_SKILL}/imports" in smapi.requests

    assert smapi.requests.count("GET /v1/skills/imports/import-1") == 3
    uploaded = smapi.packages[-1]
    package = elsewhere / "skill-package"
    assert uploaded.keys() == {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    manifest = json.loads(uploaded["skill.json"])["manifest"]
    assert manifest["apis"]["custom"]["endpoint"]["uri"] == manifest["events"]["endpoint"]["uri"] == FUNCTION


def test_what_amazon_refuses_fails(root: Path, out: Path, tmp_path: Path) -> None:
    """So that the tests above cannot pass by a stand-in that takes anything."""
    build(out, root)
    package = out / "skill-package"
    manifest = json.loads((package / "skill.json").read_text(encoding="utf-8"))
    manifest["manifest"]["publishingInformation"]["locales"]["en-GB"]["sumary"] = "x"
    (package / "skill.json").write_text(json.dumps(manifest), encoding="utf-8")
    (package / "interactionModels" / "custom" / "en-IN.json").rename(package / "en-IN.json")
    with Smapi() as smapi:
        done = deploy(smapi, out, tmp_path / "home", "--target", "skill-metadata")
    assert done.returncode != 0
    for reason in ("sumary: unknown property", "en-IN.json: no such file", "the listing has"):
        assert reason in done.stdout + done.stderr
    assert len(list(refusals(smapi.packages[0]))) == 3
