"""`python -m skill say`: the turns of one conversation, each performed in order on a simulated clock."""

from __future__ import annotations

import json
import math
import sys
from argparse import Action, ArgumentError, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from skill.cli import common, transcript
from skill.simulator.device import Speaker, Turn
from skill.simulator.playback import MICROPHONE
from skill.simulator.requests import DEVICES
from skill.simulator.validation.response import Rejected

Spoken = tuple[str, float | None]  # the words, and their seconds after the last request


class _Turns(Action):
    """Takes the option's own value, and any utterances that follow it, in the order of the command line.

    argparse gives up on positional arguments between options; so each option takes those behind it.
    """

    def __call__(self, parser: ArgumentParser, space: Namespace, values: Any, option: str | None = None) -> None:
        words = list(values or [])
        if self.dest == "json":
            space.json = True
        elif self.dest == "after":
            words[0] = self._seconds(words[0])
        elif self.dest in ("device", "locale"):
            value = words.pop(0)
            if self.dest == "device" and value not in DEVICES:
                raise ArgumentError(self, f"{value!r} is not one of {', '.join(DEVICES)}")
            setattr(space, self.dest, value)
        space.turns = [*space.turns, *words]

    def _seconds(self, word: str) -> float:
        try:
            seconds = float(word)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < math.inf:
            raise ArgumentError(self, f"{word!r} is not a number of seconds")
        return seconds


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of `say`: utterances and options in any order; an empty utterance is silence until the session is over."""
    parser.set_defaults(turns=[], json=False, device="echo", locale=common.DEFAULT_LOCALE)
    behind = "UTTERANCE"
    parser.add_argument("utterances", nargs="*", action=_Turns, metavar=behind, help='what is said; "" is silence')
    parser.add_argument(
        "--after",
        nargs="+",
        action=_Turns,
        metavar=("SECONDS", behind),
        help="the next utterance comes so many seconds after the last request, not when the device listens",
    )
    parser.add_argument(
        "--json", nargs="*", action=_Turns, metavar=behind, help="requests and responses, one turn a line"
    )
    parser.add_argument("--device", nargs="+", action=_Turns, metavar=("|".join(DEVICES), behind))
    parser.add_argument("--locale", nargs="+", action=_Turns, metavar=("LOCALE", behind))


def run(args: Namespace) -> int:
    """Perform the turns; return 1 if a device would reject a response."""
    try:
        turns = list(_paired(args.turns))
        perform_script(common.make_device(args), turns, as_json=args.json, out=sys.stdout)
    except (Rejected, ValueError) as error:
        return common.refused("say", error)
    return 0


def perform_script(speaker: Speaker, turns: Sequence[Spoken], *, as_json: bool, out: TextIO) -> None:
    """Has the conversation and writes it down; raises Rejected where a device would reject a response."""
    for index, (utterance, after) in enumerate(turns):
        if utterance.strip():
            turn = speaker.say(utterance, after)
            following = turns[index + 1][1] if index + 1 < len(turns) else None
            written = _written(turn, following, first=index == 0)
        else:
            before, ended = speaker.last, speaker.stay_silent()
            if before is None or ended is None:
                raise ValueError("silence, but no session is open")
            turn, written = ended, _silence(before)
        out.writelines(f"{line}\n" for line in ([_as_json(turn)] if as_json else written))
        out.flush()


def _paired(words: Sequence[str | float]) -> Iterator[Spoken]:
    after: float | None = None
    for index, word in enumerate(words):
        if isinstance(word, str):
            yield word, after
            after = None
        elif index == 0 or after is not None or index + 1 == len(words):
            raise ValueError("--after stands between two utterances")
        else:
            after = word
    if not words:
        raise ValueError('nothing was said; try: say "my calf is cramping"')


def _written(turn: Turn, following: float | None, *, first: bool) -> Iterator[str]:
    """Yield the turn's lines up to the question, or up to the moment at which it is interrupted or answered later."""
    if turn.opens_session and not first:
        yield f"{transcript.INDENT}(a new session)"
    yield from transcript.said(turn)
    yield from transcript.heard(turn, 0.0, turn.performance.reply_length if following is None else following)


def _silence(turn: Turn) -> Iterator[str]:
    yield "You: (nothing)"
    yield from transcript.heard(turn, turn.performance.reply_length + MICROPHONE, math.inf)
    yield f"{transcript.INDENT}{transcript.ASLEEP}"


def _as_json(turn: Turn) -> str:
    spoken = {"utterance": turn.utterance, "request": turn.request, "response": turn.response}
    return json.dumps(spoken, ensure_ascii=False)
