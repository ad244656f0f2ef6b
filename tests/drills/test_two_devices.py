"""One person's two devices at once, and many people's: sessions know nothing of each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from skill.simulator.requests import Bedside
from tests.night import Night

Turn = Callable[[Night], object]
USER = "amzn1.ask.account.ONE"

BEDROOM: list[Turn] = [
    lambda night: night.launch(),
    lambda night: night.ask("RelieveIntent", after=12, Site="foot", Side="left"),
    lambda night: night.ask("AdaptIntent", after=8, Limit="pregnant"),
    lambda night: night.ask("StillCrampingIntent", after=60, Degree="partly"),
    lambda night: night.ask("Pause", after=9),
    lambda night: night.ask("TimeLeftIntent", after=5),
    lambda night: night.ask("EasedIntent", after=50),
    lambda night: night.ask("SourceIntent", after=20),
]
KITCHEN: list[Turn] = [
    lambda night: night.ask("RelieveIntent", Site="back_thigh", Side="right", Position="sitting"),
    lambda night: night.ask("PaceIntent", after=15, Pace="slower"),
    lambda night: night.fail_audio(after=3),
    lambda night: night.ask("WarningSignIntent", after=20, Sign="clot"),
    lambda night: night.ask("RelieveIntent", after=15, Site="calf"),
    lambda night: night.ask("DenySignIntent", after=10, Sign="clot"),
    lambda night: night.ask("AskIntent", after=30, Topic="quinine"),
    lambda night: night.ask("Repeat", after=20),
]
SCRIPTS = (BEDROOM, KITCHEN)


def _device() -> Night:
    night = Night()
    night.bedside = Bedside("echo", "en-GB", user_id=USER)
    return night


def _alone(script: list[Turn]) -> list[dict[str, Any]]:
    night = _device()
    return [turn(night).envelope for turn in script]  # type: ignore[attr-defined]


def test_in_turns_each_device_hears_what_it_would_alone() -> None:
    devices: list[tuple[Night, list[dict[str, Any]]]] = [(_device(), []), (_device(), [])]
    for turns in zip(*SCRIPTS, strict=True):
        for (night, heard), turn in zip(devices, turns, strict=True):
            heard.append(turn(night).envelope)  # type: ignore[attr-defined]
    assert [heard for _, heard in devices] == [_alone(script) for script in SCRIPTS]


def test_at_the_same_moment_too() -> None:
    """As the threads of one process answer them."""
    alone = [_alone(script) for script in SCRIPTS]
    with ThreadPoolExecutor(8) as threads:
        heard = list(threads.map(_alone, SCRIPTS * 20))
    assert heard == alone * 20
