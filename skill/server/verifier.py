"""Proof that a request is Alexa's own: every check that Amazon asks of an endpoint.

The raw bytes are verified before anything parses them. Nothing here is logged or kept but public keys.
"""

from __future__ import annotations

import base64
import http.client
import posixpath
import ssl
import threading
import time
import urllib.request
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import quote, unquote, urlsplit

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store

SIGNATURE_HEADER = "Signature-256"
CHAIN_URL_HEADER = "SignatureCertChainUrl"
#: The SHA-1 signature that Alexa still sends beside the other: its presence says "signed", it proves nothing.
OLD_SIGNATURE_HEADER = "Signature"

CHAIN_HOST = "s3.amazonaws.com"
CHAIN_PATH = "/echo.api/"
SIGNER = "echo-api.amazon.com"

#: Seconds either way between a request's timestamp and this machine's clock (Amazon's figures).
TOLERANCE = 150.0
SKILL_EVENT_TOLERANCE = 3600.0
SKILL_EVENT_PREFIX = "AlexaSkillEvent."

#: Alexa waits 8 s for an answer, so the certificate host may take 2 of them to connect and 2 to send.
FETCH_SECONDS = 2.0
#: Seconds that a request waits for a chain, whatever the fetching is held up by (a name that is not resolved, say).
PATIENCE = 3.0
#: A forged request may name any file on the certificate host, and each costs a fetch before it is known to be forged.
#: So few are fetched at once, few requests may wait for them, and what could not be had is not tried again at once:
#: requests whose chain is known always find a free thread (servers have 8 or more). Before the first chain is known
#: there are none of those: then more are fetched at once, and whoever finds all slots taken waits for one in turn.
FETCHES_AT_ONCE = 2
FIRST_FETCHES_AT_ONCE = 8
WAITING_AT_ONCE = 6
FAILURE_LASTS = timedelta(seconds=5)
REMEMBERED_FAILURES = 64
#: A genuine chain is about 7 KB of four certificates.
CHAIN_BYTES = 64 * 1024
CHAIN_CERTIFICATES = 8
#: Alexa signs with one certificate at a time and overlaps two when it renews; more are somebody's play.
CACHED_CHAINS = 8


class Headers(Protocol):
    """A request's headers, whatever the case of their names."""

    def get(self, key: str, /) -> str | None: ...


Fetch = Callable[[str], bytes]
_Kept = TypeVar("_Kept")
Clock = Callable[[], datetime]


class Refused(Exception):
    """A request is not shown to be Alexa's; the message names the check and quotes nothing of the request."""


def is_signed(headers: Headers) -> bool:
    """True when the request carries any header of a signature, genuine or not."""
    return any(headers.get(name) is not None for name in (SIGNATURE_HEADER, CHAIN_URL_HEADER, OLD_SIGNATURE_HEADER))


@lru_cache(maxsize=64)
def chain_url(header: str) -> str:
    """A permitted certificate URL in its one spelling, without a query: what is checked is fetched."""
    try:
        url = urlsplit(header)
        port = url.port
    except ValueError as error:
        raise Refused("the certificate URL cannot be read") from error
    if url.scheme != "https":  # urlsplit has lowered it
        raise Refused("the certificate URL is not https")
    if url.username is not None or url.password is not None or url.hostname != CHAIN_HOST:
        raise Refused("the certificate URL names another host")
    if port not in (None, 443):
        raise Refused("the certificate URL names another port")
    # Unquoted before it is normalised, so that %2e%2e climbs here and not on the certificate host.
    path = posixpath.normpath(unquote(url.path))
    if not path.startswith(CHAIN_PATH):
        raise Refused("the certificate URL names another path")
    return f"https://{CHAIN_HOST}{quote(path)}"


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Takes a redirect for the error it is: the checked URL is the only one that is read."""

    def redirect_request(self, *_: object) -> None:
        return None


class CertificateHost:
    """Reads a chain over TLS from Amazon's certificate host: no redirects, at most `limit` bytes.

    `seconds` bounds each wait on the socket and the reading as a whole; the worst case is about twice that.
    """

    def __init__(
        self,
        *,
        seconds: float = FETCH_SECONDS,
        limit: int = CHAIN_BYTES,
        context: ssl.SSLContext | None = None,
    ) -> None:
        if context is None:
            context = ssl.create_default_context()
            context.load_verify_locations(certifi.where())  # a slim container has no roots of its own
        self._seconds = seconds
        self._limit = limit
        self._opener = urllib.request.build_opener(_StayHere, urllib.request.HTTPSHandler(context=context))

    def __call__(self, url: str) -> bytes:
        deadline = time.monotonic() + self._seconds
        chain = b""
        try:
            with self._opener.open(url, timeout=self._seconds) as response:
                while part := response.read1(8192):
                    chain += part
                    if len(chain) > self._limit:
                        raise Refused("the certificate host sent more than a chain")
                    if time.monotonic() > deadline:
                        raise Refused("the certificate host is too slow")
        except (OSError, http.client.HTTPException) as error:  # URLError and TLS errors are OSErrors
            raise Refused("the certificate host did not answer with a chain") from error
        return chain


def public_roots() -> Store:
    """The roots that the web trusts, as certifi ships them."""
    with warnings.catch_warnings():
        # An old root or two has a serial number that later releases of cryptography will not load.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return Store(x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes()))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Trusted:
    key: RSAPublicKey
    until: datetime


@dataclass(frozen=True)
class _Failed:
    reason: str
    until: datetime


def _keep(table: dict[str, _Kept], url: str, found: _Kept, limit: int) -> None:
    """Puts `found` last in a table of at most `limit`; the oldest goes."""
    table.pop(url, None)
    while len(table) >= limit:
        del table[next(iter(table))]
    table[url] = found


class Verifier:
    """Verifies requests; one per process, shared by its threads.

    `fetch` reads a chain by its URL, `roots` are where a chain may end (certifi's unless given), `clock`
    tells the time with its zone, and `patience` is how many seconds a request waits for a chain.
    """

    def __init__(
        self,
        *,
        fetch: Fetch | None = None,
        roots: Iterable[x509.Certificate] | None = None,
        clock: Clock = _now,
        patience: float = PATIENCE,
    ) -> None:
        self._fetch = fetch if fetch is not None else CertificateHost()
        self._roots = Store(list(roots)) if roots is not None else public_roots()
        self._clock = clock
        self._patience = patience
        self._trusted: dict[str, _Trusted] = {}
        self._failed: dict[str, _Failed] = {}
        self._under_way: dict[str, Future[_Trusted]] = {}
        self._waiting = 0
        self._turns: deque[object] = deque()  # who waits for a slot, before the first chain is known
        self._lock = threading.Condition()
        self._fetchers = ThreadPoolExecutor(FIRST_FETCHES_AT_ONCE, thread_name_prefix="certificates")

    def check_signature(self, headers: Headers, body: bytes) -> None:
        """Raises Refused unless these very bytes are signed with a certificate of Alexa's, valid now."""
        written = headers.get(SIGNATURE_HEADER)
        url = headers.get(CHAIN_URL_HEADER)
        if not written or not url:
            raise Refused("the request is not signed")
        try:
            signature = base64.b64decode(written, validate=True)
        except ValueError as error:
            raise Refused("the signature is not base64") from error
        key = self._key(chain_url(url))
        try:
            key.verify(signature, body, PKCS1v15(), SHA256())
        except InvalidSignature as error:
            raise Refused("the signature is of another body") from error

    def check_time(self, envelope: Mapping[str, object]) -> None:
        """Raises Refused unless the request was sent just now: an old one may be somebody's recording."""
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

    def _key(self, url: str) -> RSAPublicKey:
        now = self._clock()
        deadline = time.monotonic() + self._patience
        with self._lock:
            if not self._trusted:
                self._wait_for_slot(url)
            known = self._trusted.get(url)
            if known is not None and now <= known.until:
                return known.key
            failed = self._failed.get(url)
            if failed is not None and now < failed.until:
                raise Refused(failed.reason)
            # Fetched by threads of their own: while the certificate host is slow, those that answer are free.
            fetch = self._under_way.get(url)
            # As long as no chain is known, nobody is kept from an answer by those who wait: a server's first moment.
            crowded = self._waiting >= WAITING_AT_ONCE and self._trusted
            if crowded or (fetch is None and not self._slot_is_free()):
                raise Refused("too many requests wait for the certificate host")
            if fetch is None:
                fetch = self._under_way[url] = self._fetchers.submit(self._fetched, url, now)
            self._waiting += 1
        try:
            return fetch.result(max(0.0, deadline - time.monotonic())).key
        except TimeoutError as error:
            raise Refused("the certificate host is too slow") from error
        finally:
            with self._lock:
                self._waiting -= 1

    def _slot_is_free(self) -> bool:
        return len(self._under_way) < (FETCHES_AT_ONCE if self._trusted else FIRST_FETCHES_AT_ONCE)

    def _wait_for_slot(self, url: str) -> None:
        """Waits, in turn and no longer than patience, until `url` may be fetched or there is no need to; the lock is held."""
        turn = object()
        self._turns.append(turn)

        def settled() -> bool:
            known = url in self._under_way or url in self._failed or bool(self._trusted)
            return known or (self._turns[0] is turn and self._slot_is_free())

        try:
            self._lock.wait_for(settled, self._patience)
        finally:
            self._turns.remove(turn)
            self._lock.notify_all()

    def _fetched(self, url: str, now: datetime) -> _Trusted:
        """What stands at `url`, trusted or not, and remembered either way."""
        try:
            found = self._trust(self._fetch(url), now)
        except Refused as refusal:
            with self._lock:
                _keep(self._failed, url, _Failed(str(refusal), self._clock() + FAILURE_LASTS), REMEMBERED_FAILURES)
            raise
        else:
            with self._lock:
                _keep(self._trusted, url, found, CACHED_CHAINS)
            return found
        finally:
            with self._lock:
                del self._under_way[url]
                self._lock.notify_all()

    def _trust(self, pem: bytes, now: datetime) -> _Trusted:
        """The signer's key, from a chain that is Alexa's and leads to a root; else Refused."""
        try:
            leaf, *between = x509.load_pem_x509_certificates(pem)
            if len(between) >= CHAIN_CERTIFICATES:
                raise Refused("the certificate chain is too long")
            policy = PolicyBuilder().store(self._roots).time(now)
            chain = policy.build_server_verifier(x509.DNSName(SIGNER)).verify(leaf, between)
            key = leaf.public_key()
        except Refused:
            raise
        except Exception as error:  # any bytes may stand here, and the parser raises a dozen unrelated types
            raise Refused("the certificate chain is not Alexa's") from error
        if not isinstance(key, RSAPublicKey):
            raise Refused("the certificate's key is not RSA")
        return _Trusted(key, min(certificate.not_valid_after_utc for certificate in chain))
