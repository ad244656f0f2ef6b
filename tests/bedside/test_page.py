"""The page in a real browser: said, heard, touched, interrupted, and left alone.

The browser's clock goes on by itself and is moved on by `Night.pass_by`; what the skill answers comes from the skill.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from lambda_handler import handler
from skill.loading import spoken_language
from skill.simulator.device import Speaker
from skill.simulator.nlu.recognizer import recognizer_for
from tests.bedside.conftest import Visit, events, serving
from tests.bedside.night import CALF, VOICES
from tests.instruments import node_package


def test_every_cue_is_shown_and_spoken_at_its_second(visit: Visit, address: str) -> None:
    night = visit(address, VOICES).begin()
    night.stand_still()
    night.say(CALF)
    words = [event for event in events() if event.text]
    first = words[0]
    expect(night.page.locator("#journal .cue p").first).to_have_text(first.text)
    expect(night.page.locator("#now")).to_have_text(first.text)
    night.pass_by(words[-1].at + 1)
    assert night.heard() == [event.text for event in words]
    assert night.page.locator("#journal .cue time").all_inner_texts() == [
        f"{int(event.at // 60):02d}:{int(event.at % 60):02d}" for event in words
    ]
    spoken = [one for one in night.page.evaluate("spoken") if one]
    assert [one["text"] for one in spoken] == night.heard()
    assert {one["voice"] for one in spoken} == {"near"}
    for one, event in zip(spoken, words, strict=True):
        assert (one["at"] - spoken[0]["at"]) / 1000 == pytest.approx(event.at - first.at, abs=1)


def test_it_is_interrupted_in_mid_set_and_the_skill_knows_the_second(visit: Visit, address: str) -> None:
    night = visit(address, VOICES).begin()
    night.stand_still()
    night.say(CALF)
    night.pass_by(21)
    before = len(night.heard())
    night.say("how long left")
    [(_, _), (act, asked)] = night.sent
    assert act == "say"
    assert 21 <= asked["after"] < 40
    speaker = Speaker(handler, recognizer_for("en-US"))
    speaker.say(CALF)
    answer = speaker.say("how long left", asked["after"]).performance.reply[0].text
    expect(night.page.locator("#journal .cue p").nth(before)).to_have_text(answer)
    assert night.page.evaluate("spoken.findLastIndex((one) => !one)") >= before  # hushed before it was answered
    (second, _), (first, _) = night.envelopes()
    began, now = (datetime.fromisoformat(one["request"]["timestamp"]) for one in (first, second))
    assert (now - began).total_seconds() == pytest.approx(asked["after"], abs=0.01)


def test_a_night_in_silence_ends_asleep_and_the_skill_is_told(visit: Visit) -> None:
    night = visit().begin()
    night.stand_still()
    night.say(CALF)
    listening = [event.at for event in events() if event.kind == "listening"]
    night.pass_by(listening[0] + 1)
    expect(night.page.locator("#device")).to_have_attribute("data-state", "listening")
    assert night.heard("direction")[-1] == "listening"
    heard = len(night.heard())
    night.pass_by(listening[1] - listening[0])
    assert len(night.heard()) > heard  # the reprompt
    with night.page.expect_response("**/silence"):
        night.pass_by(8)
    expect(night.page.locator("#state")).to_have_text("asleep")
    assert night.heard("direction")[-1] == "asleep"
    (ended, _), _ = night.envelopes()
    assert ended["request"]["type"] == "SessionEndedRequest"
    night.say(CALF)
    assert night.heard("direction")[-1] == "a new session"


def test_the_screen_shows_the_cue_and_its_countdown_and_can_be_touched(visit: Visit) -> None:
    node_package("apl-viewhost-web")
    night = visit().begin("show")
    night.stand_still()
    night.say(CALF)
    hold = next(event for event in events() if event.name.startswith("hold-"))
    view = night.page.frame_locator("#screen").locator("#view")
    night.sees(view.get_by_text(events()[0].text))
    night.jump(hold.at + 1)
    night.sees(view.get_by_text(hold.text))
    left = int(night.page.evaluate("document.getElementById('state').dataset.seconds"))
    assert left in range(20, 30)
    shown = [int(word) for word in view.inner_text().split() if word.isdigit()]
    assert len(shown) == 1
    assert abs(shown[0] - left) <= 1  # each rounds for itself
    with night.page.expect_response("**/touch"):
        view.get_by_text("Pause").filter(visible=True).click()
        night.pass_by(0.5)
    assert night.sent[-1][0] == "touch"
    assert night.sent[-1][1]["arguments"] == ["pause"]
    expect(night.page.locator("#journal .touched p")).to_have_text("[pause]")
    expect(night.page.locator("#utterance")).to_be_focused()
    (request, response), _ = night.envelopes()
    assert request["request"]["type"] == "Alexa.Presentation.APL.UserEvent"
    assert "speak" in response["response"]["outputSpeech"]["ssml"]


def test_the_screen_has_the_chosen_shape(visit: Visit) -> None:
    node_package("apl-viewhost-web")
    night = visit().begin("show", "round")
    night.say(CALF)
    expect(night.page.frame_locator("#screen").locator("#view")).to_contain_text(events()[0].text)
    (request, _), *_ = night.envelopes()
    viewport = request["context"]["Viewport"]
    inside = night.page.locator("#screen").bounding_box()
    assert inside is not None
    assert inside["width"] / inside["height"] == pytest.approx(
        viewport["pixelWidth"] / viewport["pixelHeight"], rel=0.02
    )


def test_without_amazons_engine_the_screen_shows_the_words_and_the_page_says_so(visit: Visit) -> None:
    night = visit()

    def no_engine(route: Route) -> None:
        offered = route.fetch().json()
        route.fulfill(json={**offered, "engine": False})

    night.page.route("**/choices", no_engine)
    night.begin("show")
    assert "not installed" in night.heard("direction")[0]
    night.say(CALF)
    expect(night.page.locator(".plain-screen")).to_have_text(events()[0].text)
    assert not any(url.endswith("engine.js") for url in night.asked)


def test_things_to_say_are_the_languages_own_and_are_said(visit: Visit) -> None:
    """What the server offers for the chosen locale; here one that it offers nothing else for."""
    night = visit()

    def in_german(route: Route) -> None:
        offered = route.fetch().json()
        examples = {**offered["examples"], "en-GB": ["meine wade krampft", "pause"]}
        route.fulfill(json={**offered, "examples": examples})

    night.page.route("**/choices", in_german)
    night.begin()
    offered = night.page.locator("#examples button")
    expect(offered).to_have_text(list(spoken_language.of("en-US").examples))
    night.page.select_option("#locale", "en-GB")
    expect(offered).to_have_text(["meine wade krampft", "pause"])
    expect(night.page.locator("#examples")).to_have_attribute("lang", "en-GB")
    offered.last.click()
    expect(night.page.locator("#journal .you")).to_have_count(1)
    assert night.sent[-1] == ("say", {"utterance": "pause", "after": None})


def test_by_keyboard_alone(visit: Visit) -> None:
    night = visit().begin()
    page = night.page
    page.reload()
    expect(page.locator("#utterance")).to_be_focused()
    page.locator("#journal").focus()
    page.keyboard.type("my foot is cramping")  # wherever the focus is
    expect(page.locator("#utterance")).to_have_value("my foot is cramping")
    with page.expect_response("**/say"):
        page.keyboard.press("Enter")
    expect(page.locator("#journal .you p").first).to_have_text("“my foot is cramping”")
    reached: list[str] = []
    while "new-session" not in reached:  # round to the last thing before the words
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent.trim().slice(0, 20)")
        )
        outlined = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        lit = "document.activeElement.id === 'utterance' || document.activeElement === document.body"
        assert page.evaluate(f"{outlined} || {lit}"), reached[-1]
        assert len(reached) < 30, reached
    assert {"speak", "Say", CALF, "pause", "journal", "device-kind", "locale", "voice"} <= set(reached)
    with page.expect_response("**/close"):
        page.keyboard.press("Space")
    expect(page.locator("#utterance")).to_be_focused()
    expect(page.locator("#state")).to_have_text("asleep")


def test_everything_has_a_name_for_those_who_hear_the_page(visit: Visit) -> None:
    night = visit().begin("show")
    night.say(CALF)
    page = night.page
    expect(page.get_by_label("What you would say")).to_be_visible()
    for role, name in (
        ("combobox", "Device"),
        ("combobox", "Screen"),
        ("combobox", "Locale"),
        ("switch", "Voice"),
        ("log", "What is said"),
        ("button", "Say"),
    ):
        expect(page.get_by_role(role, name=name, exact=True)).to_be_visible()  # type: ignore[arg-type]
    assert page.locator("#journal").get_attribute("aria-live") == "polite"
    nameless = "all => all.filter((one) => !one.title && !one.textContent.trim() && !one.labels?.length).length"
    assert page.locator("button, select, input, iframe").evaluate_all(nameless) == 0


def test_what_a_device_would_reject_is_shown_with_its_reasons(visit: Visit) -> None:
    def opens_the_microphone(event: dict[str, Any], _: object) -> dict[str, Any]:
        speech = {"type": "SSML", "ssml": "<speak>Pull your toes up.</speak>"}
        silent = event["request"]["type"] == "SessionEndedRequest"
        return {} if silent else {"version": "1.0", "response": {"outputSpeech": speech, "shouldEndSession": False}}

    with serving(opens_the_microphone) as elsewhere:
        night = visit(elsewhere).begin()
        night.say(CALF)
        expect(night.page.locator("#journal .fault")).to_contain_text("A device would reject this answer.")
        assert "asks nothing" in night.page.locator("#journal .fault").inner_text()
        assert len(night.envelopes()) == 1
        expect(night.page.locator("#state")).to_have_text("asleep")
        [complaint] = night.complaints
        assert "502" in complaint
        night.complaints.clear()


def test_a_speaker_that_was_forgotten_is_plugged_in_again(visit: Visit) -> None:
    with serving() as first:
        night = visit(first).begin()
    with serving() as second:
        night.page.route(f"{first}speakers/**", lambda route: _at(route, first, second))
        night.say(CALF)
        expect(night.page.locator("#journal .cue p").first).to_have_text(events()[0].text)
    assert all("404" in complaint for complaint in night.complaints)
    night.complaints.clear()


def _at(route: Route, first: str, second: str) -> None:
    """The same request to a server that was started later, with the headers that the browser would have sent to it."""
    origin = second.removesuffix("/bedside/")
    answer = route.fetch(
        url=route.request.url.replace(first, second), headers={**route.request.headers, "origin": origin}
    )
    route.fulfill(response=answer)


def test_a_fault_is_told_where_one_looks_and_the_words_are_kept(visit: Visit) -> None:
    night = visit().begin()
    night.page.set_viewport_size({"width": 390, "height": 844})
    night.page.route("**/say", lambda route: route.abort())
    night.page.fill("#utterance", CALF)
    night.page.press("#utterance", "Enter")
    expect(night.page.locator("#trouble")).to_contain_text("does not answer")
    expect(night.page.locator("#trouble")).to_be_in_viewport()
    expect(night.page.locator("#utterance")).to_have_value(CALF)
    night.complaints.clear()
    night.page.unroute("**/say")
    with night.page.expect_response("**/say"):
        night.page.press("#utterance", "Enter")
    expect(night.page.locator("#trouble")).to_be_hidden()


def test_what_calls_for_an_answer_is_announced(visit: Visit) -> None:
    night = visit().begin()
    night.stand_still()
    night.say(CALF)
    listening = next(event.at for event in events() if event.kind == "listening")
    night.pass_by(listening + 1)
    expect(night.page.get_by_role("status").first).to_have_text("listening")
