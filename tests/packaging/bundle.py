"""The function's bundle, made once for all workers, and programs that run in it with nothing else at hand."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from skill.tools.packaging import lambda_bundle


def built(shared: Path) -> Path:
    """The folder in which the bundle is made; the first of the test workers to come makes it, the others wait."""
    out = shared / "bundle"
    with (shared / "bundle.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "function.zip").exists():
            lambda_bundle.build(out)
    return out


def run(folder: Path, program: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in a Python that sees the standard library and the folder, and can write nothing: as in Lambda."""
    settings = {"PATH": os.defpath, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-S", "-s", "-c", program],
        input=given,
        env={**settings, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def printed(folder: Path, program: str, given: str = "", **environment: str) -> str:
    """What such a program prints; fails with what it complained of if it did not end well."""
    done = run(folder, program, given, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout
