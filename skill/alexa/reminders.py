"""A reminder every day, kept by Amazon: made, changed and taken back in the session in which it was asked for.

Nothing raises: whatever goes wrong is a Result, which has its own line. Logged are the task, the kind of the fault and its status.
"""

import logging
import re
import time as clock
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any, TypeVar

from skill.alexa import request_log
from skill.alexa.timeout import within
from skill.core.vocabulary import EffectResult

log = logging.getLogger(__name__)

PATIENCE = 3.0  #: for one call, in seconds
ERRAND = (
    5.0  #: for all calls of a task, in seconds: Alexa waits eight, and what is kept takes one to read and one to write
)
SOON = timedelta(minutes=1)  #: what is to ring sooner may have passed when Amazon takes it, and is refused

ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")
#: The clock that is furthest ahead: what is yet to come there is yet to come everywhere.
FURTHEST_AHEAD = timezone(timedelta(hours=14))

#: 403 says that the device cannot, or that there are too many; only the code in its body tells which.
CROWDED = re.compile(r"MAX|LIMIT|EXCEED|TOO_MANY", re.IGNORECASE)

T = TypeVar("T")


class TokenRefused(Exception):
    """Amazon takes the request's own token for none."""


def remind(
    system: Any, locale: str, time: str, text: str, now: datetime, replaces: tuple[str, ...] = ()
) -> tuple[EffectResult, tuple[str, ...]]:
    """Rings every day at `time` ("HH:MM" where the device is) on the device that asks, in place of any other of this skill's.

    Returns also the ids that exist afterwards. The new one is made before the old ones go: a change that fails changes nothing.
    `replaces` are those known by their ids; one whose id was lost, or that a request sent twice has made, goes as well.
    `system` is the request's own SystemState, `now` its timestamp.
    """
    if not _can_be_asked(system):
        return EffectResult.NOT_HERE, replaces
    calls = _Calls("remind", system)
    try:
        zone = calls.time_zone()
        if zone is None:
            return EffectResult.NOT_HERE, replaces
        made = calls.create(locale, text, zone, _first(time, zone, now), now)
    except Exception as error:
        return calls.result_of(error), replaces
    try:
        others = set(calls.ringing()) - {made, *replaces}
    except Exception as error:  # it is set all the same
        calls.result_of(error)
        others = set()
    return EffectResult.DONE, (made, *calls.delete((*replaces, *sorted(others))))


def cancel(system: Any, ids: tuple[str, ...]) -> EffectResult:
    """Takes back these reminders, and any other of this skill's: one may have been made whose id never came back.

    An id that is already gone counts as done; Result.NONE: there was none.
    """
    if not _can_be_asked(system):
        return EffectResult.NOT_HERE
    calls = _Calls("cancel", system)
    left = calls.delete(ids)
    try:
        others = tuple(other for other in calls.ringing() if other not in ids)
    except Exception as error:
        result = calls.result_of(error)
        if not ids:
            return result
        others = ()
    left += calls.delete(others)
    if left:
        return calls.result_of(calls.fault)
    return EffectResult.DONE if ids or others else EffectResult.NONE


class _Calls:
    """The calls of one task for one device, all of them within ERRAND seconds. `fault`: why the last deletion failed."""

    def __init__(self, task: str, system: Any) -> None:
        # Late, with all that it takes with it: nothing of this is needed for the first words.
        from skill.alexa import api_clients

        self.task = task
        self.ends = clock.monotonic() + ERRAND
        self.fault: Exception | None = None
        self.device = str(system.device.device_id)
        configuration = api_clients.configuration(system)
        self.reminders, self.settings = api_clients.Reminders(configuration), api_clients.Settings(configuration)

    def time_zone(self) -> str | None:
        """The device's time zone by its name; None where it has none, or keeps it to itself."""
        found: object = None
        try:
            found = self._call(partial(self.settings.get_system_time_zone, self.device))
        except Exception as error:
            if _status(error) == 401:  # the token is no good; the time zone needs nobody's leave, so none would mend it
                raise TokenRefused from error
            if _status(error) not in (403, 404):
                raise
        if isinstance(found, str) and ZONE.fullmatch(found):
            return found
        log.warning("reminders: %s failed: no time zone", self.task)
        return None

    def create(self, locale: str, text: str, zone: str, first: datetime, now: datetime) -> str:
        """The id of the new reminder; `first` without a zone, for it is `zone`'s own clock."""
        from ask_sdk_model.services.reminder_management import (
            AlertInfo,
            PushNotification,
            PushNotificationStatus,
            Recurrence,
            ReminderRequest,
            SpokenInfo,
            SpokenText,
            Trigger,
            TriggerType,
        )

        rule = f"FREQ=DAILY;BYHOUR={first.hour};BYMINUTE={first.minute};BYSECOND=0;INTERVAL=1;"
        request = ReminderRequest(
            request_time=now.astimezone(UTC).replace(tzinfo=None, microsecond=0),
            trigger=Trigger(
                object_type=TriggerType.SCHEDULED_ABSOLUTE,
                scheduled_time=first,  # ignored beside a recurrence, says Amazon; its own examples give both
                time_zone_id=zone,
                recurrence=Recurrence(start_date_time=first, recurrence_rules=[rule]),
            ),
            alert_info=AlertInfo(spoken_info=SpokenInfo(content=[SpokenText(locale=locale, text=text)])),
            # Quiet: the speaker rings; the telephone beside the bed does not light up.
            push_notification=PushNotification(status=PushNotificationStatus.DISABLED),
        )
        made = self._call(partial(self.reminders.create_reminder, request))
        identifier = getattr(made, "alert_token", None)
        if not isinstance(identifier, str) or not identifier:
            raise LookupError
        return identifier

    def ringing(self) -> tuple[str, ...]:
        """The ids of this skill's reminders that are yet to ring."""
        found: object = self._call(self.reminders.get_reminders)
        alerts = found.get("alerts") if isinstance(found, dict) else None
        if not isinstance(alerts, list):
            raise LookupError
        tables = [alert for alert in alerts if isinstance(alert, dict) and alert.get("status") != "COMPLETED"]
        return tuple(alert["alertToken"] for alert in tables if isinstance(alert.get("alertToken"), str))

    def delete(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Deletes what it can; returns what is left."""
        left = []
        for identifier in ids:
            try:
                self._call(partial(self.reminders.delete_reminder, identifier))
            except Exception as error:
                if _status(error) != 404:
                    left.append(identifier)
                    self.fault = error
        return tuple(left)

    def result_of(self, error: Exception | None) -> EffectResult:
        status = _status(error)
        log.warning("reminders: %s failed: %s %s", self.task, type(error).__name__, status or "")
        if isinstance(error, ValueError):  # the time is none
            return EffectResult.REFUSED
        if status is None or status >= 500:
            if error is not None:
                request_log.fault(error)
            return EffectResult.UNREACHABLE
        if status == 403:
            return EffectResult.TOO_MANY if CROWDED.search(str(getattr(error, "body", ""))) else EffectResult.NOT_HERE
        return {401: EffectResult.NO_PERMISSION, 429: EffectResult.TOO_MANY}.get(status, EffectResult.REFUSED)

    def _call(self, call: Callable[[], T]) -> T:
        seconds = min(PATIENCE, self.ends - clock.monotonic())
        if seconds <= 0:
            raise TimeoutError
        return within(seconds, call)


def _can_be_asked(system: Any) -> bool:
    """Whether the request says where Amazon's services are, with which right, and which device it is."""
    device = getattr(getattr(system, "device", None), "device_id", None)
    return bool(device and getattr(system, "api_endpoint", None) and getattr(system, "api_access_token", None))


def _first(time: str, zone: str, now: datetime) -> datetime:
    """When it rings first, by the device's own clock and without its zone; raises ValueError where `time` is none."""
    # Not zoneinfo: Lambda has no table of zones, and this library, which the SDK needs anyway, brings one along.
    from dateutil import tz

    local = now.astimezone(tz.gettz(zone) or FURTHEST_AHEAD)
    hour, minute = map(int, time.split(":"))
    first = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if first < local + SOON:
        first += timedelta(days=1)
    return first.replace(tzinfo=None)


def _status(error: Exception | None) -> int | None:
    """The status that Amazon answered with; the SDK gives 500 where there was no answer."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None
