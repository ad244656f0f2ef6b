"""The README's commands: those in a fence that opens with "```sh run" run, and every make target exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```sh([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def _commands(*marks: str) -> list[str]:
    """The commands in the fences with one of these marks, one a line; after a backslash a line goes on."""
    fences = FENCE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    script = "".join(lines for mark, lines in fences if mark.strip() in marks).replace("\\\n", "")
    return [line.strip() for line in script.splitlines() if line.strip() and line.lstrip()[0] != "#"]


@pytest.mark.parametrize("command", _commands("run"))
def test_a_command_of_the_readme_runs(command: str) -> None:
    here = Path(sys.executable).parent  # so that `python` is the tests' own
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr


def test_the_readme_shows_commands_that_run() -> None:
    assert len(_commands("run")) >= 3


def test_every_make_target_of_the_readme_exists() -> None:
    named = {command.split()[1] for command in _commands("", "run") if command.startswith("make ")}
    assert {"talk", "test"} <= named
    assert named <= set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
