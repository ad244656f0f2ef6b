"""What the person who deploys may set, by the environment: each name is read here and nowhere else; README.md lists them.

They are read when they are asked for, not at the import: a process may be set up before they are.
"""

import logging
import os

from skill.core.vocabulary import Voice

log = logging.getLogger(__name__)

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def skill_id() -> str | None:
    """SKILL_ID: whose requests are answered; without it, on this machine, anybody's."""
    return os.environ.get("SKILL_ID") or None


def first_voice() -> Voice:
    """FIRST_VOICE: how a session's first reply is said; what somebody has chosen applies from the second."""
    wanted = os.environ.get("FIRST_VOICE") or Voice.SOFT
    try:
        return Voice(wanted)
    except ValueError:
        log.error("FIRST_VOICE is %r, expected one of %s; speaking softly", wanted, ", ".join(Voice))
        return Voice.SOFT


def preferences_table() -> str:
    """PREFERENCES_TABLE: the table of DynamoDB in which preferences are kept; empty where there is none."""
    return os.environ.get("PREFERENCES_TABLE", "")


def preferences_file() -> str:
    """PREFERENCES_FILE: the file of SQLite in which they are kept where there is no table; empty where there is none either."""
    return os.environ.get("PREFERENCES_FILE", "")


def keeps() -> bool:
    """Whether anything is kept at all."""
    return bool(preferences_table() or preferences_file())


def log_level() -> str:
    """LOG_LEVEL: the name of a level; WARNING where it is none."""
    wanted = os.environ.get("LOG_LEVEL", "").upper() or "WARNING"
    if wanted in LEVELS:
        return wanted
    log.warning("LOG_LEVEL is %r, expected one of %s", wanted, ", ".join(LEVELS))
    return "WARNING"
