"""Nothing that could reach the network is imported on the way to a relief response."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.endpoint.alexa import SKILL_ID, envelope, request

ROOT = Path(__file__).parents[1]

#: Clients and servers of any protocol, and what only they need.
NETWORK = """
    aiohttp asyncio boto3 botocore certifi concurrent.futures dns ftplib http.client http.server httpx imaplib
    multiprocessing requests s3transfer smtplib socket socketserver ssl urllib.request urllib3 xmlrpc
"""
#: Where preferences are kept and reminders are made; both are set up, and neither may be touched.
OUTSIDE = "skill.alexa.store skill.alexa.reminders skill.alexa.api_clients sqlite3 jmespath"
#: What belongs to the endpoint, the desk or the tests.
ELSEWHERE = """
    flask werkzeug flask_ask_sdk ask_sdk_webservice_support cryptography waitress gunicorn orjson
    skill.server skill.simulator skill.__main__ rapidfuzz prompt_toolkit argparse
    pytest hypothesis ask_smapi_model unittest
"""
PROGRAM = """
import json, sys
event = json.loads(sys.stdin.read())
from lambda_handler import handler
answer = handler(event, None)
json.dump({"answer": answer, "modules": sorted(sys.modules)}, sys.stdout)
"""
LAUNCH = request(type="LaunchRequest", intent=None)


@pytest.mark.parametrize("event", [envelope(), LAUNCH], ids=["relief", "launch"])
def test_of_a_relief_response_reach_no_network(event: dict[str, object]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(event),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "SKILL_ID": SKILL_ID, "PREFERENCES_TABLE": "preferences"},
        timeout=60,
        check=True,
    )
    result = json.loads(done.stdout)
    assert "<speak>" in result["answer"]["response"]["outputSpeech"]["ssml"]
    imported = set(result["modules"])
    assert "ask_sdk_core" in imported
    assert imported & {*NETWORK.split(), *OUTSIDE.split(), *ELSEWHERE.split()} == set()
