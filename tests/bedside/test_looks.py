"""The page can be read: in every window, with enough contrast, and with the colours of the system."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bedside.conftest import Visit
from tests.bedside.night import CALF

#: A desk, a phone, the phone on its side, and a small window at 200 %.
SIZES = {"desk": (1280, 800), "phone": (390, 844), "landscape": (844, 390), "zoomed": (640, 400)}


def test_it_fits_a_phone(visit: Visit) -> None:
    night = visit().begin("show")
    night.page.set_viewport_size({"width": 360, "height": 740})
    for device in ("show", "echo"):
        night.page.select_option("#device-kind", device)
        night.say(CALF)
        night.envelopes()
        assert night.page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("device", ["show", "echo"])
def test_it_fits_every_window(size: str, device: str, visit: Visit, tmp_path: Path) -> None:
    """Device and words are in view together, nothing is cut off at the side, and a thumb hits what can be pressed."""
    width, height = SIZES[size]
    night = visit()
    page = night.page
    page.set_viewport_size({"width": width, "height": height})
    night.begin(device)
    night.say(CALF)
    page.locator("#utterance").focus()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("scrollY") == 0
    for place in ("#device .show" if device == "show" else "#device .echo", "#utterance"):
        box = page.locator(place).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= (height if size != "phone" else height * 1.1), place
    small = """all => all.filter((one) => one.checkVisibility() && one.type !== "checkbox")
      .map((one) => one.getBoundingClientRect()).filter(({ width, height }) => Math.min(width, height) < 43.9).length"""
    assert page.locator("button, select, input").evaluate_all(small) == 0
    switch = page.locator(".switch").bounding_box()
    assert switch is not None
    assert min(switch["width"], switch["height"]) >= 43.9
    picture = tmp_path / f"{size}-{device}.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size > 10_000


def _luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("place", "pseudo", "property_", "least"),
    [
        ("#hint", "", "color", 4.5),
        ("#speak-hint", "", "color", 4.5),
        ("#state", "", "color", 4.5),
        ("#examples button", "", "color", 4.5),
        ("#utterance", "::placeholder", "color", 4.5),
        ("#choices label", "", "color", 4.5),
        ("#composer", "", "borderTopColor", 3.0),
        ("#examples button", "", "borderTopColor", 3.0),
        ("#locale", "", "borderTopColor", 3.0),
        (".switch input", "", "borderTopColor", 3.0),
    ],
)
def test_what_is_shown_can_be_read(place: str, pseudo: str, property_: str, least: float, visit: Visit) -> None:
    """WCAG AA, against the lightest brown that can be behind it."""
    night = visit().begin()
    read = f"(one) => getComputedStyle(one, {pseudo!r} || null).{property_}"
    shown, behind = _luminance(night.page.locator(place).first.evaluate(read)), _luminance("rgb(42, 21, 9)")
    assert (shown + 0.05) / (behind + 0.05) >= least


def test_with_forced_colours_the_switch_is_the_browsers_own(visit: Visit) -> None:
    night = visit(forced_colors="active").begin()
    switch = night.page.locator(".switch input")
    assert switch.evaluate("(one) => getComputedStyle(one).appearance") == "auto"
    assert switch.evaluate("(one) => getComputedStyle(one, '::after').display") == "none"
