"""The night's voices: soft unless somebody chose, the first action easier to hear, care never whispered, a repeat louder."""

from __future__ import annotations

import re

import pytest

from lambda_handler import handler
from skill.loading.content import words
from skill.simulator import requests
from skill.simulator.validation.response import judge
from skill.simulator.validation.ssml import faults
from tests.night import Night, Part

WHISPERED = '<amazon:effect name="whispered">'


def volumes(part: Part) -> list[str]:
    return re.findall(r'volume="([\w-]+)"', part.ssml)


def cue_markup(night_answer: object) -> list[str]:
    [directive] = night_answer.envelope["response"]["directives"]  # type: ignore[attr-defined]
    rows = directive["document"]["mainTemplate"]["items"][0]["items"]
    return [row["items"][-1]["content"] for row in rows]


def test_softly_with_the_first_action_at_medium_volume() -> None:
    night = Night()
    told = night.ask("RelieveIntent", Site="calf")
    assert volumes(told.say) == ["medium"]
    assert all('rate="90%" volume="soft"' in cue for cue in cue_markup(told))


def test_whispered_throughout_once_it_was_asked_for_in_speech_and_timed_audio_alike() -> None:
    night = Night()
    night.ask("VoiceIntent", Voice="whisper")
    told = night.ask("RelieveIntent", Site="calf")
    assert told.say.ssml.startswith(f"<speak>{WHISPERED}")
    assert all(WHISPERED in cue for cue in cue_markup(told))


def test_a_care_line_is_never_soft_nor_whispered() -> None:
    night = Night()
    night.ask("VoiceIntent", Voice="whisper")
    told = night.ask("WarningSignIntent", Sign="clot")
    for part in (told.say, told.reprompt):
        assert part is not None
        assert WHISPERED not in part.ssml
        assert not volumes(part)


@pytest.mark.parametrize(
    ("voice", "volume"),
    [("soft", "medium"), ("normal", "loud"), ("whisper", "soft")],
)
def test_again_at_once_comes_louder_and_slower(voice: str, volume: str) -> None:
    night = Night()
    night.ask("VoiceIntent", Voice="normal")
    night.ask("VoiceIntent", 5, Voice=voice)
    first = night.ask("RelieveIntent", 5, Site="calf")
    again = night.ask("Repeat", 6)
    assert again.text == first.text
    assert all(f'rate="80%" volume="{volume}"' in cue for cue in (again.say.ssml, *cue_markup(again)))
    assert again.say.cues == first.say.cues, "and every cue stays at its second"
    usual = night.ask("Repeat", 60)
    assert 'rate="80%"' not in usual.say.ssml, "an again later on is no mishearing"


def test_an_answer_that_was_not_caught_comes_louder_too() -> None:
    night = Night()
    said = night.ask("AskIntent", Topic="soap")
    again = night.ask("Repeat", 14)
    assert 'rate="80%"' in again.say.ssml
    assert said.text.split(".")[0] in again.text


def test_too_loud_said_of_the_soft_voice_is_a_whisper() -> None:
    night = Night()
    night.ask("RelieveIntent", Site="calf")
    assert WHISPERED in night.ask("VoiceIntent", 20, Voice="soft").say.ssml
    assert volumes(night.ask("VoiceIntent", 5, Voice="normal").say) == ["medium"]
    assert volumes(night.ask("VoiceIntent", 5, Voice="soft").say) == ["soft"]


def test_asked_for_softly_from_the_start_it_is_soft() -> None:
    assert WHISPERED not in Night().ask("VoiceIntent", Voice="soft").say.ssml


@pytest.mark.parametrize(("setting", "heard"), [("whisper", WHISPERED), ("normal", 'rate="95%"'), ("", 'rate="90%"')])
def test_the_deployers_setting_gives_the_first_replys_voice(
    setting: str, heard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_VOICE", setting)
    assert heard in Night().ask("RelieveIntent", Site="calf").say.ssml


def test_a_setting_that_is_none_is_named_and_relief_comes_softly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("FIRST_VOICE", "shout")
    assert 'rate="90%"' in Night().ask("RelieveIntent", Site="calf").say.ssml
    assert "FIRST_VOICE is 'shout', expected one of whisper, soft, normal" in caplog.text


def test_the_fallback_without_timed_audio_speaks_in_the_same_voice() -> None:
    night = Night()
    night.ask("VoiceIntent", Voice="whisper")
    night.ask("RelieveIntent", Site="calf")
    told = night.fail_audio(2)
    assert told.say.ssml.count(WHISPERED) > 8
    assert not list(faults(told.say.ssml, "en-GB"))


def test_every_voice_keeps_within_what_the_locales_voice_knows() -> None:
    spoken = words("en-GB")
    for manner in (*spoken.voices.values(), *spoken.again.values()):
        assert manner.volume in ("x-soft", "soft", "medium", "loud")
        assert 60 <= int(manner.rate.rstrip("%")) <= 110


# --- the card and the screen ------------------------------------------------------------------------------------------


def test_one_general_card_comes_with_the_goodbye_and_only_then() -> None:
    night = Night()
    night.ask("RelieveIntent", Site="foot", Side="left")
    told = night.ask("AskIntent", 100, Topic="quinine")
    assert "card" not in told.envelope["response"]
    card = night.ask("EasedIntent", 20).envelope["response"]["card"]
    other = Night()
    other.ask("RelieveIntent", Site="buttock")
    assert other.ask("EasedIntent", 20).envelope["response"]["card"] == card, "whatever somebody had"
    assert card["type"] == "Simple"
    assert "999" in card["content"]
    assert "not medical advice" in card["content"]


def test_no_card_with_a_care_line() -> None:
    night = Night()
    night.ask("WarningSignIntent", Sign="clot")
    assert "card" not in night.ask("Stop", 20).envelope["response"]


def test_a_screen_is_sent_only_to_a_device_that_has_one() -> None:
    for device, shown in (("echo", False), ("show", True)):
        night = Night(device=device)  # type: ignore[arg-type]
        told = night.ask("RelieveIntent", Site="calf")
        kinds = [directive["type"] for directive in told.envelope["response"]["directives"]]
        assert ("Alexa.Presentation.APL.RenderDocument" in kinds) is shown


@pytest.mark.parametrize(
    ("what", "heard"),
    [("pause", "Paused."), ("next", "Slowly straighten"), ("other_leg", "Slowly straighten"), ("stop", "Rest well.")],
)
def test_what_can_be_said_can_be_touched(what: str, heard: str) -> None:
    night = Night(device="show")
    night.ask("RelieveIntent", Site="calf")
    assert night.touch(what, 20).text.startswith(heard)


def test_paused_by_touch_it_goes_on_by_touch() -> None:
    night = Night(device="show")
    night.ask("RelieveIntent", Site="calf")
    night.touch("pause", 20)
    assert night.touch("resume", 5).say.cues
    assert "Good." in night.touch("yes", 95).text


def test_a_touch_that_nobody_knows_changes_nothing() -> None:
    night = Night(device="show")
    night.ask("RelieveIntent", Site="calf")
    assert night.touch("explode", 20).text.startswith("Keep holding.")


def test_a_screen_that_fails_breaks_nothing_off() -> None:
    night = Night(device="show")
    night.ask("RelieveIntent", Site="calf")
    kept = night.attributes
    request = requests.touched(*night._frame(), [], "screen")
    request["request"] |= {"type": "Alexa.Presentation.APL.RuntimeError", "errors": []}
    answer = handler(request, None)
    assert not judge(request, answer)
    assert answer["response"] == {}
    assert answer["sessionAttributes"] == kept
    assert night.ask("TimeLeftIntent", 20).text.startswith("Hold for")
