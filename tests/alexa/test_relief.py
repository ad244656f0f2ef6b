"""Relief through whole envelopes: the first words are the action, and the timed audio is the score to the millisecond."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from skill.__main__ import main
from skill.core.vocabulary import Position
from skill.loading.content import library, words
from tests.core.test_timeline import SITES
from tests.night import Answer, Night

PAIRS = list(itertools.product(SITES, Position))


def score(capsys: pytest.CaptureFixture[str], site: str, position: str) -> list[dict[str, object]]:
    assert main(["play", site, "--position", position, "--locale", "en-GB", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("site", "position"), PAIRS)
def test_each_place_in_each_position(capsys: pytest.CaptureFixture[str], site: str, position: str) -> None:
    """The action is the whole of the plain speech; every cue's onset is that of `play`, which begins with the action below zero."""
    answer = Night().ask("RelieveIntent", Site=site, Position=position)
    first, *rows = score(capsys, site, position)
    assert answer.say.speech == first["text"]
    assert float(str(first["at"])) < 0
    assert answer.say.cues == tuple((row["at"], row["text"]) for row in rows)
    assert not answer.ends
    assert answer.say.cues[-1][1].endswith("?")


@pytest.mark.parametrize("side", ["left", "right", "both"])
def test_a_side_changes_no_action(side: str) -> None:
    plain = Night().ask("RelieveIntent", Site="foot")
    said = Night().ask("RelieveIntent", Site="foot", Side=side)
    assert said.say.speech.startswith(plain.say.speech)
    assert said.say.cues == plain.say.cues


def test_opening_the_skill_is_enough() -> None:
    """The commonest cramp's action, then where; silence gets the calf's set, inside ninety seconds."""
    answer = Night().launch()
    calf = Night().ask("RelieveIntent", Site="calf")
    assert answer.say.speech == f"{calf.say.speech} Keep holding. Calf, foot, or thigh?"
    assert answer.say.cues == ()
    assert answer.reprompt is not None
    assert answer.reprompt.speech == calf.say.speech
    assert answer.reprompt.cues == calf.say.cues


@pytest.mark.parametrize("slots", [{}, {"Side": "left"}, {"Side": "other"}, {"Position": "lying"}])
def test_no_place_means_the_calf(slots: dict[str, Any]) -> None:
    assert Night().ask("RelieveIntent", **slots).say.cues == Night().ask("RelieveIntent", Site="calf").say.cues


def test_standing_is_never_chosen_for_anybody() -> None:
    """Not at launch, not for a named place, not by silence: only for somebody who said that they stand."""
    standing = {words("en-GB").text(f"{site}.standing.first") for site in SITES}
    for site in SITES:
        night = Night()
        for answer in (night.launch(), night.ask("RelieveIntent", after=5, Site=site)):
            assert not any(first in answer.text for first in standing)
            assert answer.reprompt is not None
            assert not any(first in answer.reprompt.text for first in standing)


def test_a_place_a_side_and_a_position_change_in_mid_session() -> None:
    night = Night()
    night.launch()
    assert night.ask("RelieveIntent", after=10, Site="foot").say.speech.startswith(
        "Pull your toes back towards your shin"
    )
    assert night.ask("RelieveIntent", after=20, Position="sitting").say.speech.startswith("Foot flat")
    assert night.ask("RelieveIntent", after=20, Side="other").say.speech.startswith("Foot flat")
    assert night.ask("RelieveIntent", after=20, Site="calf").say.speech.startswith("Straighten your leg, heel down")


def test_the_thigh_asks_front_or_back_and_silence_gets_the_back() -> None:
    answer = Night().ask("RelieveIntent", Site="thigh")
    assert answer.say.speech == "Keep it straight. Front, or back?"
    assert answer.reprompt is not None
    assert answer.reprompt.speech == words("en-GB").text("back_thigh.lying.first")
    for intent, slots, site in [
        ("RelieveIntent", {"Site": "front_thigh"}, "front_thigh"),
        ("RelieveIntent", {"Site": "back"}, "back_thigh"),
        ("Previous", {}, "back_thigh"),
        ("Yes", {}, "back_thigh"),
    ]:
        night = Night()
        night.ask("RelieveIntent", Site="thigh")
        assert night.ask(intent, after=4, **slots).say.speech == words("en-GB").text(f"{site}.lying.first")


@pytest.mark.parametrize("site", [site for site in library().elsewhere if site != "thigh"])
def test_a_cramp_that_is_not_in_the_leg(site: str) -> None:
    """No leg stretch, nothing rubbed; one question at most, and it comes last."""
    answer = Night().ask("RelieveIntent", Site=site)
    assert "leg" not in answer.say.speech.lower() or site in ("back", "abdomen")
    assert answer.text.count("?") == 1
    assert "rub" not in answer.text.lower()


def test_chest_and_jaw_are_an_emergency_and_no_stretch_follows() -> None:
    for site in ("chest", "jaw"):
        night = Night()
        assert night.ask("RelieveIntent", Site=site).say.speech.startswith("This may be an emergency. Call 999 now.")
        assert night.ask("RelieveIntent", after=5, Site="calf").say.cues == ()


def fallback_then(night: Night, answer: Answer) -> Answer:
    assert answer.say.cues
    return night.fail_audio(after=1)


def test_a_device_without_timed_audio_gets_the_set_as_speech_for_the_rest_of_the_session() -> None:
    night = Night()
    answer = fallback_then(night, night.ask("RelieveIntent", Site="calf"))
    assert answer.say.cues == ()
    assert '<break time="10000ms"/>' not in answer.say.ssml.split("Hold there")[0]
    assert "Push your heel away. Hold there." in answer.say.speech
    assert answer.say.speech.endswith("Has the cramp gone?")
    later = night.ask("RelieveIntent", after=30, Site="foot")
    assert later.say.cues == ()
    assert "Last one. Toes back." in later.say.speech
    assert later.reprompt is not None
    assert later.reprompt.cues == ()
