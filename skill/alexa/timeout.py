"""A bound on how long the world outside may take."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns, or raises; TimeoutError once `seconds` have passed.

    In a thread, because nothing else bounds the whole of it: a client's own timeouts leave out its import, the name look-up and an
    answer that comes drop by drop. A daemon, so that one that hangs holds up neither an answer nor the end of the process; it
    is left to end by the client's timeouts.
    """
    running = _Call(call)
    running.start()
    running.join(seconds)
    if running.is_alive():
        raise TimeoutError
    return running.outcome()


class _Call(threading.Thread, Generic[T]):
    def __init__(self, call: Callable[[], T]) -> None:
        super().__init__(daemon=True, name="within")
        self._call = call
        self._values: list[T] = []
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._values.append(self._call())
        except Exception as error:
            self._error = error

    def outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._values[0]
