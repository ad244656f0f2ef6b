"""`python -m skill talk`: the bedside speaker in the terminal, in real time, to be interrupted by typing."""

from __future__ import annotations

import asyncio
import math
import shutil
import sys
import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from skill.cli import common, transcript
from skill.cli.espeak import EspeakVoice
from skill.loading import spoken_language
from skill.simulator.countdown import countdown
from skill.simulator.device import Speaker, Turn
from skill.simulator.locales import checked_locale
from skill.simulator.playback import MICROPHONE
from skill.simulator.validation.response import Rejected

WELCOME = 'Type what you would say, at any time: "{example}". Ctrl-D leaves.'
NIGHT = Style.from_dict(
    {  # dark red and amber, so that the eyes stay used to the dark
        "prompt": "#a04020",
        "": "#d08040",
        "spoken": "#d08040",
        "direction": "#70401c",
        "bottom-toolbar": "noreverse bg:#1c0a04 #d08040",
    }
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of `talk`."""
    common.add_options(parser)
    parser.add_argument("--fast", action="store_true", help="time passes at once")
    parser.add_argument("--aloud", action="store_true", help="speak, through espeak-ng")


def run(args: Namespace) -> int:
    """Talk until the person leaves; return 1 if a device would reject a response."""
    live = sys.stdin.isatty() and not args.fast
    try:
        if args.aloud and not live:
            raise ValueError("--aloud keeps real time: a terminal, and no --fast")
        locale = checked_locale(args.locale)
        speaker = common.make_device(args)
        voice = EspeakVoice(locale) if args.aloud else None
        if sys.stdin.isatty():
            _print("direction", WELCOME.format(example=spoken_language.of(locale).examples[0]))
        if live:
            asyncio.run(Talk(speaker, voice).hold())
        else:
            talk_at_once(speaker, _typed() if sys.stdin.isatty() else sys.stdin, sys.stdout)
    except (Rejected, ValueError) as error:
        return common.refused("talk", error)
    return 0


def talk_at_once(speaker: Speaker, lines: Iterable[str], out: TextIO) -> None:
    """Each line is a turn, said once the device listens; an empty one is silence. No time passes."""
    for utterance in (line.strip() for line in lines):
        before = speaker.last
        if utterance:
            turn = speaker.say(utterance)
            written = [*transcript.said(turn), *transcript.heard(turn, 0.0, turn.performance.reply_length)]
        elif before is not None and speaker.stay_silent() is not None:
            rest = transcript.heard(before, before.performance.reply_length + MICROPHONE, math.inf)
            written = [*rest, f"{transcript.INDENT}{transcript.ASLEEP}"]
        else:
            written = []
        out.writelines(f"{line}\n" for line in written)
        out.flush()


def _typed() -> Iterable[str]:
    """Lines from a terminal, until Ctrl-D or Ctrl-C."""
    session: PromptSession[str] = PromptSession("> ", style=NIGHT, erase_when_done=True)
    while True:
        try:
            yield session.prompt()
        except (EOFError, KeyboardInterrupt):
            return


class Talk:
    """One evening with the speaker: a prompt that stays usable while the reply is performed above it.

    `pace` is how many seconds of the speaker's time pass in one real second.
    """

    def __init__(self, speaker: Speaker, voice: EspeakVoice | None = None, pace: float = 1.0) -> None:
        self._speaker, self._voice, self._pace = speaker, voice, pace
        self._started = 0.0  # the real moment of the last request
        self._playing: asyncio.Task[None] | None = None
        self._session: PromptSession[str] = PromptSession(
            "> ", style=NIGHT, bottom_toolbar=self._toolbar, refresh_interval=0.25, erase_when_done=True
        )

    async def hold(self) -> None:
        """Talks until the person leaves; raises Rejected where a device would refuse a response."""
        with patch_stdout():
            try:
                while True:
                    utterance = (await self._session.prompt_async()).strip()
                    if utterance:
                        await self._stop()
                        self._answer(utterance)
            except (EOFError, KeyboardInterrupt):
                return
            finally:
                await self._stop()

    def _answer(self, utterance: str) -> None:
        now = asyncio.get_running_loop().time()
        turn = self._speaker.say(utterance, (now - self._started) * self._pace if self._speaker.last else None)
        self._started = now
        for line in transcript.said(turn):
            _print("direction", line)
        self._playing = asyncio.create_task(self._perform(turn))

    async def _perform(self, turn: Turn) -> None:
        for event in turn.performance.unanswered():
            await self._wait(event.at)
            _print("direction" if event.kind == "listening" else "spoken", transcript.line(turn, event))
            if self._voice and event.text:
                self._voice.speak(event)
        await self._wait(turn.performance.length)
        try:
            self._speaker.stay_silent()
        except Rejected as error:
            self._session.app.exit(exception=error)
        _print("direction", f"{transcript.INDENT}{transcript.ASLEEP}")

    async def _wait(self, second: float) -> None:
        """Until a second of the turn."""
        await asyncio.sleep(max(0.0, self._started + second / self._pace - asyncio.get_running_loop().time()))

    async def _stop(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
            with suppress(asyncio.CancelledError):
                await self._playing  # what went wrong in it is raised here
            self._playing = None
        if self._voice:
            self._voice.hush()

    def _toolbar(self) -> str:
        last, now = self._speaker.last, asyncio.get_running_loop().time()
        if last is None or self._playing is None or self._playing.done():
            return " asleep"
        second = (now - self._started) * self._pace
        running = countdown(last.performance, second)
        if running.listening:
            return " listening"
        parts = [transcript.clock(last.at + second), running.cue]
        parts += [f"hold {running.hold_left} s"] if running.hold_left else []
        parts += [f"set {running.set_left} s"] if running.set_left else []
        return " " + "   ".join(part for part in parts if part)


def _print(style: str, text: str) -> None:
    """Print a line, wrapped at words; further lines stand under the first one's text."""
    width = max(40, shutil.get_terminal_size().columns)
    wrapped = textwrap.fill(
        text, width, subsequent_indent=transcript.INDENT, drop_whitespace=True, break_long_words=False
    )
    print_formatted_text(FormattedText([(f"class:{style}", wrapped)]), style=NIGHT)
