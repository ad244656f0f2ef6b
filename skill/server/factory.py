"""The WSGI factory of the endpoint: `gunicorn 'skill.server.factory:create_app()'`.

Flask and the rest of requirements/server.txt are imported only when an application is asked for.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from skill import settings

if TYPE_CHECKING:
    from flask import Flask

    from skill.server.ask_sdk_adapter import Handler
    from skill.server.verifier import Verifier

_log = logging.getLogger(__name__)


def create_app(
    handler: Handler | None = None,
    *,
    verifier: Verifier | None = None,
    unsigned_from_loopback: bool = False,
    skill_id: str | None = None,
) -> Flask:
    """The endpoint; `handler` is Lambda's unless given, `skill_id` SKILL_ID.

    `unsigned_from_loopback` also takes unsigned requests that begin on this machine, whatever their time.
    """
    from skill.alexa import request_log
    from skill.server.app import build
    from skill.server.verifier import Verifier

    if not logging.getLogger().handlers:  # under a WSGI server nobody has said where logs go; the desk has
        request_log.log_to_stderr()
    if handler is None:
        from lambda_handler import handler as lambda_handler

        handler = lambda_handler
    skill_id = skill_id or settings.skill_id()
    if skill_id is None and not unsigned_from_loopback:
        _log.warning("SKILL_ID is not set: the endpoint refuses every request")
    verifier = verifier or Verifier()
    return build(handler, verifier, unsigned_from_loopback=unsigned_from_loopback, skill_id=skill_id)
