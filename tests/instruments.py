"""The instruments that are not Python's: where they are, and what to say where they are missing."""

from __future__ import annotations

import os
import random
import shutil
import socket
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: where `make test` and `make serve` install what comes from npm
_NODE = (ROOT / ".venv" / "node" / "node_modules", ROOT / ".venv" / "screen" / "node_modules")


_given: set[int] = set()


def free_port() -> int:
    """A port of loopback for a program that cannot find one itself; never the same twice.

    Below those that the system hands out (from 32768 on Linux): between the finding and the program's taking it, one of
    those may go to any other test's server or client.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000), 200):
        with socket.socket() as probe, suppress(OSError):
            if port not in _given:
                probe.bind(("127.0.0.1", port))
                _given.add(port)
                return port
    raise RuntimeError("no free port in 200 tries")


def node_package(name: str) -> Path:
    """The folder of an npm package; skips the test where it or node itself is not installed."""
    found = next((folder / name for folder in _NODE if (folder / name).is_dir()), None)
    if found is None or shutil.which("node") is None:
        pytest.skip(f"{name} is not installed: it needs node and npm (.ci/run installs them)")
    return found


def deploy_tool(name: str) -> Path:
    """A program of .venv/deploy (sam, cfn-lint, its python); skips the test where they are not installed."""
    found = ROOT / ".venv" / "deploy" / "bin" / name
    if not found.exists():
        pytest.skip(f"{name} is not installed: make instruments installs it into .venv/deploy")
    return found


def audit_python() -> Path:
    """The Python of .venv/audit; skips the test where it is not installed."""
    found = ROOT / ".venv" / "audit" / "bin" / "python"
    if not found.exists():
        pytest.skip("pip-audit is not installed: make audit installs it into .venv/audit")
    return found


def chromium() -> str:
    """The path of Chromium; skips the test where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("Chromium is not installed (.ci/run installs Debian's)")
    return found


def nginx() -> str:
    """The path of nginx; skips the test where there is none."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin")
    if found is None:
        pytest.skip("nginx is not installed (.ci/run installs Debian's)")
    return found
