"""The toolbar's numbers: what runs, and for how long still."""

from __future__ import annotations

import pytest

from skill.simulator.countdown import Countdown, countdown
from skill.simulator.playback import perform
from tests.speaker.small_skill import a_second_each, goodbye, guided


# The set runs from 1 s, its hold from 4 s to 34 s, the question from 44 s to 45 s; the reprompt from 53 s.
@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (0.5, Countdown("Slowly straighten your leg.", None, None, listening=False)),
        (1.0, Countdown("Push your heel away.", None, 43, listening=False)),
        (4.0, Countdown("Hold there.", 30, 40, listening=False)),
        (33.5, Countdown("Hold there.", 1, 11, listening=False)),
        (34.0, Countdown("Let go.", None, 10, listening=False)),
        (44.5, Countdown("Has the cramp gone?", None, None, listening=False)),
        (46.0, Countdown("", None, None, listening=True)),
        (54.0, Countdown("Still tight? Hold again.", None, None, listening=False)),
        (84.5, Countdown("Has it gone?", None, None, listening=False)),
        (86.0, Countdown("", None, None, listening=True)),
        (93.0, Countdown("", None, None, listening=False)),
    ],
)
def test_the_countdown_knows_cue_hold_and_set(second: float, expected: Countdown) -> None:
    assert countdown(perform(guided(), a_second_each), second) == expected


def test_nothing_runs_when_a_goodbye_is_over() -> None:
    assert countdown(perform(goodbye(), a_second_each), 2.0) == Countdown("", None, None, listening=False)
