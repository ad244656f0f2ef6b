"""The dark screen in a real browser, through the real handler: the right words at each second, and nothing cut off."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from playwright.sync_api import Browser

from skill.alexa.render import apl, text_width
from skill.alexa.request import TOUCHES
from skill.core import personalize
from skill.core.locale import Locale, places_of
from skill.core.output import Line, Output, SpeechPart
from skill.core.vocabulary import MICROPHONE, Step
from skill.loading import content
from skill.simulator.requests import Bedside
from skill.simulator.validation.apla import DIRECTIVE
from tests.night import Answer, Night
from tests.screen.seen import misplaced, seen
from tests.screen.stage import SHAPES, Stage

Stages = Callable[[str], Stage]

#: how far the screen may be behind: a tick of its own, and a frame of a slow device
BEHIND = 0.2
#: what the places of a line may hold, at its longest
LONGEST = {
    "EMERGENCY": "999",
    "NURSE": "your doctor or nurse",
    "SITE": "the back of the thigh",
    "POISON": "nine nine nine nine nine",
    "CRISIS": "nine eight eight",
    "HOLD": "twenty-seven seconds",
    "SET": "one minute and twenty-seven seconds",
    "SOURCE": "a Cochrane review on exercise",
    "MORE": "the American Academy of Orthopaedic Surgeons",
    "NUMBER": "twenty-seven",
    "MINUTES": "twenty-seven minutes",
    "SECONDS": "twenty-seven seconds",
    "TIME": "twenty-seven minutes past eleven at night",
}
SITES = sorted(site for site, score in content.library().scores.items() if score.place)


def night() -> Night:
    """A session on a device with a screen."""
    one = Night()
    one.bedside = Bedside("show", "en-GB")
    return one


def screen_of(answer: Answer) -> dict[str, Any]:
    found = [one for one in answer.envelope["response"]["directives"] if one["type"] == apl.TYPE]
    assert len(found) == 1
    return found[0]


def played(answer: Answer) -> list[tuple[float, str]]:
    """Every cue at its second, by the timed audio that was sent and the place that the session keeps."""
    said = answer.conversation["last_output"]
    cues = [(said[0]["lead"] + at, text) for at, text in answer.say.cues]
    if answer.reprompt:
        start = said[0]["length"] + MICROPHONE
        cues += [(start + said[1]["lead"] + at, text) for at, text in answer.reprompt.cues]
    return cues


def holds(answer: Answer) -> list[tuple[float, float]]:
    """Every hold from its first to its last second, likewise."""
    said, start, found = answer.conversation["last_output"], 0.0, []
    bodies = [answer.envelope["response"], answer.envelope["response"].get("reprompt") or {}]
    for body, part in zip(bodies, said, strict=False):
        for directive in body.get("directives") or []:
            if directive["type"] != DIRECTIVE:
                continue
            for row in directive["document"]["mainTemplate"]["items"][0]["items"]:
                name = row["items"][-1].get("id", "")
                if name.startswith("hold-"):
                    silence = sum(item["duration"] for item in row["items"] if item["type"] == "Silence") / 1000
                    begins = start + part["lead"] + silence
                    found.append((begins, begins + float(name.removeprefix("hold-"))))
        start += part["length"] + MICROPHONE
    return found


@pytest.mark.parametrize(("site", "shape"), [("calf", "hub"), ("foot", "round")])
def test_a_full_set_word_for_word_and_second_for_second(stage: Stages, site: str, shape: str) -> None:
    answer = night().ask("RelieveIntent", Site=site)
    cues, held = played(answer), holds(answer)
    assert len(cues) > 10
    assert len(held) >= 3  # the reprompt's among them
    over = sum(part["length"] + MICROPHONE for part in answer.conversation["last_output"])
    on = stage(shape)
    on.show(screen_of(answer))
    looks = [seen(*look) for look in on.read_at([fifth / 5 for fifth in range(1, math.ceil(over * 5) + 2)])]
    assert looks[0].words == answer.say.speech
    for look in looks:
        now = look.second
        said = [text for at, text in cues if at <= now]
        turning = any(at <= now < at + BEHIND for at in [*(at for at, _ in cues), *(at for at, _ in held), over])
        if said and now < over and not turning and not _reprompt_begins(answer, now):
            assert look.words == said[-1], now
        running = [end for begin, end in held if begin <= now < end]
        if running:
            shown = look.count
            assert turning or shown is not None, now
            if shown is not None:
                assert shown - 1 - 0.3 <= running[0] - now <= shown + 0.3, (now, shown)
        else:
            assert look.count is None or any(0 <= now - end < BEHIND for _, end in held), now
    assert looks[-1].second > over
    assert (looks[-1].words, looks[-1].count, looks[-1].labels) == ("", None, ())
    assert on.faults() == []


def _reprompt_begins(answer: Answer, now: float) -> bool:
    """Whether the reprompt's plain speech is heard: not a cue."""
    said = answer.conversation["last_output"]
    start = said[0]["length"] + MICROPHONE
    return bool(start <= now < start + said[1]["lead"] + BEHIND)


@pytest.mark.parametrize("site", SITES)
def test_nothing_is_cut_off_on_any_shape_at_any_second_of_a_set(stage: Stages, site: str) -> None:
    shown = screen_of(night().ask("RelieveIntent", Site=site))
    rows = shown["datasources"]["screen"]
    turns = sorted({row["since"] for row in chain(rows["pages"], rows["holds"], rows["touches"])})
    for shape in ("hub", "small", "large", "round"):
        on = stage(shape)
        on.show(shown)
        for look in on.look_at([turn + BEHIND + 0.1 for turn in turns]):
            assert list(misplaced(look, on.shape)) == [], (shape, look["second"])
        assert on.faults() == [], shape


def _stretched(text: str, longer: float) -> str:
    """The text with every word longer by this part of its letters, as it would be in another language."""
    return re.sub(r"[a-z]{2,}", lambda word: word.group() + word.group()[: math.ceil(longer * len(word.group()))], text)


def _all_words(longer: float) -> tuple[Locale, list[Line]]:
    """English, or a language that is longer by this part; and every line with its places filled."""
    words = content.words("en-GB")
    words = replace(words, lines={line: _stretched(text, longer) for line, text in words.lines.items()})
    filled = {place: _stretched(text, longer) for place, text in LONGEST.items()}
    return words, [Line(name, {place: filled[place] for place in places_of(words.lines[name])}) for name in words.lines]


def test_no_word_is_wider_than_is_reckoned(stage: Stages) -> None:
    """In the widest of common typefaces, measured by the browser: what the sizes of letters rest on."""
    words, lines = _all_words(0.0)
    single = sorted({word for line in lines for word in words.text(line.name, line.places).split()})
    measured = stage("hub").page.evaluate(
        """words => {
          const pen = document.createElement("canvas").getContext("2d");
          pen.font = "100px amazon-ember-display";
          return words.map(word => pen.measureText(word).width / 100);
        }""",
        single,
    )
    assert len(single) > 800
    assert [word for word, wide in zip(single, measured, strict=True) if wide > text_width.width(word)] == []


def test_lines_fit_wherever_they_may_stand_in_a_language_that_is_longer(stage: Stages) -> None:
    """The longest lines and a sample of the rest, in every layout, drawn at once: each is measured in its own room."""
    words, lines = _all_words(0.3)
    library, step = content.library(), Step("calf", "lying")
    undrawn, timeline = replace(library, drawings={}), personalize.timeline(library, step, personalize.Person())
    lines.sort(key=lambda line: text_width.width(words.text(line.name, line.places)), reverse=True)
    first = Line("calf.lying.first")
    pages: dict[str, dict[str, Any]] = {}
    for line in [*lines[:8], *lines[8::100]]:
        for part, known in (
            (SpeechPart((line,)), library),
            (SpeechPart((first, line), step=step), library),
            (SpeechPart((first, line), timeline, step=step), library),
            (SpeechPart((first, line), timeline, step=step), undrawn),
        ):
            for page in apl.directive(Output(part), words, known, "screen")["datasources"]["screen"]["pages"]:
                row = {**page, "since": 0, "until": 9}
                pages[json.dumps(row)] = row
    shown = apl.directive(Output(SpeechPart((first,))), words, undrawn, "screen")
    shown["datasources"]["screen"]["pages"] = list(pages.values())
    for shape in SHAPES:
        on = stage(shape)
        on.show(shown)
        texts = on.look_at([0.3])[0]["texts"]
        assert len(texts) == len(pages) > 50
        for text in texts:
            assert list(misplaced({"texts": [text], "graphics": []}, on.shape)) == [], shape
        assert on.faults() == [], shape


def test_it_ends_on_a_black_page(stage: Stages) -> None:
    on = stage("hub")
    nothing = screen_of(night().ask("Stop"))
    for answer in (
        night().ask("RelieveIntent", Site="calf"),
        night().launch(),
        night().ask("AskIntent", Topic="magnesium"),
    ):
        shown = screen_of(answer)
        over = sum(part["length"] + MICROPHONE for part in answer.conversation["last_output"])
        on.show(shown)
        before, after = on.look_at([over - 0.5, over + BEHIND])
        assert before["texts"], "the last microphone is still open"
        assert after["texts"] == after["graphics"] == []
        assert on.page.screenshot() == _black(on)
    on.show(nothing)
    assert on.look_at([0.3])[0]["texts"]
    assert on.look_at([20])[0]["texts"] == []


def _black(on: Stage) -> bytes:
    """The same screen with nothing on it at all."""
    on.page.evaluate("screen_.style.visibility = 'hidden'")
    picture = on.page.screenshot()
    on.page.evaluate("screen_.style.visibility = 'visible'")
    return picture


@pytest.mark.parametrize("shape", ["hub", "small", "large", "round"])
def test_touches_say_what_was_touched_and_are_large_enough_for_a_sleepy_hand(stage: Stages, shape: str) -> None:
    on = stage(shape)
    set_ = night().ask("RelieveIntent", Site="calf")
    paused = night()
    paused.ask("RelieveIntent", Site="calf")
    asked = set_.conversation["last_output"][0]["length"]
    grave = night().ask("WarningSignIntent", Sign="stroke")
    for answer, second, expected in (
        (set_, 1.0, {"other_leg", "pause", "next", "stop"}),
        (set_, 20.0, {"other_leg", "pause", "next", "stop"}),
        (set_, asked + 1, {"yes", "no", "stop"}),
        (paused.ask("Pause", after=20), 1.0, {"resume", "stop"}),
        (night().launch(), 6.0, {"stop"}),
        (grave, 1.0, {"stop"}),
        (grave, grave.conversation["last_output"][0]["length"] + 1, {"yes", "no", "stop"}),
    ):
        on.show(screen_of(answer))
        on.look_at([second])
        targets = on.targets()
        assert len(targets) == len(expected)
        assert all(min(box["width"], box["height"]) >= on.shape.short / 5 for box in targets)
        before = len(on.sent())
        for box in targets:
            on.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            on.pass_time(1.0)
        sent = on.sent()[before:]
        assert sorted(sent) == sorted([ask] for ask in expected)
        assert {ask for (ask,) in sent} <= set(TOUCHES)


def test_text_is_shown_as_it_stands(stage: Stages) -> None:
    """Neither markup nor a binding nor a resource's name is made of it."""
    odd = "@words ${viewport.width} & <b>$5</b> ${now}."
    words = content.words("en-GB")
    words = replace(words, lines={**words.lines, "talk.help": odd, "screen.stop": "${now} & <i>x</i>"})
    on = stage("hub")
    on.show(
        apl.directive(
            Output(SpeechPart((Line("talk.help"),), question="what_to_know")), words, content.library(), "screen"
        )
    )
    _, texts = on.read_at([1.0])[0]
    assert texts == [odd, "${now} & <i>x</i>"]


def test_the_countdown_goes_on_in_mid_hold(stage: Stages) -> None:
    """A word in mid-set changes neither the hold nor its end."""
    one = night()
    answer = one.ask("RelieveIntent", Site="calf")
    begins, ends = holds(answer)[0]
    on = stage("hub")
    on.show(screen_of(one.ask("Fallback", after=begins + 10)))
    for now, texts in on.read_at([0.3, 5.2, 12.7]):
        count = seen(now, texts).count
        assert count is not None
        assert count - 1 - 0.3 <= ends - begins - 10 - now <= count + 0.3


def test_in_real_time(chromium: Browser) -> None:
    one = night()
    answer = one.ask("RelieveIntent", Site="calf")
    begins, ends = holds(answer)[0]
    on = Stage(chromium, real=True)
    on.show(screen_of(one.ask("Fallback", after=begins + 10)))
    for _ in range(6):
        on.page.wait_for_timeout(500)
        now, texts = on.page.evaluate("() => freshly()")
        count = seen(now, texts).count
        assert count is not None
        assert count - 1 - 0.3 <= ends - begins - 10 - now <= count + 0.3
    assert on.faults() == []
