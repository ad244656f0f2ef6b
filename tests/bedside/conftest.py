"""The page as `serve` serves it, on a loopback port of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser
from waitress.server import create_server

from lambda_handler import handler
from skill.server.factory import create_app
from skill.server.loopback import cross_site_reason, from_this_machine
from skill.simulator.device import Speaker
from skill.simulator.nlu.recognizer import recognizer_for
from skill.simulator.web.routes import PATH, bedside
from tests.bedside.night import CALF, Night

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


Visit = Callable[..., Night]


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Visit]:
    """Opens the page; whatever is done there, nothing may go wrong in it and nothing may leave the machine."""
    nights: list[Night] = []

    def open_page(at: str = address, *scripts: str, **context: Any) -> Night:
        page = chromium.new_context(viewport={"width": 1280, "height": 800}, **context).new_page()
        for script in scripts:
            page.add_init_script(script)
        nights.append(Night(page, at))
        return nights[-1]

    yield open_page
    for night in nights:
        night.page.context.close()
        assert night.complaints == []
        assert {urlsplit(url).hostname or urlsplit(url).scheme for url in night.asked} <= {"127.0.0.1", "data"}


def events(utterance: str = CALF) -> tuple[Any, ...]:
    """What a speaker is heard to do by itself after this utterance."""
    return Speaker(handler, recognizer_for("en-US")).say(utterance).performance.unanswered()
