"""The pages: every command in them runs here or in another test, or needs an account, a server of one's own or the network."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "bench/README.md")),
    *(
        ROOT / "docs" / f"{name}.md"
        for name in ("ARCHITECTURE", "CONTENT", "DEPLOY", "OPERATIONS", "CERTIFICATION", "SCALE")
    ),
]
FENCE = re.compile(r"^ *```sh([^\n]*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(make [a-z-]+|python -m bench\.[a-z]+)")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)

#: how the other commands begin, and the test that runs them, or why none can
ELSEWHERE = {
    "make test": "this is its own",
    "make lint": ".ci/run runs it",
    "make package": "tests/packaging/test_function.py",
    "make bench-cold": "it takes minutes, and writes into bench/README.md",
    "make bench-understanding": "tests/understanding/test_bench.py",
    "make nightly": "tests/endpoint/test_gunicorn.py, in small",
    "make audit": "tests/test_audit.py",
    "make instruments": "network",
    "make lock": "network",
    "make sbom": "tests/test_project.py",
    "make image": "tests/test_image.py, without Docker",
    "python -m bench.speech": "ten seconds for figures that nothing depends on",
    "python -m bench.load": "tests/endpoint/test_gunicorn.py, in small",
    "python -m bench.starvation": "tests/endpoint/test_certificates.py, in small",
    "python -m bench.mutations": "tests/mutations.py, in small",
    "python -m bench.scale": "tests/cloud/test_scale.py",
    "python -m bench.warm": "make bench",
    "python -m bench.cold": "make bench-cold",
    "python -m bench.understanding": "tests/understanding/test_bench.py",
    "export ": "a setting of the shell",
    "cd /srv/cramp-coach": "a server of one's own",
    "ask configure": "account",
    "aws ": "account",
    "cp store/mine.example.toml": "tests/packaging/test_skill_package.py",
    "(cd build && ask deploy": "tests/packaging/test_ask_cli.py",
    "(cd build && sam": "tests/cloud/test_template.py",
    "sudo ": "a server of one's own",
    "docker ": ".ci/image.sh, where Docker is",
    "curl ": "a server of one's own",
    "sed 's/cramp.example.org": "tests/endpoint/test_nginx.py",
}


def _fences(page: Path, *marks: str) -> list[str]:
    """The lines of the fences of a page with one of these marks; after a backslash a line goes on."""
    fences = FENCE.findall(page.read_text(encoding="utf-8"))
    script = "".join(lines for mark, lines in fences if mark.strip() in marks).replace("\\\n", "")
    return [line.strip() for line in script.splitlines() if line.strip() and line.lstrip()[0] != "#"]


def _commands(*marks: str) -> list[str]:
    return [line for page in PAGES for line in _fences(page, *marks)]


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
        timeout=240,
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


def test_the_service_starts_what_is_installed() -> None:
    """With the page's own `sed`: systemd itself is no part of the tests."""
    commands = _fences(ROOT / "docs" / "DEPLOY.md", "")
    (command,) = (line for line in commands if "cramp-coach.service" in line)
    unit = _ran(command.partition("|")[0])
    folder = re.search(r"^WorkingDirectory=(/\S+)$", unit, re.MULTILINE)
    assert folder
    assert f"sudo git clone YOUR.REPOSITORY {folder[1]}" in " ".join(commands)
    assert f"\nExecStart={folder[1]}/.venv/bin/gunicorn\n" in unit
    assert "\nEnvironment=SKILL_ID=YOUR.ID\n" in unit


def test_the_service_is_confined() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    command = "systemd-analyze security --offline=true --threshold=20 --no-pager docs/cramp-coach.service"
    assert "Overall exposure level" in _ran(command)


def test_the_deployers_rights_are_those_of_the_templates_resources() -> None:
    policy = json.loads((ROOT / "docs" / "deployer-policy.json").read_text(encoding="utf-8"))
    granted = {
        action.partition(":")[0]
        for statement in policy["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    services = {kind.lower() for kind in re.findall(r"Type: AWS::(\w+)::", template)}
    assert granted == (services - {"serverless"}) | {"lambda", "cloudformation", "s3"}


def test_every_command_is_run_somewhere() -> None:
    run = {"make talk", "make serve", "make check", "make bench", *_commands("run")}
    inline = {command for page in PAGES for command in INLINE.findall(page.read_text(encoding="utf-8"))}
    for command in {*(line for page in PAGES if page.name != "OPERATIONS.md" for line in _fences(page, "")), *inline}:
        plain = command.partition(" #")[0].strip()
        shown = [why for begins, why in ELSEWHERE.items() if plain.startswith(begins)]
        assert plain in run or shown or plain.startswith("make say") or "cramp-coach.service" in plain, command
    for why in ELSEWHERE.values():
        if why.startswith("tests/"):
            assert (ROOT / why.partition(",")[0]).is_file(), why


def test_every_make_target_exists_and_is_in_the_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(TARGET.findall(makefile)) - {"help"}
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = {command.split()[1] for command in (*_commands("", "run"), *INLINE.findall(text)) if command[:5] == "make "}
    assert {"talk", "test", "serve", "package", "check", "bench-cold"} <= named
    assert named <= targets
    assert all(f"make {target}" in makefile for target in targets)


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").split()) <= 900


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, part = target.partition("#")
        if target.startswith("http"):
            continue
        place = (page.parent / file).resolve() if file else page
        assert place.exists(), target
        if part:
            heads = re.findall(r"^#+ (.+)$", place.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            assert part in slugs, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    folders = r"skill|docs|tests|bench|requirements|store|interaction_model|\.ci"
    for name in re.findall(rf"`((?:{folders})/[\w./-]+)`", page.read_text(encoding="utf-8")):
        assert (ROOT / name).exists() or name == "store/mine.toml", name


def test_the_readmes_commands_work_from_a_fresh_clone(tmp_path: Path) -> None:
    """With what is committed and nothing that lies about here; the packages are the tests' own."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    _ran(f"git clone --quiet --no-hardlinks . {tmp_path}/clone")
    script = "\n".join(
        f"{command} | grep -c . >/dev/null || exit 1" for command in _fences(README, "run") if "check" not in command
    )
    _ran(f"cd {tmp_path}/clone\n{script}")


def test_a_hold_is_changed_by_one_edit(tmp_path: Path) -> None:
    """The first example of docs/CONTENT.md."""
    _ran(f"git clone --quiet --no-hardlinks . {tmp_path}/clone")
    doses = tmp_path / "clone" / "skill" / "content" / "doses.toml"
    text = doses.read_text(encoding="utf-8")
    assert "hold = 30" in text.partition("[[large.plain]]")[2][:200]
    head, mark, rest = text.partition("[[large.plain]]")
    doses.write_text(head + mark + rest.replace("hold = 30", "hold = 25", 1), encoding="utf-8")
    rows = json.loads(_ran(f"cd {tmp_path}/clone && python -m skill play calf --json"))
    assert 25 in [row.get("lasts") for row in rows]
