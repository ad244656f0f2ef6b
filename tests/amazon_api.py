"""A local stand-in of Amazon's API for a device: reminders and its time zone, over HTTPS, with faults at will.

It is strict: what a request must have, by Amazon's reference and Amazon's own classes, is checked as Amazon would check it.

    def test_something(amazon: AmazonApi) -> None:
        amazon.fail("create", 403, code="DEVICE_NOT_SUPPORTED")
        ... system.apiEndpoint = amazon.endpoint ...
        assert [call.operation for call in amazon.calls] == ["time_zone", "create"]
"""

from __future__ import annotations

import json
import re
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.services.reminder_management import PushNotification, SpokenInfo, Trigger, TriggerType
from cryptography.hazmat.primitives.asymmetric import ec
from dateutil import tz

from tests.endpoint.authority import authority, leaf

TOKEN = "a-token-of-this-request"
DEVICE = "amzn1.ask.device.BEDSIDE"
LOCALES = {
    "ar-SA",
    "de-DE",
    "en-AU",
    "en-CA",
    "en-GB",
    "en-IN",
    "en-US",
    "es-ES",
    "es-MX",
    "es-US",
    "fr-CA",
    "fr-FR",
} | {"hi-IN", "it-IT", "ja-JP", "nl-NL", "pt-BR"}
ROUTES = (
    ("time_zone", "GET", re.compile(r"/v2/devices/([^/]+)/settings/System\.timeZone")),
    ("create", "POST", re.compile(r"/v1/alerts/reminders/?")),
    ("list", "GET", re.compile(r"/v1/alerts/reminders/?")),
    ("delete", "DELETE", re.compile(r"/v1/alerts/reminders/([^/]+)")),
)
RULE = re.compile(r"FREQ=DAILY;BYHOUR=(\d{1,2});BYMINUTE=(\d{1,2});BYSECOND=0;INTERVAL=1;?")


@dataclass(frozen=True)
class Call:
    """A request as it came in; `operation` is one of ROUTES."""

    operation: str
    path: str
    body: Any


@dataclass(frozen=True)
class Fault:
    """What an operation answers instead: after `wait` seconds, with `drip` seconds between two bytes."""

    status: int
    body: bytes
    wait: float = 0.0
    drip: float = 0.0


@dataclass
class AmazonApi:
    """`granted`: whether the person has allowed reminders. `reminders`: what exists, by id. `now`: the stand-in's clock."""

    endpoint: str
    server: ThreadingHTTPServer
    granted: bool = True
    time_zone: object = "Europe/London"
    now: datetime = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)
    reminders: dict[str, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    made: int = 0

    @property
    def system(self) -> dict[str, Any]:
        """What context.System of a request from this device says of it."""
        return {
            "apiEndpoint": self.endpoint,
            "apiAccessToken": TOKEN,
            "device": {"deviceId": DEVICE, "supportedInterfaces": {}},
        }

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]

    def fail(
        self,
        operation: str,
        status: int = 200,
        *,
        code: str = "",
        body: bytes | None = None,
        wait: float = 0.0,
        drip: float = 0.0,
    ) -> None:
        """From now on, `operation` is answered with this status and error code, or with this body."""
        table = json.dumps({"code": code, "message": "as the test has it"}).encode()
        self.faults[operation] = Fault(status, table if body is None else body, wait, drip)

    def vanish(self) -> None:
        """From now on, connections are refused."""
        self.server.shutdown()
        self.server.server_close()

    def answer(self, method: str, path: str, headers: Any, raw: bytes) -> tuple[int, bytes, Fault | None]:
        operation, name = next(
            (
                (operation, found)
                for operation, verb, route in ROUTES
                if verb == method and (found := route.fullmatch(path))
            ),
            ("unknown", None),
        )
        body = json.loads(raw) if raw else None
        self.calls.append(Call(operation, path, body))
        fault = self.faults.get(operation)
        if fault is not None:
            return fault.status, fault.body, fault
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return *_error(401, "UNAUTHORIZED"), None
        if operation == "time_zone" and name is not None:
            known = name[1] == DEVICE
            return *((200, json.dumps(self.time_zone).encode()) if known else _error(403, "DEVICE_UNKNOWN")), None
        if not self.granted:
            return *_error(401, "UNAUTHORIZED"), None
        if operation == "create":
            return *self._create(headers, body or {}), None
        if operation == "list":
            alerts = [{"alertToken": key, **reminder} for key, reminder in self.reminders.items()]
            return 200, json.dumps({"totalCount": str(len(alerts)), "alerts": alerts, "links": None}).encode(), None
        if operation == "delete" and name is not None:
            return *((200, b"") if self.reminders.pop(name[1], None) else _error(404, "ALERT_NOT_FOUND")), None
        return *_error(404, "NOT_FOUND"), None

    def _create(self, headers: Any, body: dict[str, Any]) -> tuple[int, bytes]:
        wrong = _wrong(headers, body, self.now)
        if wrong:
            return _error(400, wrong)
        self.made += 1
        identifier = f"00000000-0000-4000-8000-{self.made:012}"
        self.reminders[identifier] = {"status": "ON", "version": "1", **body}
        stamp = self.now.isoformat()
        made = {"alertToken": identifier, "createdTime": stamp, "updatedTime": stamp, "status": "ON", "version": "1"}
        return 200, json.dumps({**made, "href": f"/v1/alerts/reminders/{identifier}"}).encode()


def _error(status: int, code: str) -> tuple[int, bytes]:
    return status, json.dumps({"code": code, "message": "refused"}).encode()


def _wrong(headers: Any, body: dict[str, Any], now: datetime) -> str:
    """The code of the error that a request for a reminder has; nothing where it is right."""
    if headers.get("Content-type") != "application/json":
        return "INVALID_CONTENT_TYPE"
    try:
        # Part by part: Amazon's class for the whole names one that Amazon's SDK has not.
        datetime.fromisoformat(body["requestTime"])
        trigger = _read(body["trigger"], Trigger)
        content = _read(body["alertInfo"]["spokenInfo"], SpokenInfo).content
        assert _read(body["pushNotification"], PushNotification).status is not None
        first, rules = trigger.recurrence.start_date_time, trigger.recurrence.recurrence_rules
        hour, minute = RULE.fullmatch(*rules).groups()  # type: ignore[union-attr]
    except (KeyError, TypeError, AttributeError, ValueError, AssertionError, SerializationException):
        return "INVALID_REQUEST"
    zone = tz.gettz(trigger.time_zone_id)
    if zone is None or trigger.object_type is not TriggerType.SCHEDULED_ABSOLUTE:
        return "INVALID_TRIGGER"
    if first.tzinfo or first != trigger.scheduled_time or first <= now.astimezone(zone).replace(tzinfo=None):
        return "INVALID_TRIGGER_TIME"
    if (int(hour), int(minute)) != (first.hour, first.minute):
        return "INVALID_RECURRENCE"
    if len(content) != 1 or content[0].locale not in LOCALES or not content[0].text or len(content[0].text) > 200:
        return "INVALID_ALERT_INFO"
    return ""


def _read(table: Any, kind: type) -> Any:
    return DefaultSerializer().deserialize(json.dumps(table), kind)


class _Handler(BaseHTTPRequestHandler):
    api: AmazonApi

    def _respond(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, body, fault = self.api.answer(self.command, self.path, self.headers, raw)
        with suppress(OSError):  # the client may have hung up, which is what a slow answer is for
            if fault is not None:
                time.sleep(fault.wait)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for byte in [body] if fault is None or not fault.drip else [bytes([one]) for one in body]:
                self.wfile.write(byte)
                self.wfile.flush()
                time.sleep(fault.drip if fault is not None else 0.0)

    do_GET = do_POST = do_DELETE = do_PUT = _respond

    def log_message(self, format: str, *args: object) -> None:
        """Silence: a test shows what failed."""


@cache
def _certificates() -> tuple[bytes, bytes]:
    """An authority's certificate, and the pair of `localhost` that it signed."""
    now = datetime.now(UTC)
    root = authority("Stand-in for Amazon's", now)
    return root.pem, leaf(root, now, name="localhost", key=ec.generate_private_key(ec.SECP256R1())).pair


@contextmanager
def serving(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AmazonApi]:
    """The stand-in on a free port of this machine, trusted by `requests` for as long as it runs."""
    root, pair = _certificates()
    (folder / "root.pem").write_bytes(root)
    (folder / "pair.pem").write_bytes(pair)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "root.pem"))
    monkeypatch.setenv("NO_PROXY", "localhost")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {}))
    server.daemon_threads = True
    server.block_on_close = False  # a slow answer need not be waited for
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pair.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    api = AmazonApi(f"https://localhost:{server.server_port}", server)
    server.RequestHandlerClass.api = api  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.vanish()
        thread.join(timeout=5)
