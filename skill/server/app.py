"""The Flask application: POST / is the skill, GET / says that it runs, and what is not Alexa's is 400 before it is parsed."""

from __future__ import annotations

import json
import logging
from typing import Any, NoReturn

import orjson
from flask import Flask, Response, g, redirect, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.sansio.response import Response as BareResponse
from werkzeug.wrappers import Response as AnyResponse

from skill.server.ask_sdk_adapter import Envelope, Handler, mount
from skill.server.loopback import cross_site_reason, from_this_machine
from skill.server.refused import Refused
from skill.server.replay_cache import InProgress, ReplayCache
from skill.server.verifier import Verifier, is_signed

#: Bytes of a body. Alexa's requests are a few KB; session attributes and a screen's context make them tens.
BODY_LIMIT = 256 * 1024
#: Key of the application's configuration: the path that GET / leads to. Without it, GET / is the health check.
FRONT_PAGE = "FRONT_PAGE"

_SKILL = "skill"
_log = logging.getLogger(__name__)


class _KeepKeyOrder(DefaultJSONProvider):
    """Keeps the keys of a response in the order the renderers gave them, as Lambda does; a screen's document is 20 KB."""

    sort_keys = False

    def response(self, *args: Any, **kwargs: Any) -> BareResponse:
        try:
            return Response(orjson.dumps(*args), content_type="application/json")
        except TypeError:  # half of a surrogate pair, a number of more than 64 bits: json writes them
            return super().response(*args, **kwargs)


def build(handler: Handler, verifier: Verifier, *, unsigned_from_loopback: bool, skill_id: str | None) -> Flask:
    """Return the application for one skill; without a `skill_id` every signed request is refused: it could be any skill's."""
    app = Flask(__name__, static_folder=None)
    app.json = _KeepKeyOrder(app)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False  # "//" is another path, and not a redirect

    replay_cache = ReplayCache()

    @app.get("/")
    def health() -> AnyResponse:
        page = app.config.get(FRONT_PAGE)
        return redirect(page) if page else _plain("ok", 200)

    @app.before_request
    def verify_request() -> Response | None:
        if request.endpoint != _SKILL:
            return None
        body = _body()
        if unsigned_from_loopback and not is_signed(request.headers) and from_this_machine():
            if reason := cross_site_reason():
                raise Refused(reason)
            g.envelope = _read(body)  # its timestamp is not checked: the simulator's clock is its own
            _check_skill(g.envelope, skill_id)
            return None
        verifier.check_signature(request.headers, body)
        g.envelope = _read(body)
        verifier.check_time(g.envelope)
        if skill_id is None:
            raise Refused("SKILL_ID is not set, so no signed request can be ours")
        _check_skill(g.envelope, skill_id)
        try:
            g.reserved, earlier = replay_cache.reserve(body)
        except InProgress as error:
            raise Refused("the same request is being answered already") from error
        return None if earlier is None else Response(earlier, 200, content_type="application/json")

    @app.after_request
    def store_response(response: Response) -> Response:
        if "reserved" in g:
            replay_cache.store(g.reserved, response.get_data() if response.status_code == 200 else None)
        return response

    @app.errorhandler(Refused)
    def refuse(refusal: Refused) -> Response:
        _log.warning("request refused: %s", refusal)
        return _plain("Bad Request", 400)

    @app.errorhandler(HTTPException)
    def in_one_line(error: HTTPException) -> Response:
        answer = _plain(error.name, error.code or 500)
        answer.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
        return answer

    mount(app, handler, route="/", endpoint=_SKILL)
    return app


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")


def _body() -> bytes:
    try:
        return request.get_data()
    except RequestEntityTooLarge as error:
        raise Refused("the body is too large") from error
    except Exception as error:  # it stopped coming, or came in broken chunks: each server has classes of its own for it
        raise Refused("the body did not come through") from error


def _check_skill(envelope: Envelope, skill_id: str | None) -> None:
    if skill_id is not None and _skills(envelope) != {skill_id}:
        raise Refused("the request is for another skill")


def _read(body: bytes) -> Envelope:
    """Return the body as an envelope with a typed request in it; the handler judges the rest."""
    try:
        envelope = _JSON.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise Refused("the body is not JSON in UTF-8") from error
    asked = envelope.get("request") if isinstance(envelope, dict) else None
    if not isinstance(asked, dict) or not isinstance(asked.get("type"), str):
        raise Refused("the body is not a request envelope")
    return dict(envelope)


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_JSON = json.JSONDecoder(parse_constant=_refuse_constant)  # made once: `json.loads` would make one for each request


def _skills(envelope: Envelope) -> set[object]:
    """Return the ids of the skills that the envelope is for: the context's and, in a session, the session's."""
    context, session = envelope.get("context"), envelope.get("session")
    system = context.get("System") if isinstance(context, dict) else None
    named = [place.get("application") for place in (system, session) if isinstance(place, dict)]
    return {str(application.get("applicationId")) for application in named if isinstance(application, dict)}
