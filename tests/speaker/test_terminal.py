"""`talk`: piped, at once, and live behind a terminal that the test types into."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from skill.cli import common, talk
from skill.cli.espeak import EspeakVoice
from skill.simulator.device import Speaker
from skill.simulator.playback import Event
from skill.simulator.requests import Json
from skill.simulator.validation.response import Rejected
from tests.speaker.small_skill import SmallSkill, ssml

Build = Callable[..., Speaker]
CALF = "my lower leg is cramping"


def _talk(monkeypatch: pytest.MonkeyPatch, speaker: Speaker, typed: str, *words: str) -> int:
    monkeypatch.setattr(common, "make_device", lambda args: speaker)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    parser = ArgumentParser(prog="talk")
    talk.add_arguments(parser)
    return talk.run(parser.parse_args(list(words)))


def test_piped_lines_are_turns_and_time_passes_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], skill: SmallSkill, speaker_for: Build
) -> None:
    assert _talk(monkeypatch, speaker_for(skill), f"{CALF}\n\n\nyes\n") == 0
    assert capsys.readouterr().out.splitlines() == [
        "You: my lower leg is cramping",
        "00:00  Slowly straighten your leg.",
        "00:01  Push your heel away.",
        "00:04  Hold there.",
        "00:34  Let go.",
        "00:44  Has the cramp gone?",
        "       (listening)",
        "00:53  Still tight? Hold again.",
        "01:24  Has it gone?",
        "       (listening)",
        "       (asleep)",
        "You: yes",
        "01:33  Sleep well.",
    ]


def test_what_a_device_would_reject_ends_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], speaker_for: Build
) -> None:
    assert _talk(monkeypatch, speaker_for(lambda event, context: {}), f"{CALF}\n") == 1
    assert capsys.readouterr().err == (
        "talk: a device would reject the answer to RelieveIntent: no response, where something must be said\n"
    )


def test_speaking_aloud_needs_real_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], skill: SmallSkill, speaker_for: Build
) -> None:
    assert _talk(monkeypatch, speaker_for(skill), "", "--aloud") == 1
    assert "real time" in capsys.readouterr().err


def _live(speaker: Speaker, pace: float, *typed: tuple[Callable[[], bool], str]) -> None:
    """Types each text as soon as its condition holds; Ctrl-D at the end leaves."""

    async def evening() -> None:
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            task = asyncio.create_task(talk.Talk(speaker, None, pace).hold())
            for condition, text in typed:
                async with asyncio.timeout(20):
                    while not condition():
                        await asyncio.sleep(0.02)
                keys.send_text(text)
            await asyncio.wait_for(task, 20)

    # In a thread of its own: a browser's driver, open for other tests, may have an event loop in this one.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, evening()).result()


def _at_once() -> bool:
    return True


def test_typing_interrupts_in_mid_set_at_the_second_of_the_clock(skill: SmallSkill, speaker_for: Build) -> None:
    speaker, started = speaker_for(skill), list[float]()

    def a_while_later() -> bool:
        if skill.requests and not started:
            started.append(time.monotonic())
        return bool(started) and time.monotonic() > started[0] + 0.3

    _live(
        speaker,
        20.0,
        (_at_once, f"{CALF}\r"),
        (a_while_later, "pause\r"),
        (lambda: len(skill.types) > 1, "\x04"),
    )
    assert skill.types == ["RelieveIntent", "AMAZON.PauseIntent"]
    assert speaker.last is not None
    assert 5 < speaker.last.at < 45  # 0.3 s at 20 times the pace, and what typing took; the set is over at 45


def test_an_empty_line_and_then_silence_let_the_session_end_by_itself(skill: SmallSkill, speaker_for: Build) -> None:
    guided, over = lambda: bool(skill.types), lambda: "SessionEndedRequest" in skill.types
    _live(speaker_for(skill), 200.0, (_at_once, f"{CALF}\r"), (guided, "\r"), (over, "\x04"))
    assert skill.types == ["RelieveIntent", "SessionEndedRequest"]


def test_leaving_in_mid_set_is_polite(skill: SmallSkill, speaker_for: Build) -> None:
    _live(speaker_for(skill), 1.0, (_at_once, f"{CALF}\r"), (lambda: bool(skill.types), "\x04"))
    assert skill.types == ["RelieveIntent"]


def test_what_is_rejected_while_nobody_types_ends_the_talk(speaker_for: Build) -> None:
    def skill(event: Json, context: object) -> Json:
        ended = event["request"]["type"] == "SessionEndedRequest"
        bad = {"version": "1.0", "response": {"outputSpeech": ssml("Bye."), "shouldEndSession": True}}
        return bad if ended else SmallSkill()(event, context)

    with pytest.raises(Rejected, match="nothing may be said"):
        _live(speaker_for(skill), 500.0, (_at_once, f"{CALF}\r"))


@pytest.fixture
def espeak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of espeak-ng's name that writes down what it is to say, and then takes its time."""
    written = tmp_path / "said.txt"
    program = tmp_path / "espeak-ng"
    program.write_text(f'#!/bin/sh\necho "$$ $@" >> {written}\nexec sleep 30\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return written


def test_aloud_speaks_each_cue_in_its_voice_and_falls_silent_when_interrupted(espeak: Path) -> None:
    voice = EspeakVoice("en-GB")
    for count, (text, manner) in enumerate((("Hold there.", "soft"), ("Let go.", "whisper")), 1):
        voice.speak(Event(0.0, 1.0, text, "cue", manner))
        deadline = time.monotonic() + 20
        while not espeak.exists() or len(espeak.read_text().splitlines()) < count:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    voice.hush()
    said = [line.split(maxsplit=1) for line in espeak.read_text().splitlines()]
    assert [words for _, words in said] == [
        "-v en-gb -s 144 -a 60 -- Hold there.",
        "-v en-gb+whisper -s 144 -a 40 -- Let go.",
    ]
    for process, _ in said:
        with pytest.raises(ProcessLookupError):
            os.kill(int(process), 0)


def test_without_espeak_aloud_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ValueError, match="espeak-ng, which is not installed"):
        EspeakVoice("en-US")
