"""The settings of whoever deploys, from the environment. Each name is read here and nowhere else; docs/OPERATIONS.md lists them.

They are read when they are needed, not at import: a process may be set up before they are.
"""

import logging
import os
import re

from skill.core.vocabulary import Voice

log = logging.getLogger(__name__)

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
#: A skill's id (developer console, "Copy Skill ID"). The examples' id of zeros is nobody's.
SKILL_ID = r"amzn1\.ask\.skill\.(?![0-]+$)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class UnusableSetting(ValueError):
    """A setting that cannot be used; the message names it and says what to write instead."""


def skill_id() -> str | None:
    """SKILL_ID: the skill whose requests are answered; without it, on this machine, any skill's."""
    return os.environ.get("SKILL_ID") or None


def checked_skill_id(*, required: bool) -> str | None:
    """Return SKILL_ID; raises UnusableSetting where it cannot be a skill's id, or is missing and `required`."""
    found = skill_id()
    if found is None and not required:
        return None
    if found is None or not re.fullmatch(SKILL_ID, found):
        problem = "is not set" if found is None else f"is {found!r}, which is no skill's id"
        raise UnusableSetting(
            f'SKILL_ID {problem}: copy yours from the Alexa developer console ("Copy Skill ID"); '
            "it looks like amzn1.ask.skill.12345678-90ab-cdef-1234-567890abcdef"
        )
    return found


def first_voice() -> Voice:
    """FIRST_VOICE: the voice of a session's first reply; the person's own choice applies from the second on."""
    wanted = os.environ.get("FIRST_VOICE") or Voice.SOFT
    try:
        return Voice(wanted)
    except ValueError:
        log.error("FIRST_VOICE is %r, expected one of %s; speaking softly", wanted, ", ".join(Voice))
        return Voice.SOFT


def preferences_table() -> str:
    """PREFERENCES_TABLE: the DynamoDB table that keeps preferences; empty if there is none."""
    return os.environ.get("PREFERENCES_TABLE", "")


def preferences_file() -> str:
    """PREFERENCES_FILE: the SQLite file that keeps preferences if there is no table; empty if there is none either."""
    return os.environ.get("PREFERENCES_FILE", "")


def keeps() -> bool:
    """Return True if a preferences store is configured."""
    return bool(preferences_table() or preferences_file())


def certificates_file() -> str:
    """CERTIFICATES_FILE: the file in which the endpoint keeps Alexa's certificate chain over a restart; empty for none."""
    return os.environ.get("CERTIFICATES_FILE", "")


def log_level() -> str:
    """LOG_LEVEL: the name of a level; WARNING if it is none."""
    wanted = os.environ.get("LOG_LEVEL", "").upper() or "WARNING"
    if wanted in LEVELS:
        return wanted
    log.warning("LOG_LEVEL is %r, expected one of %s", wanted, ", ".join(LEVELS))
    return "WARNING"
