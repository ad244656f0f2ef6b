"""The fallback for devices without timed audio, measured with a real voice: the holds last what they say there too."""

from __future__ import annotations

import itertools
import re

import pytest

from skill.core import personalize
from skill.core.personalize import Person
from skill.core.vocabulary import Position, Step
from skill.loading.content import library
from tests.alexa import voice
from tests.core.test_timeline import SITES
from tests.night import Night

needs_a_voice = pytest.mark.skipif(
    voice.library() is None, reason="libespeak-ng is not installed (Debian: apt install espeak-ng)"
)


@needs_a_voice
@pytest.mark.parametrize(("site", "position"), list(itertools.product(SITES, Position)))
def test_every_hold_is_within_a_tenth_of_its_length(site: str, position: str) -> None:
    night = Night()
    night.ask("RelieveIntent", Site=site, Position=position)
    heard = voice.onsets(night.fail_audio(after=1).say.ssml)
    beats = personalize.timeline(library(), Step(site, position), Person()).beats
    by_second = {
        beat.at: heard[number] for number, beat in enumerate(beats, 1) if number in heard
    }  # 0 is the first action
    for beat in beats:
        if beat.lasts:
            held = by_second[beat.at + beat.lasts] - by_second[beat.at]
            assert held == pytest.approx(beat.lasts, rel=0.1)


def test_no_break_is_longer_than_a_device_takes() -> None:
    night = Night()
    night.ask("RelieveIntent", Site="calf")
    lengths = [int(length) for length in re.findall(r'<break time="(\d+)ms"/>', night.fail_audio(after=1).say.ssml)]
    assert lengths
    assert all(0 < length <= 10_000 for length in lengths)
