"""The responses of the last minutes, so that a request sent twice is acted on once and answered alike.

Within the tolerance of its timestamp a recorded request passes every check. Most responses depend on the request
alone, but one may also set a reminder or keep a preference, and must not do so twice. Responses are kept in memory
only, by the digest of the request's bytes, in each process for itself.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

#: Seconds for which the same bytes can pass: a timestamp may lie 150 s ahead, and then 150 s back.
KEPT_SECONDS = 300.0
#: Bytes of responses that are kept at most, some two thousand of them; under a greater load the oldest go early.
KEPT_BYTES = 8 * 1024 * 1024


class InProgress(Exception):
    """The same request is being answered just now."""


@dataclass(frozen=True)
class _Entry:
    content: bytes | None  # None while it is being made
    at: float


class ReplayCache:
    """The responses of one process, shared by its threads; `clock` counts seconds from anywhere."""

    def __init__(self, *, limit: int = KEPT_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._entries: dict[bytes, _Entry] = {}
        self._size = 0
        self._lock = threading.Lock()

    def reserve(self, request: bytes) -> tuple[bytes, bytes | None]:
        """Return the request's digest and its earlier response; with None, the caller answers it and calls `store`.

        Raises InProgress while another thread answers the same request.
        """
        digest = hashlib.sha256(request).digest()
        with self._lock:
            self._drop_before(self._clock() - KEPT_SECONDS)
            earlier = self._entries.get(digest)
            if earlier is None:
                self._entries[digest] = _Entry(None, self._clock())
                return digest, None
            if earlier.content is None:
                raise InProgress
            return digest, earlier.content

    def store(self, digest: bytes, content: bytes | None) -> None:
        """Keep the response to a reserved request; with None it was not answered, and may be sent again."""
        with self._lock:
            reserved = self._entries.pop(digest, None)
            if content is None or reserved is None:
                return
            self._entries[digest] = _Entry(content, self._clock())
            self._size += len(content)
            while self._size > self._limit:
                self._drop_oldest()

    def _drop_before(self, moment: float) -> None:
        while self._entries and next(iter(self._entries.values())).at < moment:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        entry = self._entries.pop(next(iter(self._entries)))
        self._size -= len(entry.content or b"")
