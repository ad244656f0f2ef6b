"""Screens in a real browser: Debian's Chromium, and in it Amazon's own engine for APL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.instruments import chromium, node_package

HERE = Path(__file__).parent
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
ADDRESS = "http://stage.invalid/"  #: answered by the tests themselves: nothing leaves the machine
#: what an Echo's own typeface looks like, where it is at hand; and the widest that is on every Debian
NARROW, WIDE = ("Amazon Ember", "Open Sans", "Noto Sans", "Liberation Sans", "DejaVu Sans"), ("DejaVu Sans",)

Json = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """A device's screen, in pixels at 160 to the inch."""

    width: int
    height: int
    round: bool = False

    @property
    def short(self) -> int:
        return min(self.width, self.height)

    @property
    def viewport(self) -> Json:
        return {"width": self.width, "height": self.height, "dpi": 160, "isRound": self.round}


SHAPES = {
    "hub": Shape(1024, 600),
    "small": Shape(960, 480),
    "large": Shape(1280, 800),
    "wall": Shape(1920, 1080),
    "upright": Shape(800, 1280),
    "round": Shape(480, 480, round=True),
}


@contextmanager
def browser() -> Iterator[Browser]:
    executable = chromium()
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield found
        found.close()


class Stage:
    """A page that turns into screens of any shape. Its clock stands still but for `look_at`, unless it is a `real` one."""

    def __init__(self, browser: Browser, fonts: Iterable[str] = WIDE, real: bool = False) -> None:
        self.shape = SHAPES["hub"]
        self.warnings: list[str] = []
        engine = node_package("apl-viewhost-web") / "index.js"
        html = (HERE / "stage.html").read_text(encoding="utf-8")
        html = html.replace("FONTS", ", ".join(f'local("{font}")' for font in fonts))

        def answer(route: Route) -> None:
            address = route.request.url.removeprefix(ADDRESS).partition("?")[0]
            if address == "":
                route.fulfill(body=html, content_type="text/html")
            elif address == "engine.js":
                route.fulfill(path=engine, content_type="text/javascript")
            else:
                route.abort()

        self.page: Page = browser.new_page()
        self.page.on("console", lambda message: self.warnings.append(message.text))
        self.page.on("pageerror", lambda error: self.warnings.append(str(error)))
        self.page.route("**/*", answer)
        self.page.goto(f"{ADDRESS}{'?real' if real else ''}")

    def turn_into(self, shape: Shape) -> Stage:
        self.shape = shape
        self.page.set_viewport_size({"width": shape.width, "height": shape.height})
        return self

    def show(self, directive: Json) -> None:
        """What was shown goes; the new screen's time begins."""
        self.page.evaluate("([directive, viewport]) => show(directive, viewport)", [directive, self.shape.viewport])

    def look_at(self, seconds: Iterable[float]) -> list[Json]:
        """What is seen at each of these seconds, which rise."""
        looks: list[Json] = self.page.evaluate("(seconds) => lookAt(seconds)", list(seconds))
        return looks

    def read_at(self, seconds: Iterable[float]) -> list[tuple[float, list[str]]]:
        """The texts that are seen at each of these seconds, which rise."""
        texts: list[tuple[float, list[str]]] = self.page.evaluate("(seconds) => readAt(seconds)", list(seconds))
        return texts

    def targets(self) -> list[Json]:
        """The boxes of all that can be touched now."""
        boxes: list[Json] = self.page.evaluate("() => targets()")
        return boxes

    def pass_time(self, seconds: float) -> None:
        """Lets the stage's own time pass."""
        self.page.evaluate("(seconds) => until(second() + seconds)", seconds)

    def sent(self) -> list[list[str]]:
        """The arguments of all user events so far."""
        events: list[list[str]] = self.page.evaluate("() => sent")
        return events

    def faults(self) -> list[str]:
        """What the engine or the browser complained of."""
        return [*self.warnings, *map(str, self.page.evaluate("() => errors"))]
