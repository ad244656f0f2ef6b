"""One line of JSON for each request: what kind it was, how long it took, how it ended. Never what was said, nor who said it.

In Lambda it goes to standard output in CloudWatch's embedded metric format, which makes metrics of the line itself: no client and
no call. (Amazon's library for the format needs aiohttp: a fifth of a second to import, three times what the skill needs to start.)
Elsewhere it is logged at INFO, without what makes the metrics; the desk's level is WARNING, so there it is not seen.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from skill import settings
from skill.core.vocabulary import LOCALES
from skill.dialogue import INTENT_HANDLERS

log = logging.getLogger(__name__)

NAMESPACE = "CrampCoach"
#: The metrics, and the unit of each; a line holds their values under the same names.
METRICS = {"latency": "Milliseconds", "cold": "Count", "faults": "Count"}
#: A type of a request or an error. Anything else in its place is somebody's text, and is not logged.
_TYPE = re.compile(r"[A-Za-z0-9._]{1,100}")
#: The ids of Alexa and of Lambda: hexadecimal, after a name of Amazon's.
_ID = re.compile(r"((amzn1\.echo-api\.request|EdwRequestId|amzn1\.echo-external\.request)\.)?[0-9a-f-]{1,64}")
#: Stands for an intent or a locale that the skill does not know: a name may be somebody's text, too.
OTHER = "other"

#: the requests in which Alexa tells of what went wrong, and the reason that a session ended for it
ENDED, EXCEPTION, ERROR = "SessionEndedRequest", "System.ExceptionEncountered", "ERROR"

_answered = False  #: whether this process has answered a request


class Request:
    """What becomes known of a request while it is answered: its response, and the types of the faults met on the way."""

    def __init__(self) -> None:
        self.response: dict[str, Any] | None = None
        self.faults: list[str] = []


_current: ContextVar[Request | None] = ContextVar("request", default=None)


@contextmanager
def request(event: object, context: object) -> Iterator[Request]:
    """Writes the line of a request once it is answered, or has failed; `context` is Lambda's, or nothing."""
    global _answered
    seen, cold = Request(), not _answered
    _answered = True
    token, began = _current.set(seen), time.perf_counter()
    try:
        yield seen
    except Exception as error:
        fault(error)
        raise
    finally:
        _current.reset(token)
        _write(event, context, seen, cold, time.perf_counter() - began)


def fault(error: BaseException) -> None:
    """Notes a fault in the line of the request that is being answered: its type, for its text may hold what was said."""
    seen = _current.get()
    if seen is not None:
        seen.faults.append(type(error).__name__)


def set_level() -> None:
    """LOG_LEVEL for the skill's own loggers. Other libraries keep theirs: what they tell at DEBUG has user ids in it.

    WARNING is what they have by themselves: at the function's start, nothing is imported for it.
    """
    wanted = settings.log_level()
    if wanted != "WARNING":
        logging.getLogger("skill").setLevel(wanted)


def log_to_stderr() -> None:
    """For a server that has said nothing of logs: the skill's at LOG_LEVEL, and the requests' lines whatever it is."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    set_level()
    log.setLevel(logging.INFO)


def _write(event: object, context: object, seen: Request, cold: bool, seconds: float) -> None:
    function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
    if not function and not log.isEnabledFor(logging.INFO):
        return
    asked = _table(_table(event).get("request"))
    spoken = _table(_table(seen.response).get("response"))
    reason = _matching(_TYPE, asked.get("reason")) if asked.get("type") == ENDED else None
    told = reason == ERROR or asked.get("type") == EXCEPTION
    error = (_matching(_TYPE, _table(asked.get("error")).get("type")) or ERROR) if told else None
    faults = [*seen.faults, *([error] if error else [])]
    line = {
        "event": "request",
        "requestId": _matching(_ID, getattr(context, "aws_request_id", None)),
        "alexaRequestId": _matching(_ID, asked.get("requestId")),
        "type": _matching(_TYPE, asked.get("type")),
        "intent": _known(_table(asked.get("intent")).get("name"), INTENT_HANDLERS),
        "locale": _known(asked.get("locale"), LOCALES),
        "reply": "speech" if spoken.get("outputSpeech") else "silence",
        "ends": spoken.get("shouldEndSession"),
        "reason": reason,
        "error": error,
        "fault": " ".join(faults) or None,
        "latency": round(seconds * 1000, 3),
        "cold": int(cold),
        "faults": len(faults),
    }
    line = {name: value for name, value in line.items() if value is not None}
    if function:
        sys.stdout.write(_json({**line, **_metrics(function)}) + "\n")
    else:
        log.info("%s", _json(line))


def _metrics(function: str) -> dict[str, Any]:
    """What makes a line metrics: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"""
    metrics = [{"Name": name, "Unit": unit} for name, unit in METRICS.items()]
    directive = {"Namespace": NAMESPACE, "Dimensions": [["function"]], "Metrics": metrics}
    return {"function": function, "_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]}}


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":"))  # what is logged is paid for by the byte


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _matching(pattern: re.Pattern[str], value: object) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None


def _known(value: object, known: Container[str]) -> str | None:
    if value is None:
        return None
    return value if isinstance(value, str) and value in known else OTHER
