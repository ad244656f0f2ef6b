"""Reminders from the first word to Amazon's API: one yes, Alexa's own question, and a plain line for whatever comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skill.alexa import store
from skill.core.preferences import Preferences
from skill.loading.content import words
from tests import amazon_api
from tests.amazon_api import AmazonApi
from tests.night import START, Answer, Night

USER = "amzn1.ask.account.NIGHT"
SCOPE = "alexa::alerts:reminders:skill:readwrite"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFERENCES_FILE", str(tmp_path / "preferences.db"))
    monkeypatch.delenv("PREFERENCES_TABLE", raising=False)


@pytest.fixture
def amazon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AmazonApi]:
    with amazon_api.serving(tmp_path, monkeypatch) as api:
        api.now = START
        yield api


def night(amazon: AmazonApi) -> Night:
    night = Night()
    night.system = amazon.system
    return night


def answered(status: object, token: object = "22:00", code: str = "200", **more: Any) -> dict[str, Any]:
    answer = {
        "type": "Connections.Response",
        "name": "AskFor",
        "status": {"code": code, "message": ""},
        "payload": {"status": status},
        "token": token,
        **more,
    }
    return {key: value for key, value in answer.items() if value is not None}


def asked(amazon: AmazonApi, time: str = "22:00", lost: bool = False) -> Answer:
    """The whole way, up to what came of it."""
    someone = night(amazon)
    someone.ask("RemindIntent", Time=time)
    handed = someone.ask("Yes", 5)
    token = handed.envelope["response"]["directives"][0]["token"]
    return someone.hand_back(answered("ACCEPTED", token), 8, lost)


@pytest.mark.parametrize(
    ("said", "heard", "rings"),
    [
        ("22:00", "every day at ten at night", "22:00"),
        ("10:00", "ten at night", "22:00"),
        ("06:00", "six in the evening", "18:00"),
        ("11:30", "eleven thirty at night", "23:30"),
        ("21:05", "nine oh five at night", "21:05"),
        ("05:00", "five in the morning", "05:00"),
        ("12:00", "noon", "12:00"),
        ("00:00", "midnight", "00:00"),
        ("14:15", "two fifteen in the afternoon", "14:15"),
    ],
)
def test_a_bare_hour_from_six_to_eleven_is_evening(said: str, heard: str, rings: str, amazon: AmazonApi) -> None:
    someone = night(amazon)
    asks = someone.ask("RemindIntent", Time=said)
    assert heard in asks.text
    assert asks.text.endswith("Shall I set that?")
    assert someone.ask("Yes", 5).envelope["response"]["directives"][0]["token"] == rings


@pytest.mark.parametrize("time", [None, "NI", "EV", "", "25:00"])
def test_tonight_asks_for_an_hour(time: str | None) -> None:
    someone = Night()
    slots: dict[str, Any] = {} if time is None else {"Time": time}
    assert someone.ask("RemindIntent", **slots).text == "At what time of night?"
    assert "ten at night" in someone.ask("RemindIntent", 4, Time="10:00").text


def test_yes_then_alexas_own_question_then_the_reminder(amazon: AmazonApi) -> None:
    someone = night(amazon)
    someone.ask("RemindIntent", Time="22:00")
    handed = someone.ask("Yes", 5)
    response = handed.envelope["response"]
    assert amazon.calls == []
    [directive] = response["directives"]
    assert (directive["type"], directive["name"]) == ("Connections.SendRequest", "AskFor")
    assert directive["payload"]["permissionScopes"] == [{"permissionScope": SCOPE, "consentLevel": "ACCOUNT"}]
    assert "shouldEndSession" not in response
    assert "outputSpeech" not in response
    done = someone.hand_back(answered("ACCEPTED"), 8)
    assert done.text == "Done. Every day at ten at night."
    assert done.ends
    [(identifier, reminder)] = amazon.reminders.items()
    trigger = reminder["trigger"]
    assert trigger["timeZoneId"] == "Europe/London"
    assert trigger["recurrence"]["startDateTime"].startswith("2026-01-15T22:00")
    assert reminder["alertInfo"]["spokenInfo"]["content"][0]["locale"] == "en-GB"
    assert store.read(USER) == Preferences(reminders=(identifier,))


def test_the_answer_needs_no_session(amazon: AmazonApi) -> None:
    assert asked(amazon, lost=True).text == "Done. Every day at ten at night."


@pytest.mark.parametrize("lost", [False, True])
def test_a_change_replaces_the_reminder(lost: bool, amazon: AmazonApi) -> None:
    asked(amazon)
    assert asked(amazon, "21:30", lost).text == "Done. Every day at nine thirty at night."
    [(identifier, reminder)] = amazon.reminders.items()
    assert "T21:30" in reminder["trigger"]["recurrence"]["startDateTime"]
    assert store.read(USER) == Preferences(reminders=(identifier,))


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (answered("DENIED"), "Then no reminder. You can allow it later in the Alexa app."),
        (answered("NOT_ANSWERED"), "Then no reminder for now. Anything else?"),
        (answered("SOMETHING_NEW"), "I couldn't set the reminder."),
        (answered("ACCEPTED", None), "I lost the time. At what time of night?"),
        (answered("ACCEPTED", ""), "I lost the time. At what time of night?"),
        (answered("ACCEPTED", "half past"), "I lost the time. At what time of night?"),
        (answered(None), "I couldn't set the reminder."),
        (answered("ACCEPTED", payload=None), "I couldn't set the reminder."),
    ],
)
def test_every_other_answer_has_its_line(answer: dict[str, Any], line: str, amazon: AmazonApi) -> None:
    someone = night(amazon)
    someone.ask("RemindIntent", Time="22:00")
    someone.ask("Yes", 5)
    told = someone.hand_back(answer, 8)
    assert told.text.startswith(line)
    assert told.ends == (not line.endswith("?"))
    assert not amazon.reminders


@pytest.mark.parametrize(
    ("scope", "made"), [(SCOPE, 1), ("alexa::profile:email:read", 0), ("", 0), (["x"], 0), (None, 1)], ids=str
)
def test_leave_for_something_else_sets_no_reminder(scope: object, made: int, amazon: AmazonApi) -> None:
    someone = night(amazon)
    someone.ask("RemindIntent", Time="22:00")
    someone.ask("Yes", 5)
    payload = {"status": "ACCEPTED", "isCardThrown": False, "permissionScope": scope}
    told = someone.hand_back(answered("ACCEPTED", payload=payload), 8)
    assert len(amazon.reminders) == made
    assert told.text.startswith("Done." if made else "I couldn't set the reminder.")


@pytest.mark.parametrize("status", ["DENIED", "ACCEPTED"])
def test_a_sign_that_can_wait_is_spoken_of_whatever_comes_of_the_reminder(status: str, amazon: AmazonApi) -> None:
    someone = night(amazon)
    someone.ask("RemindIntent", Time="22:00")
    someone.ask("WarningSignIntent", 4, Sign="frequent_cramps")
    someone.ask("Yes", 5)
    told = someone.hand_back(answered(status), 8)
    assert told.ends
    assert told.text.endswith(words("en-GB").text("signs.frequent_cramps"))


@pytest.mark.parametrize(
    ("operation", "status", "code", "line"),
    [
        ("create", 401, "UNAUTHORIZED", "Alexa does not let me set reminders yet."),
        ("create", 403, "DEVICE_NOT_SUPPORTED", "Reminders can't be set on this device."),
        ("create", 403, "MAX_REMINDERS_EXCEEDED", "Alexa takes no more reminders just now."),
        ("create", 429, "RATE_EXCEEDED", "Alexa takes no more reminders just now."),
        ("create", 400, "INVALID_TRIGGER", "I couldn't set the reminder."),
        ("create", 500, "INTERNAL", "I can't reach the reminders now."),
        ("create", 503, "UNAVAILABLE", "I can't reach the reminders now."),
        ("time_zone", 503, "UNAVAILABLE", "I can't reach the reminders now."),
        ("time_zone", 401, "UNAUTHORIZED", "I can't reach the reminders now."),
        ("time_zone", 403, "ACCESS_DENIED", "Reminders can't be set on this device."),
    ],
)
def test_each_fault_of_amazons_api_has_its_line(
    operation: str, status: int, code: str, line: str, amazon: AmazonApi
) -> None:
    amazon.fail(operation, status, code=code)
    told = asked(amazon)
    assert told.text.startswith(line)
    assert told.ends
    assert not amazon.reminders
    assert (store.read(USER) or Preferences()).reminders == ()


def test_with_no_network_at_all_it_says_so(amazon: AmazonApi) -> None:
    amazon.vanish()
    assert asked(amazon).text.startswith("I can't reach the reminders now.")


def test_cancel_asks_once_and_takes_it_away(amazon: AmazonApi) -> None:
    asked(amazon)
    someone = night(amazon)
    assert someone.ask("CancelReminderIntent").text.endswith("?")
    assert someone.ask("Yes", 4).text == "Done. No more reminders."
    assert not amazon.reminders
    assert store.read(USER) == Preferences()


def test_cancel_without_one(amazon: AmazonApi) -> None:
    someone = night(amazon)
    someone.ask("CancelReminderIntent")
    assert someone.ask("Yes", 4).text == "I have no reminder of yours."


def test_no_leaves_it(amazon: AmazonApi) -> None:
    asked(amazon)
    someone = night(amazon)
    someone.ask("CancelReminderIntent")
    assert "stays" in someone.ask("No", 4).text
    assert amazon.reminders


def test_forget_me_takes_the_reminder_away_too(amazon: AmazonApi) -> None:
    asked(amazon)
    someone = night(amazon)
    someone.ask("ForgetIntent")
    assert "forgotten it all" in someone.ask("Yes", 5).text
    assert not amazon.reminders
    assert store.read(USER) == Preferences()


def test_forget_me_keeps_the_id_while_the_reminder_may_still_be_taken_away(amazon: AmazonApi) -> None:
    asked(amazon)
    amazon.fail("delete", 503)
    someone = night(amazon)
    someone.ask("ForgetIntent")
    assert "ask me again" in someone.ask("Yes", 5).text
    assert (store.read(USER) or Preferences()).reminders


def test_forget_me_where_permission_is_gone_says_where_the_reminder_can_be_taken_away(amazon: AmazonApi) -> None:
    asked(amazon)
    amazon.granted = False
    someone = night(amazon)
    someone.ask("ForgetIntent")
    assert "take it away in the Alexa app" in someone.ask("Yes", 5).text
    assert store.read(USER) == Preferences()


@pytest.mark.parametrize("intent", ["RemindIntent", "CancelReminderIntent", "ForgetIntent"])
def test_in_a_cramp_the_set_goes_on(intent: str, amazon: AmazonApi) -> None:
    someone = night(amazon)
    someone.ask("RelieveIntent", Site="calf")
    told = someone.ask(intent, 20)
    assert told.text.startswith("Ask me that afterwards. Keep holding.")
    assert told.say.cues
    assert amazon.calls == []
