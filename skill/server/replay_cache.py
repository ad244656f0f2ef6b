"""What was answered in the last minutes, so that a request sent twice is acted on once and answered alike.

Within the tolerance of its timestamp a recorded request passes every check. Most answers are made of the request
alone, but one may also set a reminder or keep a preference, and must not do so twice. Answers are kept in memory
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
#: Bytes of answers that are kept at most, some two thousand of them; under a greater load the oldest go early.
KEPT_BYTES = 8 * 1024 * 1024


class UnderWay(Exception):
    """The same request is being answered just now."""


@dataclass(frozen=True)
class _Answer:
    content: bytes | None  # None while it is being made
    at: float


class Answered:
    """The answers of one process, shared by its threads; `clock` counts seconds from anywhere."""

    def __init__(self, *, limit: int = KEPT_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._answers: dict[bytes, _Answer] = {}
        self._size = 0
        self._lock = threading.Lock()

    def claim(self, request: bytes) -> tuple[bytes, bytes | None]:
        """The request's digest, and what it was answered with; None: it is the caller's to answer, and to `settle`.

        Raises UnderWay while another has claimed it.
        """
        digest = hashlib.sha256(request).digest()
        with self._lock:
            self._forget(self._clock() - KEPT_SECONDS)
            earlier = self._answers.get(digest)
            if earlier is None:
                self._answers[digest] = _Answer(None, self._clock())
                return digest, None
            if earlier.content is None:
                raise UnderWay
            return digest, earlier.content

    def settle(self, digest: bytes, content: bytes | None) -> None:
        """What a claimed request was answered with; None where it was not, and may be sent again."""
        with self._lock:
            claimed = self._answers.pop(digest, None)
            if content is None or claimed is None:
                return
            self._answers[digest] = _Answer(content, self._clock())
            self._size += len(content)
            while self._size > self._limit:
                self._drop()

    def _forget(self, before: float) -> None:
        while self._answers and next(iter(self._answers.values())).at < before:
            self._drop()

    def _drop(self) -> None:
        """Lets the oldest go."""
        answer = self._answers.pop(next(iter(self._answers)))
        self._size -= len(answer.content or b"")
