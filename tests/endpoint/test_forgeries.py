"""Whatever is forged or malformed is answered 400, never 500, and the skill never sees it."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1

from tests.endpoint.alexa import NOW, Alexa, envelope, request, stamp
from tests.endpoint.alexa import Post as Sent
from tests.endpoint.conftest import Endpoint

Make = Callable[[Alexa], Sent]

HEADERS = "the request is not signed"
BASE64 = "the signature is not base64"
OTHER_BODY = "the signature is of another body"
NOT_HTTPS = "the certificate URL is not https"
BAD_URL = "the certificate URL cannot be read"
OTHER_HOST = "the certificate URL names another host"
OTHER_PORT = "the certificate URL names another port"
OTHER_PATH = "the certificate URL names another path"
HOST_FAILED = "the certificate host did not answer with a chain"
SLOW = "the certificate host is too slow"
NOT_ALEXAS = "the certificate chain is not Alexa's"
NOT_NOW = "the request was not sent just now"
NO_TIME = "the request has no timestamp"
UNREADABLE_TIME = "the timestamp cannot be read"
OTHER_SKILL = "the request is for another skill"
NOT_JSON = "the body is not JSON in UTF-8"
NOT_ENVELOPE = "the body is not a request envelope"


def _url(url: str) -> Make:
    return lambda alexa: alexa.post(url=url)


def _s3(rest: str) -> Make:
    return _url(f"https://s3.amazonaws.com{rest}")


def _chain(name: str) -> Make:
    return lambda alexa: alexa.post(chain=name)


def _body(content: object) -> Make:
    return lambda alexa: alexa.post(content)


def _sent(**apart: float) -> Make:
    return _body(request(timestamp=stamp(NOW + timedelta(**apart))))


def _for_skill(**changes: Any) -> Make:
    return _body(envelope(**changes))


#: What is wrong -> (how it is made, the check that must find it).
FORGERIES: dict[str, tuple[Make, str]] = {
    # no signature, or not one
    "no headers at all": (lambda a: Sent(a.post().body, {}), HEADERS),
    "no signature": (lambda a: a.post().but(Signature_256=None), HEADERS),
    "no signature, nor the old one": (lambda a: a.post().but(Signature_256=None, Signature=None), HEADERS),
    "no certificate URL": (lambda a: a.post().but(SignatureCertChainUrl=None), HEADERS),
    "empty signature": (lambda a: a.post().but(Signature_256=""), HEADERS),
    "signature that is not base64": (lambda a: a.post().but(Signature_256="%%%"), BASE64),
    "signature with base64 cut short": (lambda a: a.post().but(Signature_256="QUJD" * 8 + "Q"), BASE64),
    "signature of nothing": (lambda a: a.post().but(Signature_256="QUJD"), OTHER_BODY),
    "signature of other bytes": (lambda a: a.post(b"{}").but(body=a.post().body), OTHER_BODY),
    "signature by another key": (lambda a: a.post(key=a.rogue), OTHER_BODY),
    "signature over SHA-1": (lambda a: a.post(digest=SHA1()), OTHER_BODY),
    "body with a space more": (lambda a: a.post().but(body=a.post().body + b" "), OTHER_BODY),
    "body with a byte changed": (
        lambda a: a.post().but(body=a.post().body.replace(b"calf", b"foot")),
        OTHER_BODY,
    ),
    "empty body": (lambda a: a.post().but(body=b""), OTHER_BODY),
    "oversized body": (lambda a: a.post(b" " * 300_000), "the body is too large"),
    # a certificate URL that Amazon's rules forbid
    "URL over http": (_url("http://s3.amazonaws.com/echo.api/alexa.pem"), NOT_HTTPS),
    "URL of a file": (_url("file:///echo.api/alexa.pem"), NOT_HTTPS),
    "URL without a scheme": (_url("//s3.amazonaws.com/echo.api/alexa.pem"), NOT_HTTPS),
    "URL that is no URL": (_url("echo.api"), NOT_HTTPS),
    "URL of another host": (_url("https://example.org/echo.api/alexa.pem"), OTHER_HOST),
    "URL of a host that ends alike": (
        _url("https://s3.amazonaws.com.example.org/echo.api/alexa.pem"),
        OTHER_HOST,
    ),
    "URL of a user at the host": (_url("https://me:secret@s3.amazonaws.com/echo.api/alexa.pem"), OTHER_HOST),
    "URL with the host as a user": (
        _url("https://s3.amazonaws.com@example.org/echo.api/alexa.pem"),
        OTHER_HOST,
    ),
    "URL with a broken address": (_url("https://[s3/echo.api/alexa.pem"), BAD_URL),
    "URL of another port": (_s3(":563/echo.api/alexa.pem"), OTHER_PORT),
    "URL with port :x": (_s3(":x/echo.api/a.pem"), BAD_URL),
    "URL with port :99999": (_s3(":99999/echo.api/a.pem"), BAD_URL),
    "URL of another path": (_s3("/other/a.pem"), OTHER_PATH),
    "URL of a path in capitals": (_s3("/EcHo.aPi/a.pem"), OTHER_PATH),
    "URL of a path that begins alike": (_s3("/echo.api.evil/a.pem"), OTHER_PATH),
    "URL that climbs out": (_s3("/echo.api/../evil/a.pem"), OTHER_PATH),
    "URL that climbs out in disguise": (_s3("/echo.api/%2e%2e/evil/a.pem"), OTHER_PATH),
    # a chain that is not Alexa's
    "rogue root": (lambda a: a.post(chain="rogue.pem", key=a.rogue), NOT_ALEXAS),
    "rogue leaf under the genuine root": (lambda a: a.post(chain="rogue-leaf.pem", key=a.rogue), NOT_ALEXAS),
    "leaf issued by a leaf": (lambda a: a.post(chain="by-leaf.pem", key=a.rogue), NOT_ALEXAS),
    "expired leaf": (_chain("expired.pem"), NOT_ALEXAS),
    "leaf not yet valid": (_chain("early.pem"), NOT_ALEXAS),
    "leaf of another name": (_chain("name.pem"), NOT_ALEXAS),
    "no intermediate": (_chain("alone.pem"), NOT_ALEXAS),
    "chain upside down": (_chain("reversed.pem"), NOT_ALEXAS),
    "garbage for a chain": (_chain("garbage.pem"), NOT_ALEXAS),
    "nothing for a chain": (_chain("empty.pem"), NOT_ALEXAS),
    "armoured garbage": (_chain("broken.pem"), NOT_ALEXAS),
    "chain of a dozen": (_chain("long.pem"), "the certificate chain is too long"),
    # a certificate host in trouble
    "chain without end": (_chain("endless.pem"), "the certificate host sent more than a chain"),
    "chain that trickles": (_chain("slow.pem"), SLOW),
    "certificate host hangs up": (_chain("down.pem"), HOST_FAILED),
    "certificate host knows no such file": (_chain("missing.pem"), HOST_FAILED),
    "certificate host sends elsewhere": (_chain("moved.pem"), HOST_FAILED),
    # signed, but not now
    "stale by a second": (_sent(seconds=-151), NOT_NOW),
    "stale by a day": (_sent(days=-1), NOT_NOW),
    "from the future": (_sent(seconds=151), NOT_NOW),
    "event of the skill from the future": (
        _body(request(type="AlexaSkillEvent.SkillEnabled", timestamp=stamp(NOW + timedelta(seconds=3601)))),
        NOT_NOW,
    ),
    "no timestamp": (_body(request(timestamp=None)), NO_TIME),
    "timestamp of a number": (_body(request(timestamp=1_700_000_000)), NO_TIME),
    "timestamp of no time": (_body(request(timestamp="tonight")), UNREADABLE_TIME),
    "timestamp of no zone": (_body(request(timestamp=stamp(NOW).rstrip("Z"))), UNREADABLE_TIME),
    "stale event of the skill": (
        _body(request(type="AlexaSkillEvent.SkillEnabled", timestamp=stamp(NOW - timedelta(seconds=3601)))),
        NOT_NOW,
    ),
    # signed, but for another skill
    "another skill's request": (
        _for_skill(context={"System": {"application": {"applicationId": "amzn1.ask.skill.other"}}}),
        OTHER_SKILL,
    ),
    "another skill's event": (
        _for_skill(
            context={"System": {"application": {"applicationId": "amzn1.ask.skill.other"}}},
            session=None,
            request={"type": "AlexaSkillEvent.SkillDisabled", "requestId": "1", "timestamp": stamp(NOW)},
        ),
        OTHER_SKILL,
    ),
    "another skill's session": (_for_skill(session={"application": {"applicationId": "other"}}), OTHER_SKILL),
    "no skill's request": (_for_skill(context={}, session=None), OTHER_SKILL),
    "an id that is a list": (_for_skill(session={"application": {"applicationId": []}}), OTHER_SKILL),
    # signed, but no envelope
    "not UTF-8": (_body(b'{"request": "\xff\xfe"}'), NOT_JSON),
    "UTF-16": (_body('{"request": {}}'.encode("utf-16")), NOT_JSON),
    "not JSON": (_body(b"my calf is cramping"), NOT_JSON),
    "nothing, signed": (_body(b""), NOT_JSON),
    "JSON cut short": (lambda a: a.post(a.post().body[:-1]), NOT_JSON),
    "JSON with NaN": (_body(b'{"request": {"type": "LaunchRequest", "timestamp": NaN}}'), NOT_JSON),
    "JSON as deep as it gets": (_body(b'{"request":' * 20_000), NOT_JSON),
    "a form": (_body(b"request=LaunchRequest"), NOT_JSON),
    "a JSON list": (_body(b"[]"), NOT_ENVELOPE),
    "a JSON word": (_body(b'"request"'), NOT_ENVELOPE),
    "JSON null": (_body(b"null"), NOT_ENVELOPE),
    "an empty object": (_body(b"{}"), NOT_ENVELOPE),
    "a request that is a list": (_body(envelope(request=[])), NOT_ENVELOPE),
    "a request without a type": (_body(request(type=None)), NOT_ENVELOPE),
    "a request whose type is a number": (_body(request(type=7)), NOT_ENVELOPE),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_is_400_and_never_reaches_the_skill(
    kind: str, alexa: Alexa, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    make, reason = FORGERIES[kind]
    with caplog.at_level(logging.WARNING):
        status, content = endpoint.send(make(alexa))
    assert (status, content) == (400, b"Bad Request\n")
    assert endpoint.skill.seen == []
    assert [record.getMessage() for record in caplog.records if "refused" in record.message] == [
        f"request refused: {reason}"
    ]


def test_is_logged_without_what_was_said_or_who_said_it(
    alexa: Alexa, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        endpoint.send(alexa.post(request(timestamp=stamp(NOW - timedelta(days=1)))))
        endpoint.send(alexa.post().but(Signature_256=base64.b64encode(b"calf").decode()))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert logged.count("refused") == 2
    for private in ("calf", "SOMEBODY", "amzn1", "echo.api"):
        assert private not in logged
