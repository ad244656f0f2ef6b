"""What the bundle does outside a conversation: of Amazon's SDK it holds only a part, and reminders and the table need theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.amazon_api import AmazonApi
from tests.dynalite import Dynalite

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["sources", "bundle"])
def folder(request: pytest.FixtureRequest) -> Path:
    if request.param == "sources":
        return ROOT
    bundle: Path = request.getfixturevalue("bundle")
    return bundle / "function"


def test_reminders_and_preferences_work(folder: Path, tmp_path: Path, amazon: AmazonApi, dynalite: Dynalite) -> None:
    program = ROOT / "tests" / "alexa" / "outside.py"
    done = subprocess.run(
        [sys.executable, program, folder, json.dumps(amazon.system)],
        env=os.environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert Path(answer.pop("from")).is_relative_to(folder)
    assert answer == {"made": "done", "cancelled": "done", "refused": "unreachable", "kept": True, "forgotten": True}
    assert amazon.reminders == {}
    assert dynalite.rows == []
