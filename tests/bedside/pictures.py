"""Pictures of the page, with either device: `python -m tests.bedside.pictures`, into docs/.

The night goes on by itself, as in the tests; the voice is a stand-in, for Debian's Chromium has none.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.bedside.conftest import serving
from tests.bedside.night import CALF, VOICES, Night
from tests.screen.stage import browser

FOLDER = Path(__file__).parents[2] / "docs"
PICTURES = {"bedside.png": "show", "bedside-speaker.jpg": "echo"}


def main() -> int:
    try:
        with browser() as chromium, serving() as address:
            for name, device in PICTURES.items():
                page = chromium.new_page(viewport={"width": 1240, "height": 770})
                page.add_init_script(VOICES)
                night = Night(page, address).begin(device)
                night.say(CALF)
                night.jump(21)
                night.say("how long left")
                expect(page.locator("#journal .you")).to_have_count(2)
                night.jump(33)
                page.wait_for_timeout(1500)  # lights fade in
                path = FOLDER / name
                page.screenshot(path=path)
                print(f"docs/{path.name}  {path.stat().st_size // 1024} kB")
    except pytest.skip.Exception as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
