"""How long the stand-in's voice takes: as long as the skill itself reckons with, so that it is exact."""

from __future__ import annotations

from functools import cache

from skill.core.vocabulary import Voice
from skill.simulator.validation.apla import Estimate


@cache
def voice_of(locale: str) -> Estimate:
    """The estimate for one locale, from the lengths that were measured for each of its voices."""
    from skill.loading.content import (
        words,  # reads the content, which a judge with an estimate of its own does not need
    )

    spoken = words(locale)
    paces = {voice: float(spoken.voices[voice].rate.rstrip("%")) / 100 for voice in (Voice.SOFT, Voice.NORMAL)}

    def estimate(text: str, voice: str, rate: float) -> float:
        if voice == Voice.WHISPER:
            return spoken.seconds(text, Voice.WHISPER) / rate
        # Loudness takes no time: the voice of the nearest pace is the measure.
        like = min(paces, key=lambda one: abs(paces[one] - rate))
        return spoken.seconds(text, like) * paces[like] / rate

    return estimate
