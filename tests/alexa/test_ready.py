"""In Lambda the first request finds everything loaded: what is left to do for it is done while the process is set up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.endpoint.alexa import SKILL_ID, envelope, request

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
event = json.loads(sys.stdin.read())
from lambda_handler import handler
before = set(sys.modules)
answer = handler(event, None)
loaded = "boto3" in before
print(json.dumps({"client": loaded, "new": sorted(set(sys.modules) - before), "speaks": "outputSpeech" in answer["response"]}))
"""


def _run(event: object, **environment: str) -> tuple[dict[str, Any], list[dict[str, Any]], str]:
    """What the program prints last, the lines before it, and standard error."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(event),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "SKILL_ID": SKILL_ID, **environment},
        timeout=60,
        check=True,
    )
    *lines, result = (json.loads(line) for line in done.stdout.splitlines())
    return result, lines, done.stderr


@pytest.mark.parametrize("event", [envelope(), request(type="LaunchRequest", intent=None)], ids=["relief", "launch"])
def test_the_first_request_imports_nothing(event: dict[str, object]) -> None:
    result, lines, errors = _run(event, AWS_LAMBDA_FUNCTION_NAME="cramp-coach")
    assert result == {"client": False, "new": [], "speaks": True}
    (line,) = lines  # getting ready is no request
    assert (line["event"], line["cold"], line["faults"]) == ("request", 1, 0)
    assert errors == ""


@pytest.mark.parametrize(
    ("way", "loaded"), [("on-demand", False), ("snap-start", True), ("provisioned-concurrency", True)], ids=str
)
def test_the_tables_client_is_loaded_where_nobody_waits_for_it(way: str, loaded: bool) -> None:
    lambdas = {"AWS_LAMBDA_FUNCTION_NAME": "cramp-coach", "AWS_LAMBDA_INITIALIZATION_TYPE": way}
    result, _, errors = _run(envelope(), **lambdas, PREFERENCES_TABLE="preferences", AWS_DEFAULT_REGION="eu-west-1")
    assert result == {"client": loaded, "new": [], "speaks": True}
    assert errors == ""


def test_elsewhere_nothing_is_done_ahead() -> None:
    result, lines, _ = _run(envelope())
    assert result["new"]
    assert lines == []
