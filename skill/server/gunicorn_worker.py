"""gunicorn's threaded worker with time limits: no client can hold one of its threads.

gunicorn's own worker waits without end for the rest of a request that has begun, and for a client that does not read its
answer or does not hang up. A few such clients would take every thread, or stop the loop that serves the others.

A thread that has answered waits for the next request of its connection itself, for a moment and while enough other
threads are free: the way over the main loop, its poll and another thread costs a tenth of an answer.
"""

from __future__ import annotations

import math
import select
import socket
import time
from contextlib import suppress

from gunicorn.workers.gthread import TConn, ThreadWorker

#: Seconds that a request may take from its first byte to the last of its answer; Alexa itself gives up after 8.
REQUEST_SECONDS = 10.0
#: Seconds for a client to hang up after its answer, so that the answer is not torn off by our hanging up first.
FAREWELL_SECONDS = 1.0
#: Seconds that a thread waits for its connection's next request, where it is one of the first half of all threads.
LINGER_SECONDS = 0.05


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn comes without types
    """Cuts a request off after REQUEST_SECONDS, looking once a second, and never waits for a client to hang up."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        #: The connections that have a thread, and since when each has had a request; never, for one that lingers.
        self._begun: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> object:
        """Answer the requests of a connection, in a thread of the pool, as long as they follow one another closely."""
        try:
            goes_on = self._answer(conn)
            while goes_on is True and self._lingers(conn):
                goes_on = self._answer(conn)
            if not goes_on:
                _hang_up(conn.sock)
            return goes_on
        finally:
            self._begun.pop(conn, None)

    def _answer(self, conn: TConn) -> object:
        self._begun[conn] = time.monotonic()
        return super().handle(conn)

    def _lingers(self, conn: TConn) -> bool:
        """Return True if the connection's next request comes at once; if not, the main loop waits for it."""
        self._begun[conn] = math.inf
        if not self.alive or len(self._begun) > self.cfg.threads // 2 or conn.parser.unreader.buf.getvalue():
            return False
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(LINGER_SECONDS * 1000))

    def murder_pending(self) -> None:
        """Cut off what has taken too long; the main loop calls this every second."""
        super().murder_pending()
        latest = time.monotonic() - REQUEST_SECONDS
        for conn, began in list(self._begun.items()):
            if began < latest:
                with suppress(OSError):  # closed in the meantime
                    conn.sock.shutdown(socket.SHUT_RDWR)


def _hang_up(sock: socket.socket) -> None:
    """End a connection here, in the thread: gunicorn would wait for the client in the main loop."""
    with suppress(OSError):  # hung up by the other side
        sock.shutdown(socket.SHUT_WR)
        until = time.monotonic() + FAREWELL_SECONDS
        while (left := until - time.monotonic()) > 0:
            sock.settimeout(left)
            if not sock.recv(4096):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)  # after this, gunicorn's own waiting ends at once
