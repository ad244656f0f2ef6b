"""The page as `serve` serves it, on a loopback port of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from waitress.server import create_server

from lambda_handler import handler
from skill.server.factory import create_app
from skill.server.loopback import cross_site_reason, from_this_machine
from skill.simulator.web.routes import PATH, bedside

Handler = Callable[[dict[str, Any], object], Any]


def application(answers: Handler = handler) -> Flask:
    """The endpoint with the page, as `serve` puts them together; `answers` is the skill behind it."""
    app = create_app(answers, without_skill_id=True)
    app.register_blueprint(bedside(answers, from_this_machine, cross_site_reason))
    return app


@contextmanager
def serving(answers: Handler = handler) -> Iterator[str]:
    """The page's address, for as long as it is served."""
    server = create_server(application(answers), host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}{PATH}/"
    finally:
        server.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serving() as found:
        yield found
