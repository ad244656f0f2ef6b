"""Pictures of the screen on four shapes of devices, drawn by Amazon's own engine: `python -m tests.screen.pictures`.

They are written to docs/screens/. The typeface is the nearest to an Echo's own that this machine has.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.render import apl
from skill.dialogue import Input, SessionState, respond
from skill.loading import content
from tests.screen.stage import NARROW, SHAPES, Stage, browser

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
#: name of the picture: the screen's shape, what was asked for, and the second that is shown
PICTURES = {
    "hub-first-action": ("hub", Input("RelieveIntent", site="calf"), 2.0),
    "hub-hold": ("hub", Input("RelieveIntent", site="calf"), 20.0),
    "hub-question": ("hub", Input("RelieveIntent", site="calf"), 90.0),
    "small-hold": ("small", Input("RelieveIntent", site="front_thigh"), 24.0),
    "large-hold": ("large", Input("RelieveIntent", site="foot"), 15.0),
    "large-answer": ("large", Input("AskIntent", topic="magnesium"), 2.0),
    "round-first-action": ("round", Input("RelieveIntent", site="calf"), 2.0),
    "round-hold": ("round", Input("RelieveIntent", site="calf"), 20.0),
}


def directive(ask: Input) -> dict[str, Any]:
    library, words = content.library(), content.words("en-GB")
    return apl.directive(respond(SessionState(), ask, 0.0, library, words)[1], words, library, "screen")


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with browser() as chromium:
            stage = Stage(chromium, NARROW)
            for name, (shape, ask, second) in PICTURES.items():
                stage.turn_into(SHAPES[shape]).show(directive(ask))
                stage.look_at([second])
                path = FOLDER / f"{name}.png"
                stage.page.screenshot(path=path)
                print(f"{path.relative_to(FOLDER.parents[1])}  {path.stat().st_size // 1024} kB")
    except pytest.skip.Exception as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
