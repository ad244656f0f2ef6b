"""Are genuine requests answered while forged ones come? `python -m bench.starvation`.

A real gunicorn, a certificate host that answers after a delay, and a flood of forged requests that each name another
certificate file: in a process that knows no chain yet, and when Alexa begins to sign with another certificate.
"""

from __future__ import annotations

import argparse
import http.client
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from tests.endpoint.alexa import Alexa, Post, certificate_host, everyone, request
from tests.endpoint.gunicorn import gunicorn

GENUINE = 24
#: Seconds between two genuine requests, and that Alexa waits for an answer.
APART, ALEXA_WAITS = 0.25, 8.0


def _ask(port: int, post: Post) -> tuple[int, float]:
    """Return the status of the answer, and after how many seconds it came."""
    began = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("POST", "/", post.body, post.headers)
        return connection.getresponse().status, time.monotonic() - began


@contextmanager
def _flood(port: int, alexa: Alexa, rate: float) -> Iterator[None]:
    over = threading.Event()
    one = alexa.post(request(requestId="forged"))

    def forge() -> None:
        with ThreadPoolExecutor(200) as many:
            number = 0
            while not over.wait(1 / rate):
                number += 1
                url = f"https://s3.amazonaws.com/echo.api/forged-{number}.pem"
                many.submit(_ask, port, one.but(SignatureCertChainUrl=url))

    thread = threading.Thread(target=forge)
    thread.start()
    try:
        time.sleep(1)
        yield
    finally:
        over.set()
        thread.join()


def drill(alexa: Alexa, delay: float, rate: float, *, rotation: bool) -> list[tuple[int, float]]:
    """Return the status and the seconds of each genuine request; `delay` in seconds, `rate` in forged requests a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        with certificate_host(alexa.files, path, delay) as host, gunicorn(alexa, host, path, seconds=2) as served:
            if rotation:
                _ask(served.port, alexa.post(request(requestId="before")))

            def one(number: int) -> tuple[int, float]:
                time.sleep(number * APART)
                return _ask(served.port, alexa.post(request(requestId=f"{number}"), chain="next.pem"))

            with _flood(served.port, alexa, rate), ThreadPoolExecutor(GENUINE) as several:
                return list(several.map(one, range(GENUINE)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=40, help="forged requests a second (default: %(default)s)")
    parser.add_argument("--delays", type=float, nargs="+", default=[0.05, 0.15, 0.25, 0.35], metavar="SECONDS")
    args = parser.parse_args()
    alexa = everyone()
    for rotation in (False, True):
        for delay in args.delays:
            answers = drill(alexa, delay, args.rate, rotation=rotation)
            good = [seconds for status, seconds in answers if status == 200 and seconds < ALEXA_WAITS]
            slowest = max(seconds for _, seconds in answers)
            when = "at rotation" if rotation else "cold"
            print(f"{when}, host {delay * 1000:.0f} ms: {len(good)} of {GENUINE} in time, slowest {slowest:.2f} s")


if __name__ == "__main__":
    main()
