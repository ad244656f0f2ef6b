"""Every command of the README runs here or in another test, or needs an account, a machine of one's own or the network."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^ *```sh([^\n]*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(make [a-z-]+|python -m bench\.[a-z]+)")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)

#: how the other commands begin, and the test that runs them, or why none can
ELSEWHERE = {
    "make test": "this is its own",
    "make package": "tests/packaging/test_function.py",
    "make bench-cold": "it takes minutes, and writes into the README",
    "make nightly": "tests/endpoint/test_gunicorn.py, in small",
    "make audit": "tests/test_audit.py",
    "make instruments": "network",
    "python -m bench.speech": "ten seconds for figures that nothing depends on",
    "export ": "a setting of the shell",
    "ask configure": "account",
    "aws sts": "account",
    "cp store/mine.example.toml": "tests/packaging/test_skill_package.py",
    "(cd build && ask deploy": "tests/packaging/test_ask_cli.py",
    "(cd build && sam": "tests/cloud/test_template.py",
    "sudo ": "a machine of one's own",
    "python3 -m venv": "network",
    "sed 's/cramp.example.org": "tests/endpoint/test_nginx.py",
    "SKILL_ID=": "tests/endpoint/test_gunicorn.py",
}


def _commands(*marks: str) -> list[str]:
    """The commands in the fences with one of these marks, one a line; after a backslash a line goes on."""
    fences = FENCE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    script = "".join(lines for mark, lines in fences if mark.strip() in marks).replace("\\\n", "")
    return [line.strip() for line in script.splitlines() if line.strip() and line.lstrip()[0] != "#"]


def _ran(command: str, said: str = "") -> str:
    """What a command prints that must succeed, in the tests' own Python and without a traceback."""
    here = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"},
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def _make(target: str, arguments: str = "") -> str:
    """`make`, with this Python and as if all were installed; not as a part of the `make` that runs the tests."""
    installed = " ".join(f"-o .venv/.{name}" for name in ("speaker", "server", "screen", "test"))
    alone = "env --unset=MAKEFLAGS --unset=MAKELEVEL"
    return f"{alone} make {target} {installed} PYTHON={sys.executable} ARGS='{arguments}'"


@pytest.mark.parametrize("command", _commands("run"))
def test_a_command_of_the_readme_runs(command: str) -> None:
    assert _ran(command).strip()


def test_make_talk() -> None:
    """In a terminal: tests/speaker/test_terminal.py."""
    assert "00:07  Hold there. Breathe out slowly." in _ran(_make("talk"), "my calf is cramping\n")


def test_make_bench() -> None:
    assert "relief, show" in _ran(_make("bench", "--count 20"))


def test_make_serve() -> None:
    with subprocess.Popen(
        ["bash", "-c", f"exec {_make('serve', '--port 0')}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as serving:
        try:
            assert serving.stdout
            said = [line for _, line in zip(range(2), serving.stdout, strict=False)]
            page = re.search(r"^The bedside page: (http://127\.0\.0\.1:\d+/bedside/)$", said[0])
            assert page, said
            with urllib.request.urlopen(page[1], timeout=20) as answer:
                assert b"Cramp Coach" in answer.read()
        finally:
            os.killpg(serving.pid, signal.SIGTERM)


def test_the_service_starts_what_the_readme_installs() -> None:
    """With the README's own `sed`: systemd itself is no part of the tests."""
    (command,) = (line for line in _commands("") if "cramp-coach.service" in line)
    unit = _ran(command.partition("|")[0])
    folder = re.search(r"^WorkingDirectory=(/\S+)$", unit, re.MULTILINE)
    assert folder
    assert f"`{folder[1]}`" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"\nExecStart={folder[1]}/.venv/bin/gunicorn\n" in unit
    assert "\nEnvironment=SKILL_ID=YOUR.ID\n" in unit


def test_every_command_of_the_readme_is_run_somewhere() -> None:
    run = {"make talk", "make serve", "make check", "make bench", *_commands("run")}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in {*_commands("", "run"), *INLINE.findall(text)}:
        plain = command.partition(" #")[0].strip()
        shown = [why for begins, why in ELSEWHERE.items() if plain.startswith(begins)]
        assert plain in run or shown or "cramp-coach.service" in plain, command
    for why in ELSEWHERE.values():
        if why.startswith("tests/"):
            assert (ROOT / why.partition(",")[0]).is_file(), why


def test_every_make_target_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = {command.split()[1] for command in (*_commands("", "run"), *INLINE.findall(text)) if command[:5] == "make "}
    assert {"talk", "test", "serve", "package", "check", "bench-cold"} <= named
    assert named <= set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
