"""The Flask application: POST / is the skill; what is not shown to be Alexa's is 400 before it is parsed."""

from __future__ import annotations

import ipaddress
import json
import logging
from typing import Any, NoReturn
from urllib.parse import urlsplit

import orjson
from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.sansio.response import Response as BareResponse

from skill.server.ask_sdk_adapter import Envelope, Handler, mount
from skill.server.replay_cache import Answered, UnderWay
from skill.server.verifier import Refused, Verifier, is_signed

#: Bytes of a body. Alexa's requests are a few KB; session attributes and a screen's context make them tens.
BODY_LIMIT = 256 * 1024

_SKILL = "skill"
#: Headers that a proxy adds: with one of them, the loopback address is the proxy's and not the sender's.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
_log = logging.getLogger(__name__)


class _AsWritten(DefaultJSONProvider):
    """Keeps the keys of a response in the order the renderers gave them, as Lambda does; a screen's document is 20 KB."""

    sort_keys = False

    def response(self, *args: Any, **kwargs: Any) -> BareResponse:
        try:
            return Response(orjson.dumps(*args), content_type="application/json")
        except TypeError:  # half of a surrogate pair, a number of more than 64 bits: json writes them
            return super().response(*args, **kwargs)


def build(handler: Handler, verifier: Verifier, *, unsigned_from_loopback: bool, skill_id: str | None) -> Flask:
    """The application for one skill; without a `skill_id` no signed request is taken: it could be any's."""
    app = Flask(__name__, static_folder=None)
    app.json = _AsWritten(app)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False

    answered = Answered()

    @app.before_request
    def admit() -> Response | None:
        if request.endpoint != _SKILL:
            return None
        body = _body()
        if unsigned_from_loopback and not is_signed(request.headers) and from_this_machine():
            g.envelope = _read(body)  # its timestamp is not checked: a stand-in speaker tells its own time
            _check_skill(g.envelope, skill_id)
            return None
        verifier.check_signature(request.headers, body)
        g.envelope = _read(body)
        verifier.check_time(g.envelope)
        if skill_id is None:
            raise Refused("SKILL_ID is not set, so no signed request can be ours")
        _check_skill(g.envelope, skill_id)
        try:
            g.claimed, earlier = answered.claim(body)
        except UnderWay as error:
            raise Refused("the same request is being answered already") from error
        return None if earlier is None else Response(earlier, 200, content_type="application/json")

    @app.after_request
    def settle(response: Response) -> Response:
        if "claimed" in g:
            answered.settle(g.claimed, response.get_data() if response.status_code == 200 else None)
        return response

    @app.errorhandler(Refused)
    def refuse(refusal: Refused) -> Response:
        _log.warning("request refused: %s", refusal)
        return Response("Bad Request\n", 400, content_type="text/plain; charset=utf-8")

    @app.errorhandler(HTTPException)
    def in_one_line(error: HTTPException) -> Response:
        headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
        return Response(f"{error.name}\n", error.code, headers, content_type="text/plain; charset=utf-8")

    mount(app, handler, route="/", endpoint=_SKILL)
    return app


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
    """The body as an envelope with a typed request in it; what else it holds is the handler's to judge."""
    try:
        envelope = _JSON.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise Refused("the body is not JSON in UTF-8") from error
    asked = envelope.get("request") if isinstance(envelope, dict) else None
    if not isinstance(asked, dict) or not isinstance(asked.get("type"), str):
        raise Refused("the body is not a request envelope")
    return dict(envelope)


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_JSON = json.JSONDecoder(parse_constant=_no_number)  # made once: `json.loads` would make one for each request


def _skills(envelope: Envelope) -> set[object]:
    """The ids of the skills that the envelope is for: the context's and, in a session, the session's."""
    context, session = envelope.get("context"), envelope.get("session")
    system = context.get("System") if isinstance(context, dict) else None
    named = [place.get("application") for place in (system, session) if isinstance(place, dict)]
    return {str(application.get("applicationId")) for application in named if isinstance(application, dict)}


def from_this_machine() -> bool:
    """True for a request that began here and is meant for here: loopback at both ends, no proxy between."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return False
    return is_loopback(request.remote_addr or "") and is_loopback(host or "")


def is_loopback(host: str) -> bool:
    """True for `localhost` and the loopback addresses; no name is looked up."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
