"""Puts the stand-in speaker on the desk: the real handler, the locale's ear, the environment's settings."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from skill import settings
from skill.simulator.device import Speaker
from skill.simulator.nlu.recognizer import ear_of
from skill.simulator.requests import DEVICES, Bedside
from skill.simulator.validation.response import Rejected

DEFAULT_LOCALE = "en-US"
ACCOUNT = "amzn1.ask.account.STANDIN"  #: the same each time, so that what lasts can be tried (PREFERENCES_FILE)


def add_options(parser: ArgumentParser) -> None:
    """The options that every command with a speaker takes."""
    parser.add_argument("--device", choices=DEVICES, default="echo", help="without or with a screen (default: echo)")
    parser.add_argument("--locale", default=DEFAULT_LOCALE, help=f"language and country (default: {DEFAULT_LOCALE})")


def switch_on(args: Namespace) -> Speaker:
    """A speaker as the options say; the handler is imported only here, so that help comes at once."""
    from lambda_handler import handler

    bedside = Bedside(args.device, args.locale, settings.skill_id() or Bedside.skill_id, ACCOUNT)
    return Speaker(handler, ear_of(args.locale), bedside)


def refused(command: str, error: Rejected | ValueError) -> int:
    """Tells in one line why the command stopped; its exit code."""
    print(f"{command}: {' '.join(str(error).split())}", file=sys.stderr)
    return 1
