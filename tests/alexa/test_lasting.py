"""What lasts from one night to the next, in a file of one's own: read on the second turn, and never in the way of relief."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from lambda_handler import handler
from skill.alexa import store
from skill.alexa.handlers import NotDeleted
from skill.core.preferences import NOTICES, PHRASE_OFFER, REMINDER_OFFER, Preferences
from skill.core.vocabulary import Voice
from skill.simulator import requests
from skill.simulator.requests import Visit
from tests.night import START, Night

USER = "amzn1.ask.account.NIGHT"
SOFTLY, WHISPERED = 'volume="soft"', "whispered"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PREFERENCES_FILE", str(tmp_path / "preferences.db"))
    monkeypatch.delenv("PREFERENCES_TABLE", raising=False)
    return tmp_path / "preferences.db"


def calf(night: Night) -> Any:
    return night.ask("RelieveIntent", Site="calf")


def test_a_chosen_voice_is_heard_from_the_second_reply_of_the_next_night() -> None:
    first = Night()
    calf(first)
    assert WHISPERED in first.ask("VoiceIntent", 20, Voice="whisper").say.ssml
    assert first.ask("Yes", 100).ends
    second = Night()
    begins = calf(second)
    assert WHISPERED not in begins.say.ssml
    assert WHISPERED in second.ask("TimeLeftIntent", 20).say.ssml


def test_a_slower_pace_lasts_and_waits_for_the_end_of_the_running_set() -> None:
    first = Night()
    usual = calf(first)
    slower = first.ask("PaceIntent", 5, Pace="slower")
    first.ask("Stop", 5)
    second, stranger = Night(), Night(user="amzn1.ask.account.STRANGER")
    assert calf(second).say.cues == calf(stranger).say.cues == usual.say.cues
    assert second.ask("TimeLeftIntent", 20).say.cues == stranger.ask("TimeLeftIntent", 20).say.cues, (
        "it counts as it did"
    )
    second.ask("No", 100)
    following = second.ask("No", 5)  # the check finds nothing: the second set
    assert following.say.cues[-1][0] > usual.say.cues[-1][0]
    assert slower.say.cues[-1][0] > usual.say.cues[-1][0]


def test_the_first_reply_never_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reads(user: str) -> Preferences:
        read.append(user)
        return Preferences(voice=Voice.WHISPER)

    monkeypatch.setattr(store, "read", reads)
    night = Night()
    assert WHISPERED not in calf(night).say.ssml
    assert not read
    for _ in range(3):
        assert WHISPERED in night.ask("TimeLeftIntent", 5).say.ssml
    assert read == [USER], "and the others carry on what the second has read"


def test_what_is_said_in_this_session_is_not_undone_by_what_is_kept() -> None:
    assert store.write(USER, Preferences(), Preferences(voice=Voice.WHISPER))
    night = Night()
    night.ask("VoiceIntent", Voice="normal")
    assert WHISPERED not in calf(night).say.ssml
    night.ask("Stop", 5)
    assert store.read(USER) == Preferences(voice=Voice.NORMAL)


def test_a_session_that_ends_by_itself_is_written_then(file: Path) -> None:
    night = Night()
    calf(night)
    night.ask("PaceIntent", 10, Pace="shorter")
    assert not file.exists() or store.read(USER) == Preferences(), "nothing is written while somebody waits"
    night.silence(200)
    assert store.read(USER) == Preferences(hold=20.0)


def test_after_a_fault_the_defaults_hold_and_the_store_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(store, "read", lambda user: calls.append("read"))
    monkeypatch.setattr(store, "write", lambda *changes: calls.append("write"))
    night = Night()
    calf(night)
    assert SOFTLY in night.ask("TimeLeftIntent", 20).say.ssml
    assert night.ask("Yes", 80).ends
    assert calls == ["read"]


def test_a_sign_is_answered_before_anything_is_read_or_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "read", lambda user: pytest.fail("read"))
    assert "Call 999" in Night().ask("WarningSignIntent", Sign="chest_or_breath").text
    night = Night()
    calf(night)
    assert "Call 999" in night.ask("WarningSignIntent", 20, Sign="chest_or_breath").text
    assert "Call 999" in night.ask("Repeat", 20).text


def test_the_set_that_is_spoken_for_want_of_timed_audio_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "read", lambda user: pytest.fail("read"))
    night = Night()
    calf(night)
    assert "<break" in night.fail_audio(1).say.ssml


def test_the_notice_is_heard_once_in_a_life() -> None:
    first = Night()
    calf(first)
    assert "general tips" in first.ask("Yes", 100).text
    second = Night()
    calf(second)
    assert "general tips" not in second.ask("Yes", 100).text


@pytest.mark.parametrize(
    "kept", [Preferences(reminders=("AAECA+/4f==;x",)), Preferences(notices=("of_another_version",))], ids=str
)
def test_nothing_that_is_kept_makes_a_session_forget_where_it_cramps(kept: Preferences) -> None:
    assert store.write(USER, Preferences(), kept)
    night = Night()
    foot = night.ask("RelieveIntent", Site="foot")
    for _ in range(2):
        assert night.ask("Repeat", 40).text.startswith(foot.say.speech.partition(".")[0])


# --- forgetting -------------------------------------------------------------------------------------------------------


def test_forget_me_asks_once_and_deletes_all(file: Path) -> None:
    store.write(USER, Preferences(), Preferences(voice=Voice.WHISPER, notices=NOTICES))
    night = Night()
    asked = night.ask("ForgetIntent")
    assert asked.text.endswith("?")
    done = night.ask("Yes")
    assert "forgotten" in done.text
    assert done.ends
    with sqlite3.connect(file) as table:
        assert all(USER not in line for line in table.iterdump())
    assert store.read(USER) == Preferences()


@pytest.mark.parametrize("answer", ["No", "WarningSignIntent"])
def test_forget_me_without_a_yes_deletes_nothing(answer: str) -> None:
    store.write(USER, Preferences(), Preferences(voice=Voice.WHISPER))
    night = Night()
    night.ask("ForgetIntent")
    night.ask(answer)
    assert store.read(USER) == Preferences(voice=Voice.WHISPER)


def test_a_store_that_cannot_forget_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "forget", lambda user: False)
    night = Night()
    night.ask("ForgetIntent")
    assert "couldn't forget" in night.ask("Yes").text


def _disabled() -> dict[str, Any]:
    event = requests.launch(Night().bedside, Visit("", {}, True), START)
    del event["session"]
    event["request"] = {
        "type": "AlexaSkillEvent.SkillDisabled",
        "requestId": "amzn1.echo-api.request.x",
        "timestamp": "2026-01-15T03:00:00Z",
        "body": {"userInformationPersistenceStatus": "NOT_PERSISTED"},
    }
    return event


def test_disabling_the_skill_deletes_the_row_in_silence() -> None:
    store.write(USER, Preferences(), Preferences(voice=Voice.WHISPER))
    assert handler(_disabled(), None) == {"version": "1.0", "response": {}}
    assert store.read(USER) == Preferences()


def test_a_deletion_that_failed_is_not_acknowledged_and_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(USER, Preferences(), Preferences(voice=Voice.WHISPER))
    with monkeypatch.context() as broken:
        broken.setattr(store, "forget", lambda user: False)
        with pytest.raises(NotDeleted):
            handler(_disabled(), None)
    assert handler(_disabled(), None) == {"version": "1.0", "response": {}}
    assert store.read(USER) == Preferences()


# --- offers -----------------------------------------------------------------------------------------------------------


def by_day(night: Night, *topics: str) -> Any:
    night.launch()
    return [night.ask("AskIntent", 10, Topic=topic) for topic in topics][-1]


OFFER = "Shall I remind you to stretch every night?"


def test_a_reminder_is_offered_once_ever_on_the_second_answer_of_a_calm_day() -> None:
    first = Night()
    assert OFFER not in by_day(first, "magnesium").text
    assert by_day(Night(), "magnesium", "quinine").text.endswith(OFFER)
    night = Night()
    assert by_day(night, "magnesium", "quinine").text.endswith(OFFER)
    assert night.ask("No", 10).ends
    assert OFFER not in by_day(Night(), "magnesium", "quinine", "milk", "soap").text


def test_nothing_is_offered_in_or_after_pain() -> None:
    night = Night()
    calf(night)
    for topic in ("magnesium", "quinine", "milk"):
        assert OFFER not in night.ask("AskIntent", 100, Topic=topic).text
    assert OFFER not in night.ask("Yes", 10).text


def test_nothing_is_offered_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFERENCES_FILE")
    assert OFFER not in by_day(Night(), "magnesium", "quinine", "milk").text


def test_it_is_offered_after_the_routine_before_sleep() -> None:
    night = Night()
    night.ask("BedtimeRoutineIntent")
    night.ask("Yes", 145)
    assert night.ask("Yes", 90).text.endswith(OFFER)
    assert "Rest well" in night.ask("No", 6).text


def test_in_another_night_a_phrase_of_ones_own_is_offered_by_alexa_once() -> None:
    store.write(USER, Preferences(), Preferences(notices=("notice", REMINDER_OFFER)))
    night = Night()
    handed = by_day(night, "magnesium", "quinine")
    directive = handed.envelope["response"]["directives"][0]
    assert directive["uri"] == "connection://AMAZON.OfferAutomation/1"
    assert directive["input"]["automation"]["trigger"]["payload"]["utterances"][0] == "leg cramp"
    assert "shouldEndSession" not in handed.envelope["response"]
    cause = {"type": "ConnectionCompleted", "token": "phrase", "status": {"code": "200", "message": "OK"}, "result": {}}
    assert night.hand_back({"type": "SessionResumedRequest", "cause": cause}, 20).ends
    assert PHRASE_OFFER in (store.read(USER) or Preferences()).notices
    assert len(by_day(Night(), "magnesium", "quinine").envelope["response"].get("directives", [])) == 0


def test_a_routine_that_opens_the_skill_is_answered_without_documents() -> None:
    night = Night(device="show")
    request = requests.launch(*night._frame())
    request["request"]["task"] = {"name": f"{night.bedside.skill_id}.Relief", "version": "1", "input": {}}
    response = handler(request, None)["response"]
    assert "Slowly straighten your leg." in response["outputSpeech"]["ssml"]
    assert "directives" not in response
    assert "directives" not in response["reprompt"] or not response["reprompt"]["directives"]
    assert "break" in response["reprompt"]["outputSpeech"]["ssml"]


def test_the_last_word_of_a_sign_that_stands_waits_for_no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    night = Night()
    night.ask("VoiceIntent", Voice="normal")
    night.ask("WarningSignIntent", Sign="stroke")
    monkeypatch.setattr(store, "write", lambda *changes: pytest.fail("written"))
    assert "Call out" in night.ask("Stop", 20).text
