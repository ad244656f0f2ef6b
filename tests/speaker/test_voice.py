"""The stand-in's voice takes as long as the skill reckons with."""

from __future__ import annotations

import pytest

from skill.core.vocabulary import Voice
from skill.loading.content import words
from skill.simulator.speech_timing import voice_of

TEXT = "Slowly straighten your leg. Pull your toes back towards your knee."
ENGLISH = words("en-GB")


@pytest.mark.parametrize(
    ("voice", "loudness", "rate"),
    [
        (Voice.SOFT, "soft", 0.9),
        (Voice.SOFT, "normal", 0.9),
        (Voice.NORMAL, "normal", 0.95),
        (Voice.WHISPER, "whisper", 1.0),
    ],
)
def test_each_voice_of_the_skill_lasts_what_the_skill_reckons(voice: Voice, loudness: str, rate: float) -> None:
    """A voice's pace decides, not its loudness: the first action is said louder than the rest."""
    assert voice_of("en-GB")(TEXT, loudness, rate) == pytest.approx(ENGLISH.seconds(TEXT, voice))


@pytest.mark.parametrize("voice", ["soft", "normal", "whisper"])
def test_another_rate_counts(voice: str) -> None:
    english = voice_of("en-GB")
    assert english(TEXT, voice, 0.5) == pytest.approx(2 * english(TEXT, voice, 1.0), rel=0.06)
    assert english(TEXT, voice, 0.5) > english(TEXT, voice, 0.9) > english(TEXT, voice, 1.5)
