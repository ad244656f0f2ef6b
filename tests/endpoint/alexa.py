"""Alexa's side of the wire, made here: who signs requests, and the host that hands out the certificates."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

from tests.endpoint.authority import Issued, authority, leaf, signing_key

SKILL_ID = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"
CHAINS = "https://s3.amazonaws.com/echo.api/"
NOW = datetime.now(UTC).replace(microsecond=0)


class Clock:
    """A clock that the tests set; it starts at NOW."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def stamp(moment: datetime) -> str:
    """A moment as Alexa writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(**changes: object) -> dict[str, object]:
    """What Alexa sends for "my calf is cramping", with top-level changes."""
    application = {"applicationId": SKILL_ID}
    user = {"userId": "amzn1.ask.account.SOMEBODY"}
    known = {
        "authority": f"amzn1.er-authority.echo-sdk.{SKILL_ID}.SITE",
        "status": {"code": "ER_SUCCESS_MATCH"},
        "values": [{"value": {"name": "calf", "id": "calf"}}],
    }
    slot = {
        "name": "Site",
        "value": "calf",
        "confirmationStatus": "NONE",
        "resolutions": {"resolutionsPerAuthority": [known]},
    }
    return {
        "version": "1.0",
        "session": {
            "new": True,
            "sessionId": "amzn1.echo-api.session.1",
            "application": application,
            "attributes": {},
            "user": user,
        },
        "context": {
            "System": {
                "application": application,
                "user": user,
                "device": {"deviceId": "amzn1.ask.device.1", "supportedInterfaces": {}},
                "apiEndpoint": "https://api.amazonalexa.com",
                "apiAccessToken": "none",
            }
        },
        "request": {
            "type": "IntentRequest",
            "requestId": "amzn1.echo-api.request.1",
            "timestamp": stamp(NOW),
            "locale": "en-GB",
            "intent": {"name": "RelieveIntent", "confirmationStatus": "NONE", "slots": {"Site": slot}},
        },
        **changes,
    }


def request(**changes: object) -> dict[str, object]:
    """The envelope with changes in its `request`; a value of None takes the field out."""
    asked = envelope()["request"]
    assert isinstance(asked, dict)
    changed = {name: value for name, value in {**asked, **changes}.items() if value is not None}
    return envelope(request=changed)


@dataclass(frozen=True)
class Post:
    """One request on its way: what is sent, which need not be what was signed."""

    body: bytes
    headers: dict[str, str]

    def but(self, body: bytes | None = None, **headers: str | None) -> Post:
        """The same with another body, or with headers changed (`_` for `-`) or, as None, taken out."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        merged = {**self.headers, **names}
        kept = {name: value for name, value in merged.items() if value is not None}
        return replace(self, body=self.body if body is None else body, headers=kept)


@dataclass
class Alexa:
    """Signs requests, and owns the files on the certificate host: name of the file to what stands in it."""

    files: dict[str, bytes]
    root: Issued
    rogue: RSAPrivateKey = field(default_factory=lambda: signing_key("rogue"))

    def post(
        self,
        content: object | bytes = None,
        *,
        chain: str = "alexa.pem",
        url: str | None = None,
        key: RSAPrivateKey | None = None,
        digest: HashAlgorithm | None = None,
    ) -> Post:
        """A genuine request, but for what is asked to be otherwise; `content` is an envelope or the bytes."""
        body = content if isinstance(content, bytes) else json.dumps(content or envelope()).encode()
        signature = (key or signing_key("leaf")).sign(body, PKCS1v15(), digest or SHA256())
        headers = {
            "Content-Type": "application/json;charset=utf-8",
            "SignatureCertChainUrl": url or CHAINS + chain,
            "Signature": base64.b64encode(signing_key("leaf").sign(body, PKCS1v15(), SHA1())).decode(),
            "Signature-256": base64.b64encode(signature).decode(),
        }
        return Post(body, headers)


def everyone() -> Alexa:
    """Alexa with every chain that the tests speak of on its host."""
    root = authority("Test Root", NOW)
    between = authority("Test Intermediate", NOW, issuer=root, path_length=0)
    good = leaf(between, NOW)
    rogue_root = authority("Rogue Root", NOW)
    rogue_between = authority("Rogue Intermediate", NOW, issuer=rogue_root, path_length=0)
    other = leaf(between, NOW, name="example.org", key=signing_key("rogue"))
    day = timedelta(days=1)
    rogue = leaf(rogue_between, NOW, key=signing_key("rogue"))

    def chain(*links: Issued) -> bytes:
        return b"".join(link.pem for link in links)

    der = good.certificate.public_bytes(serialization.Encoding.DER)
    armoured = base64.encodebytes(der[:200] + bytes(200))
    files = {
        "alexa.pem": chain(good, between, root),
        "next.pem": chain(leaf(between, NOW, ends=60 * day), between),
        "short.pem": chain(leaf(between, NOW, ends=timedelta(hours=2)), between, root),
        "expired.pem": chain(leaf(between, NOW, starts=-30 * day, ends=-1 * day), between, root),
        "early.pem": chain(leaf(between, NOW, starts=day), between, root),
        "name.pem": chain(leaf(between, NOW, name="echo-api.amazon.com.example.org"), between, root),
        "rogue.pem": chain(rogue, rogue_between, rogue_root),
        "rogue-leaf.pem": chain(rogue, between, root),
        "alone.pem": chain(good),
        "reversed.pem": chain(root, between, good),
        "by-leaf.pem": chain(leaf(other, NOW, key=signing_key("rogue")), other, between, root),
        "garbage.pem": b"<html>no such certificate</html>",
        "empty.pem": b"",
        "broken.pem": b"-----BEGIN CERTIFICATE-----\n" + armoured + b"-----END CERTIFICATE-----\n",
        "endless.pem": chain(good, between, root) * 60,
        "long.pem": chain(good, *[between] * 12),
    }
    return Alexa(files, root)


@dataclass
class CertificateStandIn:
    """Amazon's certificate host, on loopback and over TLS; `asked` lists the paths that were asked for."""

    address: tuple[str, int]
    asked: list[str]
    root: bytes
    trust: ssl.SSLContext


@contextmanager
def certificate_host(files: dict[str, bytes], folder: Path, delay: float = 0) -> Iterator[CertificateStandIn]:
    """Serves `files`, each after `delay` seconds; slow.pem trickles, moved.pem redirects to a chain, down.pem drops."""
    root = authority("TLS Root", NOW)
    server = leaf(root, NOW, name="s3.amazonaws.com")
    pair = folder / "tls.pem"
    pair.write_bytes(server.pair)
    here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    here.load_cert_chain(pair)
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            time.sleep(delay)
            name = self.path.removeprefix("/echo.api/")
            if name == "down.pem":
                self.close_connection = True
            elif name == "moved.pem":
                self.send_response(302)
                self.send_header("Location", CHAINS + "alexa.pem")
                self.end_headers()
            elif name == "slow.pem":
                self._send(files["alexa.pem"], pause=0.2)
            elif name in files:
                self._send(files[name])
            else:
                self.send_error(404)

        def _send(self, content: bytes, pause: float = 0) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                for start in range(0, len(content), 100 if pause else len(content) or 1):
                    self.wfile.write(content[start : start + 100] if pause else content)
                    time.sleep(pause)
            except OSError:
                self.close_connection = True  # the reader has had enough, as it should

        def log_message(self, *_: object) -> None:
            pass

    service = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    service.daemon_threads = True
    service.socket = here.wrap_socket(service.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    trust = ssl.create_default_context()
    trust.load_verify_locations(cadata=root.pem.decode())
    try:
        yield CertificateStandIn(("127.0.0.1", service.server_port), asked, root.pem, trust)
    finally:
        service.shutdown()
        service.server_close()
