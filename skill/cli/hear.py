"""`python -m skill hear`: how utterances are understood, one JSON object a line."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace

from skill.cli import common
from skill.simulator.locales import checked_locale
from skill.simulator.nlu.recognizer import Recognizer, RecognizeResult, recognizer_for
from skill.simulator.requests import slot_types


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of `hear`."""
    parser.add_argument(
        "utterances", nargs="*", metavar="UTTERANCE", help="default: one a line from the standard input"
    )
    parser.add_argument("--locale", default=common.DEFAULT_LOCALE)


def run(args: Namespace) -> int:
    """Print how each utterance is understood; return 1 for an unknown locale."""
    try:
        ear = recognizer_for(checked_locale(args.locale))
    except ValueError as error:
        return common.refused("hear", error)
    for line in args.utterances or sys.stdin:
        utterance = line.strip()
        if utterance:
            print(json.dumps(entry(ear, ear.recognize(utterance, one_shot=True)), ensure_ascii=False), flush=True)
    return 0


def entry(ear: Recognizer, heard: RecognizeResult) -> dict[str, object]:
    """Return intent and slots: ids, or the value of a built-in type; a slot that resolves to nothing is left out."""
    built_in = {name for name, kind in slot_types(ear.model, heard.intent).items() if kind.startswith("AMAZON.")}
    values = {name: slot.id or (slot.said if name in built_in else None) for name, slot in heard.slots.items()}
    slots = {name: value for name, value in values.items() if value is not None}
    return {"utterance": heard.utterance, "intent": heard.intent, "slots": slots}
