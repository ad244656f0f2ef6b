"""What the source documents say and this skill says too can be heard: by a natural question, or in a night."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.request import FREE, SLOTS
from skill.core.output import Output, SpeechPart
from skill.dialogue import Input, SessionState, respond
from skill.loading.content import library, words
from skill.loading.content_files import CONTENT
from skill.simulator.nlu.recognizer import RecognizeResult, recognizer_for

ITEMS = tomllib.loads((CONTENT / "coverage.toml").read_text(encoding="utf-8"))["items"]
SAID = {number: item["said"] for number, item in ITEMS.items() if "said" in item}
WAYS = tomllib.loads((Path(__file__).parent / "reachable.toml").read_text(encoding="utf-8"))
LOCALE = "en-GB"
PAUSE = 2.0  #: seconds between a reply and what is said next


def _input(heard: RecognizeResult) -> Input:
    """Return the input that Alexa would make of it."""
    free: dict[str, Any] = {FREE[name]: slot.value for name, slot in heard.slots.items() if name in FREE}
    known: dict[str, Any] = {SLOTS[name]: slot.id for name, slot in heard.slots.items() if name in SLOTS and slot.id}
    return Input(heard.intent, **free, **known)


def _lines(output: Output) -> set[str]:
    """Return the names of all lines that this reply says, its reprompt included; `calf.lying.rub` is also `calf.rub`."""
    parts = [value for field in fields(output) if isinstance(value := getattr(output, field.name), SpeechPart)]
    spoken = {line.name for part in parts for line in part.lines}
    spoken |= {beat.line for part in parts if part.timeline for beat in part.timeline.beats}
    return spoken | {f"{name.partition('.')[0]}.{name.rpartition('.')[2]}" for name in spoken}


def test_every_item_that_is_said_has_a_way_to_be_heard() -> None:
    assert WAYS.keys() == SAID.keys()


@pytest.mark.parametrize("number", WAYS)
def test_it_is_heard(number: str) -> None:
    content, voice, ear = library(), words(LOCALE), recognizer_for(LOCALE)
    state, now, spoken = SessionState(), 0.0, set[str]()
    for utterance in WAYS[number]:
        state, output = respond(state, _input(ear.recognize(utterance, one_shot=now == 0.0)), now, content, voice)
        spoken |= _lines(output)
        now += state.last_output[0].length + PAUSE
    assert spoken.intersection(SAID.get(number, ())), sorted(spoken)
