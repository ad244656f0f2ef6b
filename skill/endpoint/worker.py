"""gunicorn's threaded worker, which lets nobody hold one of its threads.

gunicorn's own waits without end for the rest of a request that has begun, and for a client that does not read its
answer or will not hang up. A few such clients would take every thread, or stop the loop that serves the others.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress

from gunicorn.workers.gthread import TConn, ThreadWorker

#: Seconds that a request may take from its first byte to the last of its answer; Alexa itself gives up after 8.
REQUEST_SECONDS = 10.0
#: Seconds for a client to hang up after its answer, so that the answer is not torn off by our hanging up first.
FAREWELL_SECONDS = 1.0


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn comes without types
    """Cuts a request off after REQUEST_SECONDS (looking once a second), and never waits for a client to hang up."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._begun: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> object:
        """One request of a connection, in a thread of the pool."""
        self._begun[conn] = time.monotonic()
        try:
            goes_on = super().handle(conn)
            if not goes_on:
                _hang_up(conn.sock)
            return goes_on
        finally:
            self._begun.pop(conn, None)

    def murder_pending(self) -> None:
        """What the main loop does every second: here it also cuts off what has taken too long."""
        super().murder_pending()
        latest = time.monotonic() - REQUEST_SECONDS
        for conn, began in list(self._begun.items()):
            if began < latest:
                with suppress(OSError):  # closed in the meantime
                    conn.sock.shutdown(socket.SHUT_RDWR)


def _hang_up(sock: socket.socket) -> None:
    """Ends a connection here, in the thread: gunicorn would wait for the client in the main loop."""
    with suppress(OSError):  # hung up by the other side
        sock.shutdown(socket.SHUT_WR)
        until = time.monotonic() + FAREWELL_SECONDS
        while (left := until - time.monotonic()) > 0:
            sock.settimeout(left)
            if not sock.recv(4096):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)  # after this, gunicorn's own waiting ends at once
