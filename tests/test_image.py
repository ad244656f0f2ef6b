"""The container image without Docker: what the Dockerfile copies is all that the endpoint needs."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.endpoint.alexa import SKILL_ID
from tests.instruments import free_port

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def _copied() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+)$", TEXT, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def _settings(port: int, folder: Path) -> dict[str, str]:
    """The image's own environment, with its paths and its port led here."""
    block = re.search(r"^ENV ((?:.*\\\n)*.*)$", TEXT, re.MULTILINE)
    assert block
    found = dict(re.findall(r"([A-Z]+(?:_[A-Z]+)*)=(\S+)", block[1]))
    led = {name: value.replace("/data", str(folder)) for name, value in found.items()}
    return {**led, "BIND": f"127.0.0.1:{port}", "PATH": os.defpath, "SKILL_ID": SKILL_ID}


def test_what_is_copied_reaches_the_build() -> None:
    """.dockerignore leaves out everything but what it names."""
    ignored, *named = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert ignored == "*"
    for source in _copied():
        assert f"!{source}" in named, source
        assert (ROOT / source).exists(), source


def test_the_endpoint_runs_on_what_is_copied(tmp_path: Path) -> None:
    app, data, port = tmp_path / "app", tmp_path / "data", free_port()
    data.mkdir()
    for source in _copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, app / source, ignore=lambda _, names: fnmatch.filter(names, "__pycache__"))
        else:
            (app / source).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, app / source)
    command = [sys.executable, "-m", "gunicorn"]
    process = subprocess.Popen(command, cwd=app, env=_settings(port, data), stderr=subprocess.PIPE)
    try:
        assert _answer(f"http://127.0.0.1:{port}/", process) == b"ok\n"
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", data=b"{}", timeout=10)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _answer(address: str, process: subprocess.Popen[bytes]) -> bytes:
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bytes(answer.read())
        except urllib.error.URLError:
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.1)
