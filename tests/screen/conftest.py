"""A stage for each shape of screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.screen.stage import SHAPES, Stage


@pytest.fixture(scope="session")
def stage(chromium: Browser) -> Callable[[str], Stage]:
    """The stage in the shape of this name."""
    one = Stage(chromium)
    return lambda shape: one.turn_into(SHAPES[shape])
