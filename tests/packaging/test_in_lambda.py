"""The bundle under Lambda's own programs, with nothing of ours beside it."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from lambda_handler import handler
from tests.endpoint.alexa import SKILL_ID, envelope, request
from tests.night import resolved
from tests.test_lambda import LINUX_ONLY, NEEDS_EMULATOR, emulated, invoke


@pytest.fixture(scope="session")
def runtime_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Lambda's runtime client, and with nothing else of this environment."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in ("awslambdaric", "simplejson", "snapshot-restore-py"):
        for file in importlib.metadata.files(name) or []:
            if ".." not in file.parts:
                copy = folder / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), copy)
    return folder


def _intent(name: str, attributes: dict[str, Any] | None = None, **slots: str) -> dict[str, object]:
    filled = {slot: resolved(slot, value) for slot, value in slots.items()}
    asked = request(intent={"name": name, "confirmationStatus": "NONE", "slots": filled})
    session = asked["session"]
    assert isinstance(session, dict)
    return {**asked, "session": {**session, "new": attributes is None, "attributes": attributes or {}}}


@LINUX_ONLY
@NEEDS_EMULATOR
def test_the_bundle_answers_in_the_emulator(bundle: Path, runtime_client: Path, tmp_path: Path) -> None:
    folder = bundle / "function"
    client = [sys.executable, "-S", "-s", "-m", "awslambdaric", "lambda_handler.handler"]
    found = {"LAMBDA_TASK_ROOT": str(folder), "PYTHONPATH": f"{folder}:{runtime_client}", "SKILL_ID": SKILL_ID}
    with emulated(tmp_path, client, folder, **found) as port:
        launch = invoke(port, request(type="LaunchRequest", intent=None))
        relief = invoke(port, envelope())
        carried = json.loads(json.dumps(relief["sessionAttributes"]))
        sign = invoke(port, _intent("WarningSignIntent", carried, Sign="clot"))
        answer = invoke(port, _intent("AskIntent", Topic="magnesium"))
        bedtime = invoke(port, _intent("BedtimeRoutineIntent"))
    spoken = [each["response"]["outputSpeech"]["ssml"] for each in (launch, relief, sign, answer, bedtime)]
    assert all("Slowly straighten your leg." in heard for heard in spoken[:2])
    assert [bool(each["response"].get("directives")) for each in (relief, sign, bedtime)] == [True, False, True]
    assert (
        spoken[2]
        == handler(_intent("WarningSignIntent", carried, Sign="clot"), None)["response"]["outputSpeech"]["ssml"]
    )
    assert "magnesium" in spoken[3].lower()
