"""Trusted certificate chains by their URL: fetched once, kept in memory, and in a file across restarts."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store

from skill.server.certificate_host import CHAIN_BYTES, chain_url
from skill.server.refused import Refused

SIGNER = "echo-api.amazon.com"

#: Seconds that a request waits for its chain. Alexa waits 8 s for a response.
PATIENCE = 3.0
#: A forged request may name any file on the certificate host, and each costs a fetch before it is known to be forged.
#: A server has this many threads, and as many fetches may run at once: no request ever waits for another's fetch.
THREADS = 64
#: Requests that may wait for a fetch once a chain is known: the other threads stay free for requests whose chain is known.
WAITING_AT_ONCE = 56
#: How long a failed URL is not tried again, and how many of them are remembered.
FAILURE_LASTS = timedelta(seconds=5)
REMEMBERED_FAILURES = 64
#: Alexa signs with one certificate at a time and overlaps two when it renews; more come from somebody else.
CACHED_CHAINS = 8
CHAIN_CERTIFICATES = 8
#: Bits of the signer's key at least.
KEY_BITS = 2048

Fetch = Callable[[str], bytes]
Clock = Callable[[], datetime]
_Value = TypeVar("_Value")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Trusted:
    key: RSAPublicKey
    until: datetime
    pem: bytes


@dataclass(frozen=True)
class _Failed:
    reason: str
    until: datetime


def public_roots() -> Store:
    """Return the roots that the web trusts, as certifi ships them."""
    with warnings.catch_warnings():
        # An old root or two has a serial number that later releases of cryptography will not load.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return Store(x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes()))


class ChainCache:
    """The signing keys of Alexa's certificate chains; one per process, shared by its threads.

    `roots` end a chain (certifi's unless given). `file` keeps trusted chains across restarts; without it nothing is kept.
    `patience` is in seconds.
    """

    def __init__(
        self,
        fetch: Fetch,
        clock: Clock,
        *,
        roots: Iterable[x509.Certificate] | None = None,
        patience: float = PATIENCE,
        file: Path | None = None,
    ) -> None:
        self._fetch, self._clock, self._patience, self._file = fetch, clock, patience, file
        self._roots = Store(list(roots)) if roots is not None else public_roots()
        self._trusted: dict[str, _Trusted] = {}
        self._failed: dict[str, _Failed] = {}
        self._under_way: dict[str, Future[_Trusted]] = {}
        self._waiting = 0
        self._lock = threading.Lock()
        self._fetchers = ThreadPoolExecutor(THREADS, thread_name_prefix="certificates")
        if file is not None:
            self._load(file)

    def key(self, url: str) -> RSAPublicKey:
        """Return the signer's key of the chain at `url`, fetching it at most once; raises Refused."""
        now = self._clock()
        with self._lock:
            known = self._trusted.get(url)
            if known is not None and now <= known.until:
                return known.key
            failed = self._failed.get(url)
            if failed is not None and now < failed.until:
                raise Refused(failed.reason)
            # Before the first chain is known there is nobody to keep a thread free for.
            if self._trusted and self._waiting >= WAITING_AT_ONCE:
                raise Refused("too many requests wait for the certificate host")
            fetch = self._under_way.get(url)
            if fetch is None:
                fetch = self._under_way[url] = self._fetchers.submit(self._fetched, url, now)
            self._waiting += 1
        try:
            return fetch.result(self._patience).key
        except TimeoutError as error:
            raise Refused("the certificate host is too slow") from error
        finally:
            with self._lock:
                self._waiting -= 1

    def _fetched(self, url: str, now: datetime) -> _Trusted:
        """Fetch and check the chain at `url`; remember the result either way."""
        try:
            found = self._trust(self._fetch(url), now)
        except Refused as refusal:
            with self._lock:
                _put(self._failed, url, _Failed(str(refusal), self._clock() + FAILURE_LASTS), REMEMBERED_FAILURES)
            raise
        else:
            with self._lock:
                _put(self._trusted, url, found, CACHED_CHAINS)
                kept = dict(self._trusted)
            self._save(kept)
            return found
        finally:
            with self._lock:
                del self._under_way[url]

    def _trust(self, pem: bytes, now: datetime) -> _Trusted:
        """Return the signer's key from a chain that is Alexa's and leads to a root; raises Refused."""
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
        if not isinstance(key, RSAPublicKey) or key.key_size < KEY_BITS:
            raise Refused(f"the certificate's key is not RSA of at least {KEY_BITS} bits")
        return _Trusted(key, min(certificate.not_valid_after_utc for certificate in chain), pem)

    def _load(self, file: Path) -> None:
        """Take the chains of an earlier process, each checked again; a file that cannot be read counts as empty."""
        limit = CACHED_CHAINS * 2 * CHAIN_BYTES
        try:
            with file.open("rb") as saved:
                chains = json.loads(saved.read(limit))
            for url, pem in list(chains.items())[-CACHED_CHAINS:]:
                with suppress(Refused):  # expired since, for one
                    self._trusted[chain_url(url)] = self._trust(pem.encode(), self._clock())
        except FileNotFoundError:
            return
        except (OSError, ValueError, AttributeError) as error:
            _log.warning("kept certificates not read: %s", type(error).__name__)

    def _save(self, trusted: dict[str, _Trusted]) -> None:
        """Write the chains for the next process, all at once; a fault costs the next process a fetch, and no more."""
        if self._file is None:
            return
        chains = {url: chain.pem.decode("ascii", "replace") for url, chain in trusted.items()}
        try:
            descriptor, name = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}.")  # mode 0600
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as new:
                    json.dump(chains, new)
                Path(name).replace(self._file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            _log.warning("certificates not kept: %s", type(error).__name__)


def _put(table: dict[str, _Value], url: str, value: _Value, limit: int) -> None:
    """Put `value` last in a table of at most `limit` entries; the oldest goes."""
    table.pop(url, None)
    while len(table) >= limit:
        del table[next(iter(table))]
    table[url] = value
