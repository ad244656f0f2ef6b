"""The page speaks and listens: its voice, and the microphone of the browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.bedside.conftest import Visit, events
from tests.bedside.night import CALF, VOICES

#: Speech recognition that hears what the test says.
HEARING = """
window.SpeechRecognition = class {
  start() { (window.ears ||= []).push(this); }
  abort() { this.onend(); }
  hear(words, isFinal) { this.onresult({ results: [Object.assign([{ transcript: words }], { isFinal })] }); }
};
"""


def test_the_voice_can_be_switched_off(visit: Visit, address: str) -> None:
    night = visit(address, VOICES).begin()
    night.stand_still()
    night.page.get_by_role("switch", name="Voice").click()
    night.say(CALF)
    night.pass_by(10)
    assert len(night.heard()) >= 2
    assert [one for one in night.page.evaluate("spoken") if one] == []


def test_the_microphone_is_off_until_it_is_pressed_and_then_speaks_for_one(visit: Visit, address: str) -> None:
    night = visit(address, HEARING).begin()
    assert "maker" in night.page.locator("#speak-hint").inner_text()
    assert night.page.evaluate("window.ears") is None
    night.say(CALF)
    night.pass_by(12)
    button = night.page.get_by_role("button", name="Press and speak")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    night.page.evaluate("ears[0].hear('how long', false)")
    expect(night.page.locator("#utterance")).to_have_value("how long")
    with night.page.expect_response("**/say"):
        night.page.evaluate("ears[0].hear('how long left', true); ears[0].onend()")
    assert night.sent[-1][1]["utterance"] == "how long left"
    assert 12 <= night.sent[-1][1]["after"] < 30
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    night.page.evaluate("ears[1].onerror({ error: 'not-allowed' }); ears[1].onend()")
    assert "may not use the microphone" in night.heard("fault")[0]


def test_an_open_microphone_silences_the_page(visit: Visit, address: str) -> None:
    """In mid-set: the cues go on, unspoken; once nothing was heard, they are spoken again."""
    night = visit(address, VOICES, HEARING).begin()
    night.stand_still()
    night.say(CALF)
    night.pass_by(8)
    night.page.get_by_role("button", name="Press and speak").click()
    before = night.page.evaluate("spoken.filter(Boolean).length")
    cues = len(night.heard())
    night.pass_by(25)
    assert len(night.heard()) > cues
    assert night.page.evaluate("spoken.filter(Boolean).length") == before
    night.page.evaluate("ears[0].onend()")
    night.pass_by(30)
    assert night.page.evaluate("spoken.filter(Boolean).length") > before


def test_an_open_microphone_holds_the_reprompt_back(visit: Visit, address: str) -> None:
    night = visit(address, VOICES, HEARING).begin()
    night.stand_still()
    night.say(CALF)
    listening = next(event.at for event in events() if event.kind == "listening")
    night.pass_by(listening + 1)
    cues = len(night.heard())
    night.page.get_by_role("button", name="Press and speak").click()
    night.pass_by(20)
    assert len(night.heard()) == cues
    with night.page.expect_response("**/say"):
        night.page.evaluate("ears[0].hear('no', true); ears[0].onend()")
    assert listening <= night.sent[-1][1]["after"] <= listening + 8.5
    expect(night.page.locator("#journal .you")).to_have_count(2)


def test_a_microphone_that_will_not_start_is_a_fault_and_no_more(visit: Visit, address: str) -> None:
    broken = HEARING.replace("start() {", "start() { throw new Error('busy');")
    night = visit(address, broken).begin()
    button = night.page.get_by_role("button", name="Press and speak")
    button.click()
    expect(night.page.locator("#trouble")).to_contain_text("could not start: busy")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_without_speech_recognition_the_page_says_so(visit: Visit, address: str) -> None:
    deaf = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"
    night = visit(address, deaf).begin()
    expect(night.page.locator("#speak")).to_be_hidden()
    expect(night.page.locator("#speak-hint")).to_contain_text("no speech recognition")
