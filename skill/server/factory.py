"""The WSGI factory of the endpoint: `gunicorn 'skill.server.factory:create_app()'`.

Flask and the rest of requirements/server.txt are imported only when an application is made.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from skill import settings

if TYPE_CHECKING:
    from flask import Flask

    from skill.server.ask_sdk_adapter import Handler
    from skill.server.verifier import Verifier


def create_app(
    handler: Handler | None = None,
    *,
    verifier: Verifier | None = None,
    unsigned_from_loopback: bool = False,
    skill_id: str | None = None,
    without_skill_id: bool = False,
) -> Flask:
    """Return the endpoint; `handler` is Lambda's unless given, `skill_id` SKILL_ID.

    `unsigned_from_loopback` also takes unsigned requests that begin on this machine, whatever their time.
    `without_skill_id` starts an endpoint that has no SKILL_ID and refuses every signed request.

    Raises UnusableSetting where SKILL_ID is missing or cannot be a skill's id.
    """
    from skill.alexa import request_log
    from skill.server.app import build
    from skill.server.verifier import Verifier

    skill_id = skill_id or settings.checked_skill_id(required=not (unsigned_from_loopback or without_skill_id))
    if not logging.getLogger().handlers:  # under a WSGI server nobody has said where logs go; the command line has
        request_log.log_to_stderr()
    if handler is None:
        from lambda_handler import handler as lambda_handler

        handler = lambda_handler
    file = settings.certificates_file()
    verifier = verifier or Verifier(file=Path(file) if file else None)
    return build(handler, verifier, unsigned_from_loopback=unsigned_from_loopback, skill_id=skill_id)
