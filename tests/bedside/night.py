"""A visit to the page in a real browser, whose clock can be moved on."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from playwright.sync_api import Locator, Page, expect

from skill.simulator.requests import Json

expect.set_options(timeout=20_000)  # milliseconds: enough on a machine that has much else to do

BEGINS, LATER = datetime(2026, 11, 22, 3, 7, tzinfo=UTC), datetime(2026, 11, 22, 4, 7, tzinfo=UTC)
CALF = "my calf is cramping"
#: A voice of this machine and one that a server speaks, in place of the browser's own: Debian's Chromium has none.
VOICES = """
const spoken = (window.spoken = []);
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [
    { name: "far", lang: "en-US", localService: false },
    { name: "near", lang: "en-US", localService: true },
  ],
  speak: ({ text, voice, volume }) => spoken.push({ text, voice: voice.name, volume, at: performance.now() }),
  cancel: () => spoken.push(null),
  addEventListener() {},
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


class Night:
    """One visit to the page: what the browser asked for and complained of, and every request to the speaker."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.sent: list[tuple[str, Json]] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note(request.method, request.url, request.post_data))
        page.clock.install(time=BEGINS)

    def _note(self, method: str, url: str, body: str | None) -> None:
        self.asked.append(url)
        if method == "POST":
            self.sent.append((url.rpartition("/")[2], json.loads(body or "{}")))

    def begin(self, device: str = "echo", shape: str = "hub") -> Night:
        chosen = f"Object.assign(sessionStorage, {{ device: '{device}', shape: '{shape}' }})"
        self.page.add_init_script(f"if (self === top) {chosen}")  # the screen's frame may store nothing
        with self.page.expect_response("**/speakers/*"):
            self.page.goto(self.address)
        return self

    def say(self, words: str) -> None:
        """Said, and answered: the reply has begun, or a fault is shown."""
        answered = self.page.locator("#journal :is(.you, .fault)")
        before = answered.count()
        self.page.fill("#utterance", words)
        self.page.press("#utterance", "Enter")
        expect(answered).to_have_count(before + 1)

    def pass_by(self, seconds: float) -> None:
        """Every tick of so many seconds, at once; the screen's frame keeps a clock of its own, which falls behind by that."""
        self.page.clock.run_for(round(seconds * 1000))

    def jump(self, seconds: float) -> None:
        """So many seconds later, in the page and in the screen's frame alike."""
        self.page.clock.fast_forward(round(seconds * 1000))

    def stand_still(self) -> None:
        """From now on time passes only where the test says so: however slow the machine, no cue is missed."""
        self.page.clock.pause_at(LATER)

    def sees(self, what: Locator) -> None:
        """While the clock stands still: the machine takes its time to draw it, and the clock passes by a frame now and then."""
        for _ in range(200):
            if what.is_visible():
                return
            self.page.wait_for_timeout(100)
            self.pass_by(0.02)
        expect(what).to_be_visible()

    def heard(self, kind: str = "cue") -> list[str]:
        """What stands in the transcript, of one kind."""
        return [words.strip() for words in self.page.locator(f"#journal .{kind} p").all_inner_texts()]

    def envelopes(self) -> list[tuple[Json, Json]]:
        """Every exchange as the page shows it, opened, the last first."""
        if not self.page.locator("#envelopes").evaluate("all => all.open"):
            self.page.click("#envelopes > summary")
        for summary in self.page.locator("#exchanges summary").all():
            if not summary.evaluate("summary => summary.parentElement.open"):
                summary.click()
        expect(self.page.locator("#exchanges pre")).to_have_count(2 * self.page.locator("#exchanges > li").count())
        shown = [json.loads(text) for text in self.page.locator("#exchanges pre").all_inner_texts()]
        return list(zip(shown[::2], shown[1::2], strict=True))
