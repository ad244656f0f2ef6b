"""Fixtures: the small skill, and speakers for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from skill.simulator.device import Speaker
from skill.simulator.requests import Bedside, Json
from tests.speaker.small_skill import NIGHT, SmallEar, SmallSkill, a_second_each


@pytest.fixture
def skill() -> SmallSkill:
    return SmallSkill()


@pytest.fixture
def speaker_for() -> Callable[..., Speaker]:
    """Puts a handler behind a speaker that says everything in one second."""

    def build(handler: Callable[[Json, object], Any], **bedside: Any) -> Speaker:
        return Speaker(handler, SmallEar(), Bedside(**bedside), epoch=NIGHT, estimate=a_second_each)  # type: ignore[arg-type]

    return build
