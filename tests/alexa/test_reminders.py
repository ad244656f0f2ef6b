"""Reminders through Amazon's API, with every fault that it can have."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.interfaces.system import SystemState
from ask_sdk_model.services.reminder_management import Status

from skill.alexa import reminders
from skill.alexa.timeout import within
from skill.core.vocabulary import EffectResult
from tests.amazon_api import DEVICE, TOKEN, AmazonApi

TEXT = "time for your bedtime stretches"
NOW = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)
OLD = "an-older-one"


def system(amazon: AmazonApi) -> SystemState:

    state: SystemState = DefaultSerializer().deserialize(json.dumps(amazon.system), SystemState)
    return state


def remind(amazon: AmazonApi, time: str = "22:00", **more: Any) -> tuple[EffectResult, tuple[str, ...]]:
    return reminders.remind(system(amazon), "en-GB", time, TEXT, more.pop("now", NOW), more.pop("replaces", ()))


def test_a_reminder_is_made_where_the_device_is(amazon: AmazonApi) -> None:
    amazon.time_zone = "America/New_York"
    result, ids = remind(amazon)
    assert (result, len(ids)) == (EffectResult.DONE, 1)
    assert amazon.operations == ["time_zone", "create", "list"]
    made = amazon.reminders[ids[0]]
    assert made["trigger"] == {
        "type": "SCHEDULED_ABSOLUTE",
        "timeZoneId": "America/New_York",
        "scheduledTime": "2026-11-22T22:00:00",
        "recurrence": {
            "startDateTime": "2026-11-22T22:00:00",
            "recurrenceRules": ["FREQ=DAILY;BYHOUR=22;BYMINUTE=0;BYSECOND=0;INTERVAL=1;"],
        },
    }
    assert made["alertInfo"] == {"spokenInfo": {"content": [{"locale": "en-GB", "text": TEXT}]}}
    assert made["pushNotification"] == {"status": "DISABLED"}
    assert amazon.calls[1].body["requestTime"] == "2026-11-22T20:15:00"  # the request's own time, not this machine's


@pytest.mark.parametrize(
    ("now", "zone", "at", "first"),
    [
        (NOW, "Europe/London", "22:00", "2026-11-22T22:00:00"),
        (NOW, "Europe/London", "07:05", "2026-11-23T07:05:00"),
        (NOW, "Europe/Berlin", "21:15", "2026-11-23T21:15:00"),  # that is now
        (NOW + timedelta(seconds=30), "Europe/Berlin", "21:16", "2026-11-23T21:16:00"),  # too soon
        (NOW, "Europe/Berlin", "21:17", "2026-11-22T21:17:00"),
        (NOW, "Australia/Sydney", "22:00", "2026-11-23T22:00:00"),  # it is tomorrow there
        (NOW, "Pacific/Honolulu", "22:00", "2026-11-22T22:00:00"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Etc/UTC", "22:00", "2027-01-01T22:00:00"),
        (datetime(2027, 3, 27, 23, 0, tzinfo=UTC), "Europe/London", "01:30", "2027-03-28T01:30:00"),  # no such hour
        (NOW, "Europe/Atlantis", "22:00", "2026-11-23T22:00:00"),  # nowhere that we know: certainly to come
    ],
)
def test_it_rings_first_when_that_hour_comes_next(
    amazon: AmazonApi, now: datetime, zone: str, at: str, first: str
) -> None:
    amazon.time_zone, amazon.now = zone, now
    known = zone != "Europe/Atlantis"
    assert remind(amazon, at, now=now)[0] is (EffectResult.DONE if known else EffectResult.REFUSED)
    trigger = amazon.calls[1].body["trigger"]
    assert (trigger["timeZoneId"], trigger["recurrence"]["startDateTime"]) == (zone, first)


def test_zones_are_known_without_the_machines_own_table(amazon: AmazonApi, monkeypatch: pytest.MonkeyPatch) -> None:
    from dateutil import tz

    monkeypatch.setattr(tz.tz, "TZPATHS", [])
    tz.gettz.cache_clear()
    amazon.time_zone = "Asia/Tokyo"
    assert remind(amazon)[0] is EffectResult.DONE
    assert amazon.calls[1].body["trigger"]["scheduledTime"] == "2026-11-23T22:00:00"


def test_a_change_makes_the_new_one_before_the_old_one_goes(amazon: AmazonApi) -> None:
    _, first = remind(amazon)
    result, second = remind(amazon, "21:30", replaces=first)
    assert result is EffectResult.DONE
    assert amazon.operations[3:] == ["time_zone", "create", "list", "delete"]
    assert set(amazon.reminders) == set(second) != set(first)


def test_sent_twice_it_leaves_one_reminder(amazon: AmazonApi) -> None:
    remind(amazon)
    result, ids = remind(amazon)  # by a process that knows nothing of the first
    assert result is EffectResult.DONE
    assert set(amazon.reminders) == set(ids)
    assert len(ids) == 1


def test_where_the_others_cannot_be_listed_it_is_set_all_the_same(amazon: AmazonApi) -> None:
    amazon.fail("list", 503)
    result, ids = remind(amazon)
    assert result is EffectResult.DONE
    assert set(amazon.reminders) == set(ids)


def test_a_change_that_fails_loses_nothing(amazon: AmazonApi) -> None:
    _, first = remind(amazon)
    amazon.fail("create", 503)
    assert remind(amazon, "21:30", replaces=first) == (EffectResult.UNREACHABLE, first)
    assert set(amazon.reminders) == set(first)


def test_an_old_one_that_stays_is_not_forgotten(amazon: AmazonApi) -> None:
    _, first = remind(amazon)
    amazon.fail("delete", 500)
    result, ids = remind(amazon, "21:30", replaces=first)
    assert result is EffectResult.DONE
    assert set(ids) == set(amazon.reminders) == {*first, ids[0]}


def test_an_old_one_that_is_gone_already_is_gone(amazon: AmazonApi) -> None:
    result, ids = remind(amazon, replaces=(OLD,))
    assert result is EffectResult.DONE
    assert set(ids) == set(amazon.reminders)


def test_without_permission_nothing_is_made(amazon: AmazonApi) -> None:
    amazon.granted = False
    assert remind(amazon, replaces=(OLD,)) == (EffectResult.NO_PERMISSION, (OLD,))
    assert reminders.cancel(system(amazon), (OLD,)) is EffectResult.NO_PERMISSION


FAULTS: list[tuple[dict[str, Any], EffectResult]] = [
    ({"status": 400, "code": "INVALID_TRIGGER"}, EffectResult.REFUSED),
    ({"status": 401, "code": "UNAUTHORIZED"}, EffectResult.NO_PERMISSION),
    ({"status": 401, "body": b"<html>no</html>"}, EffectResult.NO_PERMISSION),
    ({"status": 403, "code": "DEVICE_NOT_SUPPORTED"}, EffectResult.NOT_HERE),
    ({"status": 403, "code": "MAX_REMINDERS_EXCEEDED"}, EffectResult.TOO_MANY),
    ({"status": 403, "body": b""}, EffectResult.NOT_HERE),
    ({"status": 404, "code": "NOT_FOUND"}, EffectResult.REFUSED),
    ({"status": 409, "code": "CONFLICT"}, EffectResult.REFUSED),
    ({"status": 429, "code": "MAX_RATE_EXCEEDED"}, EffectResult.TOO_MANY),
    ({"status": 500, "code": "INTERNAL"}, EffectResult.UNREACHABLE),
    ({"status": 503, "body": b"<html>"}, EffectResult.UNREACHABLE),
    ({"status": 504, "body": b"[]"}, EffectResult.UNREACHABLE),
    ({"status": 302, "body": b""}, EffectResult.REFUSED),
    ({"status": 200, "body": b"<html>welcome</html>"}, EffectResult.UNREACHABLE),
    ({"status": 200, "body": b"{}"}, EffectResult.UNREACHABLE),
    ({"status": 200, "body": b'{"alertToken": null}'}, EffectResult.UNREACHABLE),
    ({"status": 204, "body": b""}, EffectResult.UNREACHABLE),
]


@pytest.mark.parametrize(("fault", "result"), FAULTS)
def test_whatever_making_it_is_answered_with_has_its_result(
    amazon: AmazonApi, caplog: pytest.LogCaptureFixture, fault: dict[str, Any], result: EffectResult
) -> None:
    amazon.fail("create", **fault)
    assert remind(amazon, replaces=(OLD,)) == (result, (OLD,))
    assert "delete" not in amazon.operations
    assert_nothing_told(caplog)


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ({"status": 204, "body": b""}, EffectResult.NOT_HERE),
        (
            {"status": 401, "code": "UNAUTHORIZED"},
            EffectResult.UNREACHABLE,
        ),  # the token is no good; no consent would mend it
        ({"status": 403, "code": "ACCESS_DENIED"}, EffectResult.NOT_HERE),
        ({"status": 429, "code": "THROTTLED"}, EffectResult.TOO_MANY),
        ({"status": 500, "code": "INTERNAL"}, EffectResult.UNREACHABLE),
        ({"status": 503, "body": b"<html>"}, EffectResult.UNREACHABLE),
        ({"status": 200, "body": b"garbage"}, EffectResult.UNREACHABLE),
        ({"status": 200, "body": b'"../../etc/passwd"'}, EffectResult.NOT_HERE),
        ({"status": 200, "body": b'{"zone": 1}'}, EffectResult.NOT_HERE),
    ],
)
def test_without_the_devices_time_zone_nothing_is_made(
    amazon: AmazonApi, caplog: pytest.LogCaptureFixture, fault: dict[str, Any], result: EffectResult
) -> None:
    amazon.fail("time_zone", **fault)
    assert remind(amazon) == (result, ())
    assert amazon.operations == ["time_zone"]
    assert_nothing_told(caplog)


@pytest.mark.parametrize("hour", ["", "NI", "25:00", "22", "22:00:00:00"])
def test_what_is_no_time_of_day_is_refused(amazon: AmazonApi, hour: str) -> None:
    assert remind(amazon, hour) == (EffectResult.REFUSED, ())
    assert "create" not in amazon.operations


def test_a_reminder_is_cancelled(amazon: AmazonApi) -> None:
    _, ids = remind(amazon)
    assert reminders.cancel(system(amazon), ids) is EffectResult.DONE
    assert amazon.reminders == {}


def test_what_is_gone_already_is_cancelled(amazon: AmazonApi) -> None:
    assert reminders.cancel(system(amazon), (OLD,)) is EffectResult.DONE


def test_where_there_is_none_that_is_said(amazon: AmazonApi) -> None:
    assert reminders.cancel(system(amazon), ()) is EffectResult.NONE


def test_a_reminder_whose_id_was_lost_is_found_and_cancelled(amazon: AmazonApi) -> None:
    _, kept = remind(amazon)
    _, lost = remind(amazon)
    amazon.reminders["rung"] = {**amazon.reminders[lost[0]], "status": Status.COMPLETED.value}
    assert reminders.cancel(system(amazon), kept) is EffectResult.DONE
    assert set(amazon.reminders) == {"rung"}
    remind(amazon)
    assert reminders.cancel(system(amazon), ()) is EffectResult.DONE
    assert set(amazon.reminders) == {"rung"}


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ({"status": 401, "code": "UNAUTHORIZED"}, EffectResult.NO_PERMISSION),
        ({"status": 429, "code": "MAX_RATE_EXCEEDED"}, EffectResult.TOO_MANY),
        ({"status": 500, "code": "INTERNAL"}, EffectResult.UNREACHABLE),
        ({"status": 503, "body": b""}, EffectResult.UNREACHABLE),
        ({"status": 400, "code": "BAD"}, EffectResult.REFUSED),
    ],
)
def test_what_cannot_be_cancelled_has_its_result(
    amazon: AmazonApi, caplog: pytest.LogCaptureFixture, fault: dict[str, Any], result: EffectResult
) -> None:
    _, ids = remind(amazon)
    amazon.fail("delete", **fault)
    assert reminders.cancel(system(amazon), ids) is result
    assert reminders.cancel(system(amazon), ()) is result, "found by the list alone"
    assert_nothing_told(caplog)


@pytest.mark.parametrize("body", [b"<html>", b'{"alerts": null}', b'{"alerts": [{"alertToken": null}]}', b"[1]"])
def test_a_list_that_makes_no_sense_does_not_keep_what_is_known(amazon: AmazonApi, body: bytes) -> None:
    _, ids = remind(amazon)
    amazon.fail("list", 200, body=body)
    assert reminders.cancel(system(amazon), ids) is EffectResult.DONE
    assert amazon.reminders == {}


def test_a_refused_connection_is_told_from_a_refusal(amazon: AmazonApi, caplog: pytest.LogCaptureFixture) -> None:
    here = system(amazon)
    amazon.vanish()
    assert reminders.remind(here, "en-GB", "22:00", TEXT, NOW, (OLD,)) == (EffectResult.UNREACHABLE, (OLD,))
    assert reminders.cancel(here, (OLD,)) is EffectResult.UNREACHABLE
    assert_nothing_told(caplog)


@pytest.mark.parametrize("slow", [{"wait": 20.0}, {"drip": 0.5, "body": b'"Europe/London"' + b" " * 90}])
def test_an_answer_that_does_not_end_is_not_waited_for(
    amazon: AmazonApi, monkeypatch: pytest.MonkeyPatch, slow: dict[str, Any]
) -> None:
    monkeypatch.setattr(reminders, "PATIENCE", 0.5)
    amazon.fail("time_zone", **slow)
    began = time.monotonic()
    assert remind(amazon) == (EffectResult.UNREACHABLE, ())
    assert time.monotonic() - began < 15


def test_all_calls_together_end_before_alexa_does(amazon: AmazonApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "ERRAND", 1.0)
    amazon.fail("delete", 500, wait=0.6)  # six times: 3.6 s
    began = time.monotonic()
    assert reminders.cancel(system(amazon), tuple("abcdef")) is EffectResult.UNREACHABLE
    assert time.monotonic() - began < 3.6
    assert amazon.operations.count("delete") <= 2


def test_two_calls_that_hang_leave_time_to_say_so() -> None:
    assert reminders.PATIENCE < reminders.ERRAND < 6


@pytest.mark.parametrize("missing", ["apiEndpoint", "apiAccessToken", "device"])
def test_a_device_without_the_way_there_has_no_reminders(amazon: AmazonApi, missing: str) -> None:
    here = system(amazon)
    setattr(here, {"apiEndpoint": "api_endpoint", "apiAccessToken": "api_access_token"}.get(missing, missing), None)
    assert reminders.remind(here, "en-GB", "22:00", TEXT, NOW, (OLD,)) == (EffectResult.NOT_HERE, (OLD,))
    assert reminders.cancel(here, (OLD,)) is EffectResult.NOT_HERE
    assert reminders.cancel(None, ()) is EffectResult.NOT_HERE
    assert amazon.calls == []


def test_nothing_is_asked_in_the_clear(amazon: AmazonApi) -> None:
    amazon.endpoint = amazon.endpoint.replace("https", "http")
    assert remind(amazon)[0] is EffectResult.UNREACHABLE
    assert amazon.calls == []


def test_a_call_within_a_deadline_returns_or_raises_what_it_would() -> None:
    def broken() -> None:
        raise KeyError("mine")

    assert within(5, lambda: 7) == 7
    with pytest.raises(KeyError):
        within(5, broken)


@pytest.mark.parametrize("hangs", [lambda: time.sleep(20), lambda: socket.create_server(("127.0.0.1", 0)).accept()])
def test_a_call_that_hangs_is_left_behind(hangs: Callable[[], Any]) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.1, hangs)
    assert time.monotonic() - began < 15
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "within")


def assert_nothing_told(caplog: pytest.LogCaptureFixture) -> None:
    """One line a fault: its kind and status, and nothing of the person or of what was said."""
    ours = [record for record in caplog.records if record.name.startswith("skill.")]
    assert ours
    assert all(record.levelno == logging.WARNING for record in ours)
    for told in (TOKEN, DEVICE, OLD, TEXT, "Europe/London", "22:00"):
        assert told not in caplog.text
