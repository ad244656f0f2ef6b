"""The line that each request writes: where it goes, what it holds, and that it holds nothing else."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lambda_handler import handler
from skill.alexa import app, handlers, request_log
from skill.alexa.app import NotForUs
from tests.alexa.test_faults import envelope, intent

ROOT = Path(__file__).parents[2]
FUNCTION = "cramp-coach-Function"
FIELDS = {
    "event",
    "requestId",
    "alexaRequestId",
    "type",
    "intent",
    "locale",
    "reply",
    "ends",
    "latency",
    "cold",
    "faults",
}
CONTEXT = SimpleNamespace(aws_request_id="6f1c2d3e-0000-1111-2222-333344445555")
LAUNCH = {"type": "LaunchRequest", "requestId": "amzn1.echo-api.request.1"}


@pytest.fixture
def in_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", FUNCTION)


def _line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one line that was printed."""
    printed = capsys.readouterr().out
    assert printed.endswith("\n")
    assert printed.count("\n") == 1
    table = json.loads(printed)
    assert isinstance(table, dict)
    return table


@pytest.mark.usefixtures("in_lambda")
def test_a_request_is_one_line_of_known_fields(capsys: pytest.CaptureFixture[str]) -> None:
    handler(
        envelope(intent("RelieveIntent", Site="foot", Side="left") | {"requestId": "amzn1.echo-api.request.1"}), CONTEXT
    )
    line = _line(capsys)
    assert set(line) == FIELDS | {"function", "_aws"}
    assert line["event"] == "request"
    assert line["requestId"] == CONTEXT.aws_request_id
    assert line["alexaRequestId"] == "amzn1.echo-api.request.1"
    assert (line["type"], line["intent"], line["locale"]) == ("IntentRequest", "RelieveIntent", "en-GB")
    assert (line["reply"], line["ends"], line["faults"]) == ("speech", False, 0)
    assert line["latency"] > 0


@pytest.mark.usefixtures("in_lambda")
def test_the_line_is_in_the_embedded_metric_format(capsys: pytest.CaptureFixture[str]) -> None:
    """As the format's specification asks: a time, and for every metric and dimension a value at the root."""
    handler(envelope(LAUNCH), CONTEXT)
    line = _line(capsys)
    assert isinstance(line["_aws"]["Timestamp"], int)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "CrampCoach"
    assert directive["Dimensions"] == [["function"]]
    assert line["function"] == FUNCTION
    units = {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}
    assert units == {"latency": "Milliseconds", "cold": "Count", "faults": "Count"}
    assert all(isinstance(line[name], int | float) for name in units)


@pytest.mark.usefixtures("in_lambda")
def test_only_the_first_request_of_a_process_is_cold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "_answered", False)
    for expected in (1, 0, 0):
        handler(envelope(LAUNCH), CONTEXT)
        assert _line(capsys)["cold"] == expected


@pytest.mark.usefixtures("in_lambda")
def test_silence_is_told_from_speech(capsys: pytest.CaptureFixture[str]) -> None:
    handler(
        envelope({"type": "SessionEndedRequest", "reason": "USER_INITIATED", "requestId": "amzn1.echo-api.request.1"}),
        CONTEXT,
    )
    line = _line(capsys)
    assert (line["type"], line["reply"], line["reason"]) == ("SessionEndedRequest", "silence", "USER_INITIATED")
    assert line["faults"] == 0
    assert line.keys() == (FIELDS - {"ends", "intent"}) | {"reason", "function", "_aws"}


@pytest.mark.usefixtures("in_lambda")
@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (
            {
                "type": "SessionEndedRequest",
                "reason": "ERROR",
                "error": {"type": "INVALID_RESPONSE", "message": "my calf"},
            },
            "INVALID_RESPONSE",
        ),
        (
            {"type": "System.ExceptionEncountered", "error": {"type": "INTERNAL_SERVICE_ERROR", "message": "my calf"}},
            "INTERNAL_SERVICE_ERROR",
        ),
        ({"type": "SessionEndedRequest", "reason": "ERROR", "error": {"type": "my calf"}}, "ERROR"),
        ({"type": "SessionEndedRequest", "reason": "ERROR", "error": "my calf"}, "ERROR"),
        ({"type": "System.ExceptionEncountered", "error": {"type": ["my calf"]}}, "ERROR"),
        ({"type": "System.ExceptionEncountered"}, "ERROR"),
    ],
)
def test_what_alexa_says_went_wrong_is_a_fault_by_its_type(
    request_: dict[str, Any], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing else tells that Alexa refused an answer: to the skill it went well."""
    assert handler(envelope(request_), CONTEXT) == {"version": "1.0", "response": {}}
    line = _line(capsys)
    assert (line["error"], line["fault"], line["faults"], line["reply"]) == (error, error, 1, "silence")
    assert line.get("reason") == request_.get("reason")
    assert "calf" not in json.dumps(line)


@pytest.mark.usefixtures("in_lambda")
@pytest.mark.parametrize("reason", [["ERROR"], {"a": 1}, "I said this", None, 7])
def test_a_reason_that_is_no_name_is_not_logged(reason: object, capsys: pytest.CaptureFixture[str]) -> None:
    handler(envelope({"type": "SessionEndedRequest", "reason": reason}), CONTEXT)
    line = _line(capsys)
    assert line["faults"] == 0
    assert not {"reason", "error", "fault"} & line.keys()


@pytest.mark.usefixtures("in_lambda")
def test_a_request_for_another_skill_is_a_fault_and_still_raises(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILL_ID", "amzn1.ask.skill.other")
    with pytest.raises(NotForUs):
        handler(envelope(LAUNCH), CONTEXT)
    line = _line(capsys)
    assert (line["fault"], line["faults"], line["reply"]) == ("NotForUs", 1, "silence")


@pytest.mark.usefixtures("in_lambda")
def test_a_fault_that_was_answered_is_named_by_its_type_alone(capsys: pytest.CaptureFixture[str]) -> None:
    handler(envelope({"type": "IntentRequest", "intent": {"name": "RelieveIntent", "confirmationStatus": "my secret"}}))
    line = _line(capsys)
    assert line["faults"] >= 1
    assert line["fault"].replace(" ", "").isalpha()
    assert line["reply"] == "speech"


@pytest.mark.usefixtures("in_lambda")
def test_what_fails_while_answering_is_counted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the handler of faults: the first attempt fails, the launch answer comes."""
    real, calls = handlers.respond, []

    def fails_once(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 1:
            raise LookupError("my calf")
        return real(*arguments)

    monkeypatch.setattr(handlers, "respond", fails_once)
    handler(envelope(intent("RelieveIntent", Site="calf")), CONTEXT)
    line = _line(capsys)
    assert (line["fault"], line["faults"], line["reply"]) == ("LookupError", 1, "speech")


@pytest.mark.usefixtures("in_lambda")
@pytest.mark.parametrize(
    "request_",
    [
        {"type": "my calf is cramping"},
        {"type": "IntentRequest", "intent": {"name": "my calf, and my name"}},
        {"type": "IntentRequest", "intent": {"name": "MyCalfIsCramping"}, "requestId": "my-calf", "locale": "my-calf"},
        {"type": "LaunchRequest", "requestId": "I said this", "locale": "en GB"},
        {"type": ["LaunchRequest"], "requestId": {"a": 1}},
        {"type": "x" * 500},
    ],
    ids=["type", "intent", "names", "ids", "shapes", "length"],
)
def test_text_where_a_name_belongs_is_not_logged(request_: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    handler(envelope(request_), SimpleNamespace(aws_request_id="two words"))
    line = _line(capsys)
    assert line.keys() <= FIELDS | {"function", "_aws", "fault"}
    for name in ("requestId", "alexaRequestId", "type", "intent", "locale"):
        assert " " not in line.get(name, "")
        assert len(line.get(name, "")) <= 100
        assert "calf" not in line.get(name, "").lower()


def test_elsewhere_it_is_logged_without_what_makes_metrics(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    with caplog.at_level(logging.INFO, "skill.alexa.request_log"):
        handler(envelope(LAUNCH))
    (record,) = caplog.records
    assert set(json.loads(record.getMessage())) <= FIELDS
    assert capsys.readouterr() == ("", "")


def test_at_the_desk_it_is_not_seen(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    handler(envelope(LAUNCH))
    assert caplog.records == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("level", "effective"), [("DEBUG", 10), ("info", 20), ("ERROR", 40), ("", 30), ("loud", 30)], ids=str
)
def test_the_level_is_that_of_the_skill_alone(level: str, effective: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other libraries tell at DEBUG has user ids in it: botocore logs each call to the table."""
    logger, root = logging.getLogger("skill"), logging.getLogger()
    before, others = logger.level, root.level
    monkeypatch.setenv("LOG_LEVEL", level)
    try:
        request_log.set_level()
        assert logger.getEffectiveLevel() == effective
        assert root.level == others
    finally:
        logger.setLevel(before)


PROGRAM = """
import logging
from skill.server.factory import create_app
from lambda_handler import handler
create_app(handler=handler, without_skill_id=True)
handler({"request": {"type": "LaunchRequest"}})
logging.getLogger("botocore").debug("not seen")
logging.getLogger("skill.x").info("not seen")
logging.getLogger("skill.x").warning("seen")
"""


def test_a_server_that_says_nothing_of_logs_shows_the_line_on_standard_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == ""
    assert ' INFO skill.alexa.request_log: {"event":"request","type":"LaunchRequest"' in done.stderr
    assert " WARNING skill.x: seen" in done.stderr
    assert "not seen" not in done.stderr


def test_the_handlers_answer_is_what_the_entry_returns() -> None:
    assert app.answer is handler
