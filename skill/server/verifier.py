"""Verify that a request comes from Alexa: every check that Amazon asks of an endpoint.

https://developer.amazon.com/docs/alexa/custom-skills/host-a-custom-skill-as-a-web-service.html

The raw bytes are verified before anything parses them. Nothing of a request is logged or kept.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from skill.server.certificate_host import CertificateHost, chain_url
from skill.server.chain_cache import PATIENCE, ChainCache, Clock, Fetch
from skill.server.refused import Refused

SIGNATURE_HEADER = "Signature-256"
CHAIN_URL_HEADER = "SignatureCertChainUrl"
#: The SHA-1 signature that Alexa still sends beside the other: its presence says "signed", it proves nothing.
OLD_SIGNATURE_HEADER = "Signature"

#: Seconds either way between a request's timestamp and this machine's clock (Amazon's figures).
TOLERANCE = 150.0
SKILL_EVENT_TOLERANCE = 3600.0
SKILL_EVENT_PREFIX = "AlexaSkillEvent."


class Headers(Protocol):
    """A request's headers, whatever the case of their names."""

    def get(self, key: str, /) -> str | None:
        """Return one header's value, or None."""


def is_signed(headers: Headers) -> bool:
    """Return True if the request carries any header of a signature, genuine or not."""
    return any(headers.get(name) is not None for name in (SIGNATURE_HEADER, CHAIN_URL_HEADER, OLD_SIGNATURE_HEADER))


def _now() -> datetime:
    return datetime.now(UTC)


class Verifier:
    """Verifies requests; one per process, shared by its threads.

    `fetch` reads a chain by its URL, `roots` end a chain (certifi's unless given), `clock` tells the time with its zone,
    `patience` is how many seconds a request waits for a chain, and `file` keeps trusted chains across restarts.
    """

    def __init__(
        self,
        *,
        fetch: Fetch | None = None,
        roots: Iterable[x509.Certificate] | None = None,
        clock: Clock = _now,
        patience: float = PATIENCE,
        file: Path | None = None,
    ) -> None:
        self._clock = clock
        self._chains = ChainCache(fetch or CertificateHost(), clock, roots=roots, patience=patience, file=file)

    def check_signature(self, headers: Headers, body: bytes) -> None:
        """Raise Refused unless these very bytes are signed with a certificate of Alexa's, valid now."""
        written = headers.get(SIGNATURE_HEADER)
        url = headers.get(CHAIN_URL_HEADER)
        if not written or not url:
            raise Refused("the request is not signed")
        try:
            signature = base64.b64decode(written, validate=True)
        except ValueError as error:
            raise Refused("the signature is not base64") from error
        key = self._chains.key(chain_url(url))
        try:
            key.verify(signature, body, PKCS1v15(), SHA256())
        except InvalidSignature as error:
            raise Refused("the signature is of another body") from error

    def check_time(self, envelope: Mapping[str, object]) -> None:
        """Raise Refused unless the request was sent just now: an old one may be a recording."""
        request = envelope.get("request")
        sent = request.get("timestamp") if isinstance(request, Mapping) else None
        if not isinstance(request, Mapping) or not isinstance(sent, str):
            raise Refused("the request has no timestamp")
        try:
            apart = abs((self._clock() - datetime.fromisoformat(sent)).total_seconds())
        except (ValueError, TypeError, OverflowError) as error:  # TypeError: a time without its zone
            raise Refused("the timestamp cannot be read") from error
        event = str(request.get("type")).startswith(SKILL_EVENT_PREFIX)
        if apart > (SKILL_EVENT_TOLERANCE if event else TOLERANCE):
            raise Refused("the request was not sent just now")
