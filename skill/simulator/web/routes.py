"""The bedside page's files and its JSON, for the browser on this machine and for no other site that it has open."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, cast

from flask import Blueprint, Response, jsonify, request, send_from_directory
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from skill import settings
from skill.loading import spoken_language
from skill.simulator.device import Handler
from skill.simulator.locales import known_locales
from skill.simulator.requests import DEVICES, SCREENS, Bedside, Device, Json, Shape
from skill.simulator.web.sessions import Gone, Refusal, SpeakerSession, SpeakerSessions, account

PATH = "/bedside"
#: Characters of one utterance, far more than Alexa would listen to.
LONGEST_UTTERANCE = 500
#: Seconds between two turns, at most: a day.
LONGEST_AFTER = 86400.0

_PAGE = Path(__file__).parent / "page"
#: Amazon's engine for screens, where `make` has installed it.
ENGINE = Path(__file__).parents[3] / ".venv" / "screen" / "node_modules" / "apl-viewhost-web" / "index.js"

_TAB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FRAMED = "screen.html"
_HEADERS = {
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
}
_NOTHING_ELSE = "default-src 'none'; base-uri 'none'; form-action 'none'"
#: The page: its own scripts, styles and JSON, and the screen's frame.
_POLICY = (
    f"{_NOTHING_ELSE}; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self' data:; frame-ancestors 'none'"
)
#: The frame: Amazon's engine is WebAssembly with glue that is made as it starts, and styles of its own. It may load
#: and reach nothing.
_POLICY_FRAMED = (
    f"{_NOTHING_ELSE}; sandbox allow-scripts; script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src data:; connect-src data:; frame-ancestors 'self'"
)


class BadInput(ValueError):
    """What the page sent makes no sense; the message says what, and goes back to it."""


class Foreign(Exception):
    """The request is not the page's own."""


def bedside(
    handler: Handler, from_this_machine: Callable[[], bool], cross_site_reason: Callable[[], str | None]
) -> Blueprint:
    """Return the page and its routes below PATH; `handler` answers as Lambda's does.

    A request that `from_this_machine` denies is refused, and one that changes anything where `cross_site_reason` gives a reason.
    """
    routes = Blueprint("bedside", __name__, url_prefix=PATH)
    speakers = SpeakerSessions(handler)

    @routes.before_request
    def admit() -> None:
        if not from_this_machine():
            raise Foreign("this page is for the browser on the machine that serves it")
        if request.method not in ("GET", "HEAD") and (reason := cross_site_reason()):
            raise Foreign(reason)

    @routes.after_request
    def guard(response: Response) -> Response:
        response.headers.update(_HEADERS)
        framed = request.path.endswith(f"/{_FRAMED}")
        response.headers["Content-Security-Policy"] = _POLICY_FRAMED if framed else _POLICY
        return response

    @routes.errorhandler(BadInput)
    def refuse(error: BadInput) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    @routes.errorhandler(Foreign)
    def keep_out(error: Foreign) -> tuple[Response, int]:
        return jsonify(error=str(error)), 403

    @routes.errorhandler(Gone)
    def gone(_: Gone) -> tuple[Response, int]:
        return jsonify(error="no speaker stands here: it was forgotten"), 404

    @routes.errorhandler(Refusal)
    def rejected(refusal: Refusal) -> tuple[Response, int]:
        told = jsonify(
            error="A device would reject this answer.", problems=refusal.problems, exchanges=refusal.exchanges
        )
        return told, 502

    @routes.errorhandler(HTTPException)
    def in_json(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.name), error.code or 500

    @routes.get("/")
    def page() -> Response:
        return send_from_directory(_PAGE, "index.html")

    @routes.get("/<path:name>")
    def file(name: str) -> Response:
        return send_from_directory(_PAGE, name)

    @routes.get("/engine.js")
    def engine() -> Response:
        return send_from_directory(ENGINE.parent, ENGINE.name, mimetype="text/javascript")

    @routes.get("/choices")
    def choices() -> Response:
        locales = known_locales()
        examples = {locale: spoken_language.of(locale).examples for locale in locales}
        return jsonify(devices=DEVICES, shapes=_shapes(), locales=locales, examples=examples, engine=ENGINE.is_file())

    @routes.put("/speakers/<tab>")
    def put(tab: str) -> Response:
        speakers.put(_checked(tab), _bedside(tab, _body()))
        return jsonify({})

    @routes.post("/speakers/<tab>/say")
    def say(tab: str) -> Response:
        body = _body()
        return jsonify(_acted(_session(tab).say, _utterance(body), _after(body)))

    @routes.post("/speakers/<tab>/touch")
    def touch(tab: str) -> Response:
        body = _body()
        return jsonify(_acted(_session(tab).touch, _arguments(body), _after(body)))

    @routes.post("/speakers/<tab>/silence")
    def stay_silent(tab: str) -> Response:
        _body()
        return jsonify(_session(tab).stay_silent())

    @routes.post("/speakers/<tab>/close")
    def close(tab: str) -> Response:
        return jsonify(_session(tab).close(_after(_body())))

    def _session(tab: str) -> SpeakerSession:
        return speakers.of(_checked(tab))

    return routes


def _acted(act: Any, *arguments: Any) -> Json:
    try:
        return cast(Json, act(*arguments))
    except ValueError as error:  # such as a touch where nothing is shown
        raise BadInput(str(error)) from error


def _shapes() -> list[Json]:
    return [
        {"name": name, "width": screen.width, "height": screen.height, "round": screen.round}
        for name, screen in SCREENS.items()
    ]


def _checked(tab: str) -> str:
    if not _TAB.fullmatch(tab):
        raise BadInput("a tab's name is a UUID in lower case")
    return tab


def _body() -> Json:
    try:
        body = json.loads(request.get_data().decode("utf-8"), parse_constant=_no_number)
    except RequestEntityTooLarge as error:
        raise BadInput("the body is too large") from error
    except (ValueError, RecursionError) as error:
        raise BadInput("the body is not JSON in UTF-8") from error
    if not isinstance(body, dict):
        raise BadInput("the body is not a JSON object")
    return body


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _bedside(tab: str, body: Json) -> Bedside:
    device = cast(Device, _one_of(body, "device", DEVICES))
    shape = cast(Shape, _one_of(body, "shape", tuple(SCREENS)))
    locale = _one_of(body, "locale", known_locales())
    skill_id = settings.skill_id() or Bedside.skill_id
    return Bedside(device, locale, skill_id, account(tab), shape=shape)


def _one_of(body: Json, key: str, known: tuple[str, ...]) -> str:
    value = body.get(key)
    if not isinstance(value, str) or value not in known:
        raise BadInput(f"{key}: not one of {', '.join(known)}")
    return value


def _utterance(body: Json) -> str:
    value = body.get("utterance")
    if not isinstance(value, str) or not value.strip():
        raise BadInput("utterance: what is said is missing")
    if len(value) > LONGEST_UTTERANCE:
        raise BadInput(f"utterance: over {LONGEST_UTTERANCE} characters")
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise BadInput("utterance: half a character")
    return value.strip()


def _arguments(body: Json) -> list[Any]:
    value = body.get("arguments")
    if not isinstance(value, list) or not all(isinstance(one, str | int | float) for one in value):
        raise BadInput("arguments: not a list of words or numbers")
    return value


def _after(body: Json) -> float | None:
    """Seconds from the last request; None for the first, and for an answer that waits for the microphone."""
    value = body.get("after")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_AFTER:
        raise BadInput(f"after: not a number of seconds from 0 to {LONGEST_AFTER:g}")
    return float(value)
