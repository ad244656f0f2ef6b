"""A session opens, carries its attributes and ends as on a device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from skill.simulator.device import Speaker
from skill.simulator.requests import Json
from skill.simulator.validation.response import Rejected
from tests.speaker.small_skill import SmallSkill, goodbye

Build = Callable[..., Speaker]
CALF = "my lower leg is cramping"
# the action 1 s, the set 43 s, the question 1 s; the microphone; the reprompt 1 + 30 + 1 s; the microphone
REPLY, UNANSWERED = 45.0, 45.0 + 8 + 32 + 8


def test_the_first_turn_is_a_one_shot_in_a_new_session_and_the_next_a_plain_answer(
    skill: SmallSkill, speaker_for: Build
) -> None:
    speaker = speaker_for(skill)
    first, second = speaker.say(CALF), speaker.say("pause")
    assert (first.opens_session, second.opens_session) == (True, False)
    assert second.request["session"]["sessionId"] == first.request["session"]["sessionId"]
    assert second.request["session"]["attributes"] == {"turn": 1}
    assert skill.types == ["RelieveIntent", "AMAZON.PauseIntent"]


def test_opening_by_name_is_a_launch_and_starts_afresh(skill: SmallSkill, speaker_for: Build) -> None:
    speaker = speaker_for(skill)
    speaker.say(CALF)
    turn = speaker.say("open cramp coach", after=5)
    assert turn.opens_session
    assert turn.request["session"]["attributes"] == {}
    assert skill.types == ["RelieveIntent", "SessionEndedRequest", "LaunchRequest"]
    assert skill.requests[1]["request"]["reason"] == "USER_INITIATED"
    assert skill.requests[1]["request"]["timestamp"] == "2026-01-01T03:00:05Z"


def test_without_after_the_answer_comes_when_the_microphone_opens(skill: SmallSkill, speaker_for: Build) -> None:
    speaker = speaker_for(skill)
    speaker.say(CALF)
    assert speaker.say("pause").at == REPLY


def test_after_moves_the_clock_and_the_timestamp(skill: SmallSkill, speaker_for: Build) -> None:
    speaker = speaker_for(skill)
    speaker.say(CALF)
    turn = speaker.say("pause", after=12.5)
    assert turn.at == 12.5
    assert turn.request["request"]["timestamp"] == "2026-01-01T03:00:12.500Z"
    assert speaker.say("pause", after=5).request["request"]["timestamp"] == "2026-01-01T03:00:17.500Z"


@pytest.mark.parametrize(("after", "fresh"), [(UNANSWERED, False), (UNANSWERED + 0.1, True)])
def test_the_session_outlives_reply_microphone_reprompt_and_microphone(
    skill: SmallSkill, speaker_for: Build, after: float, fresh: bool
) -> None:
    speaker = speaker_for(skill)
    speaker.say(CALF)
    assert speaker.say("pause", after=after).opens_session is fresh
    ended = [event["request"] for event in skill.requests if event["request"]["type"] == "SessionEndedRequest"]
    assert [request["reason"] for request in ended] == ["EXCEEDED_MAX_REPROMPTS"] * fresh


def test_a_later_turn_knows_nothing_of_the_session_before(skill: SmallSkill, speaker_for: Build) -> None:
    speaker = speaker_for(skill)
    first = speaker.say(CALF)
    later = speaker.say(CALF, after=3600)
    assert later.request["session"]["attributes"] == {}
    assert later.request["session"]["sessionId"] != first.request["session"]["sessionId"]
    assert later.request["session"]["user"] == first.request["session"]["user"]


def test_silence_ends_the_session_and_tells_the_skill_once(skill: SmallSkill, speaker_for: Build) -> None:
    speaker = speaker_for(skill)
    speaker.say(CALF)
    ended = speaker.stay_silent()
    assert ended is not None
    assert ended.at == UNANSWERED
    assert ended.performance.reply == ()
    assert speaker.stay_silent() is None
    assert skill.types == ["RelieveIntent", "SessionEndedRequest"]
    assert speaker.say(CALF).at == UNANSWERED


def test_a_session_that_the_skill_closed_is_over_without_another_request(skill: SmallSkill, speaker_for: Build) -> None:
    speaker = speaker_for(skill)
    speaker.say(CALF)
    assert speaker.say("yes").performance.ends
    assert speaker.stay_silent() is None
    assert speaker.say(CALF).opens_session
    assert skill.types == ["RelieveIntent", "AMAZON.YesIntent", "RelieveIntent"]


def test_a_device_that_cannot_play_the_audio_says_so_in_the_session(speaker_for: Build) -> None:
    arrived: list[Json] = []

    def skill(event: Json, context: object) -> Json:
        arrived.append(event)
        return SmallSkill()(event, context)

    speaker = speaker_for(skill)
    speaker.say(CALF)
    turn = speaker.fail_audio(after=1)
    assert turn.request["request"]["type"] == "Alexa.Presentation.APLA.RuntimeError"
    assert turn.request["request"]["token"] == "set"
    assert turn.request["session"]["attributes"] == {"turn": 1}
    assert turn.at == 1


def test_no_audio_can_fail_where_none_was_sent(speaker_for: Build) -> None:
    with pytest.raises(ValueError, match="no session"):
        speaker_for(SmallSkill()).fail_audio()


def test_time_does_not_run_backwards(skill: SmallSkill, speaker_for: Build) -> None:
    speaker = speaker_for(skill)
    speaker.say(CALF)
    with pytest.raises(ValueError, match="backwards"):
        speaker.say("pause", after=-1)


def test_a_screen_that_shows_something_is_told_in_the_next_request(speaker_for: Build) -> None:
    def skill(event: Json, context: object) -> Json:
        response = SmallSkill()(event, context)
        document = {
            "type": "APL",
            "version": "2024.1",
            "mainTemplate": {"items": [{"type": "Text", "text": "Hold"}]},
        }
        directive = {
            "type": "Alexa.Presentation.APL.RenderDocument",
            "token": "countdown",
            "document": document,
        }
        response["response"]["directives"].append(directive)
        return response

    speaker = speaker_for(skill, device="show")
    assert speaker.say(CALF).performance.screen == ("Hold",)
    assert speaker.say("pause").request["context"]["Alexa.Presentation.APL"]["token"] == "countdown"


def _with_a_screen(event: Json, context: object) -> Json:
    response = SmallSkill()(event, context)
    document = {"type": "APL", "version": "1.4", "mainTemplate": {"items": [{"type": "Text", "text": "Hold"}]}}
    if event["request"]["type"] != "SessionEndedRequest":
        shown = {"type": "Alexa.Presentation.APL.RenderDocument", "token": "set", "document": document}
        response["response"]["directives"].append(shown)
    return response


def test_what_is_shown_can_be_touched(speaker_for: Build) -> None:
    speaker = speaker_for(_with_a_screen, device="show")
    speaker.say(CALF)
    turn = speaker.touch(["pause"], after=12)
    assert turn.request["request"]["type"] == "Alexa.Presentation.APL.UserEvent"
    assert (turn.request["request"]["arguments"], turn.request["request"]["token"]) == (["pause"], "set")
    assert (turn.at, turn.opens_session, turn.heard) == (12, False, None)


@pytest.mark.parametrize("after", [1.0, UNANSWERED + 1])
def test_nothing_can_be_touched_where_nothing_is_shown(speaker_for: Build, after: float) -> None:
    plain, shown = speaker_for(SmallSkill(), device="show"), speaker_for(_with_a_screen, device="show")
    for speaker in (plain, shown):
        speaker.say(CALF)
    with pytest.raises(ValueError, match="nothing is on the screen"):
        plain.touch(["pause"], after)
    if after > UNANSWERED:  # the session is over, and its screen with it
        with pytest.raises(ValueError, match="nothing is on the screen"):
            shown.touch(["pause"], after)


def test_the_person_can_end_the_session_by_hand(skill: SmallSkill, speaker_for: Build) -> None:
    speaker = speaker_for(skill)
    assert speaker.close() is None
    speaker.say(CALF)
    ended = speaker.close(after=5)
    assert ended is not None
    assert ended.at == 5
    assert skill.requests[-1]["request"]["reason"] == "USER_INITIATED"
    assert speaker.close() is None
    assert speaker.say(CALF, after=7).opens_session


@pytest.mark.parametrize("answer", [None, {}, {"version": "1.0", "response": {}}])
def test_silence_in_answer_to_a_person_is_rejected(speaker_for: Build, answer: Any) -> None:
    with pytest.raises(Rejected, match="RelieveIntent"):
        speaker_for(lambda event, context: answer).say(CALF)


def test_a_skill_that_crashes_is_rejected_with_its_reason(speaker_for: Build) -> None:
    def skill(event: Json, context: object) -> Json:
        raise KeyError("calf")

    with pytest.raises(Rejected, match="failed with KeyError: 'calf'"):
        speaker_for(skill).say(CALF)


def test_the_skill_cannot_change_what_the_device_has_sent_or_received(speaker_for: Build) -> None:
    kept = goodbye()

    def skill(event: Json, context: object) -> Json:
        event["session"]["attributes"]["stolen"] = True
        return kept

    turn = speaker_for(skill).say(CALF)
    kept["response"].clear()
    assert turn.request["session"]["attributes"] == {}
    assert turn.response == goodbye()
