"""What the commands share: the simulated device with the real handler, and how a refusal is told."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from skill import settings
from skill.simulator.device import Speaker
from skill.simulator.locales import checked_locale
from skill.simulator.nlu.recognizer import recognizer_for
from skill.simulator.requests import DEVICES, Bedside
from skill.simulator.validation.response import Rejected

DEFAULT_LOCALE = "en-US"
ACCOUNT = "amzn1.ask.account.STANDIN"  #: the same each time, so that what lasts can be tried (PREFERENCES_FILE)


def add_options(parser: ArgumentParser) -> None:
    """Add the options of every command with a simulated device."""
    parser.add_argument("--device", choices=DEVICES, default="echo", help="without or with a screen (default: echo)")
    parser.add_argument("--locale", default=DEFAULT_LOCALE, help=f"language and country (default: {DEFAULT_LOCALE})")


def make_device(args: Namespace) -> Speaker:
    """Return a device as the options say; raises ValueError for an unknown locale.

    The handler is imported only here, so that help comes at once.
    """
    locale = checked_locale(args.locale)
    from lambda_handler import handler

    bedside = Bedside(args.device, locale, settings.skill_id() or Bedside.skill_id, ACCOUNT)
    return Speaker(handler, recognizer_for(locale), bedside)


def refused(command: str, error: Rejected | ValueError) -> int:
    """Print in one line why the command stopped, and return its exit code."""
    print(f"{command}: {' '.join(str(error).split())}", file=sys.stderr)
    return 1
