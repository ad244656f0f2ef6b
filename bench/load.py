"""How many signed requests a real gunicorn answers, how fast, and in how much memory: `python -m bench.load`.

One worker with the repository's own configuration, over loopback. Every request is genuine: its own id and time,
signed with the key of a certificate whose chain leads to a root made here, fetched from a certificate host made
here. First as many as it can take, then a minute of half as many as it could. Beside it, as many as the same gunicorn
can take with ready answers in the skill's place: the signatures, Flask, the JSON. Needs Linux (/proc).
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from bench.warm import relief
from lambda_handler import handler
from skill.loading import interaction_model
from skill.simulator import requests as envelopes
from skill.simulator.nlu.recognizer import RecognizeResult, Slot
from skill.simulator.requests import Bedside, Json, Visit
from tests.endpoint.alexa import SKILL_ID, Alexa, certificate_host, everyone
from tests.endpoint.gunicorn import Served, gunicorn

CONNECTIONS = 8
#: A night's requests, over and over: most people say where it cramps, some only open the skill, some ask.
MIX: tuple[tuple[str | None, dict[str, str]], ...] = (
    ("RelieveIntent", {"Site": "calf"}),
    (None, {}),
    ("RelieveIntent", {"Site": "foot"}),
    ("AskIntent", {"Topic": "magnesium"}),
    ("RelieveIntent", {"Site": "back_thigh"}),
    ("WarningSignIntent", {"Sign": "clot"}),
    (None, {}),
    ("RelieveIntent", {"Site": "toes"}),
    ("BedtimeRoutineIntent", {}),
    ("AskIntent", {"Topic": "cause"}),
)
#: By what part the memory may grow over the second half of the load: half a kilobyte left over from each request is more.
FLAT = 0.02
TICKS = os.sysconf("SC_CLK_TCK")


def requests(alexa: Alexa, count: int) -> list[bytes]:
    """So many signed requests as they go over the wire, no two alike, good for three minutes from now."""
    model = interaction_model.of("en-GB")
    bedsides = cycle([Bedside("echo", "en-GB", SKILL_ID), Bedside("show", "en-GB", SKILL_ID)])
    visit = Visit("amzn1.echo-api.session.load", {}, new=True)
    # A minute ahead, of the two and a half that are allowed: so the last is not stale when its turn comes.
    moment = datetime.now(UTC) + timedelta(seconds=60)

    def written(body: Json) -> bytes:
        post = alexa.post(body)
        headers = {"Host": "localhost", "Content-Length": str(len(post.body)), **post.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST / HTTP/1.1\r\n{head}\r\n".encode() + post.body

    def one(name: str | None, slots: dict[str, str], bedside: Bedside) -> bytes:
        if name is None:
            return written(envelopes.launch(bedside, visit, moment))
        said = {slot: Slot(slot, value.replace("_", " "), value) for slot, value in slots.items()}
        return written(envelopes.intent(bedside, visit, moment, RecognizeResult("", name, said), model))

    return [one(name, slots, next(bedsides)) for name, slots in islice(cycle(MIX), count)]


@dataclass
class Outcome:
    """What came of some requests; times in seconds, `taken` from the moment a request was due."""

    taken: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    processor: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.taken) / self.seconds

    @property
    def rate_of_a_core(self) -> float:
        """Requests for each second of the worker's processor time."""
        return len(self.taken) / self.processor if self.processor else 0.0


def send(served: Served, waiting: list[bytes], rate: float | None, connections: int = CONNECTIONS) -> Outcome:
    """Sends them all over a few kept connections: at so many a second, or each as soon as the last is answered."""
    outcome, lock, turns = Outcome(), threading.Lock(), enumerate(waiting)
    began, used = time.perf_counter(), processor_seconds(served.worker)

    def client() -> None:
        taken, errors = [], []
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as wire:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                with lock:
                    number, content = next(turns, (0, b""))
                if not content:
                    break
                due = began + number / rate if rate else time.perf_counter()
                time.sleep(max(0.0, due - time.perf_counter()))
                wire.sendall(content)
                if fault := _fault(_answer(wire)):
                    errors.append(fault)
                taken.append(time.perf_counter() - due)
        with lock:
            outcome.taken += taken
            outcome.errors += errors

    threads = [threading.Thread(target=client) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome.seconds = time.perf_counter() - began
    outcome.processor = processor_seconds(served.worker) - used
    lost = len(waiting) - len(outcome.taken)
    outcome.errors += ["no answer"] * lost
    return outcome


def _answer(wire: socket.socket) -> bytes:
    """One response, head and body, as it came."""
    content = b""
    while (end := content.find(b"\r\n\r\n")) < 0:
        content += _part(wire)
    head = content[:end].lower()
    start = head.index(b"content-length:") + len("content-length:")
    whole = end + 4 + int(head[start:].split(b"\r\n", 1)[0])
    while len(content) < whole:
        content += _part(wire)
    return content


def _part(wire: socket.socket) -> bytes:
    part = wire.recv(65536)
    if not part:
        raise ConnectionError("the endpoint hung up")
    return part


def _fault(response: bytes) -> str | None:
    """What is wrong with a response: not 200, or without a word."""
    head, _, body = response.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    if status != b"200":
        return f"answered {status.decode()}"
    spoken = json.loads(body).get("response", {}).get("outputSpeech", {}).get("ssml", "")
    return None if spoken.startswith("<speak>") else "said nothing"


def processor_seconds(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_bytes(process: int) -> int:
    """Bytes of memory that a process holds."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def watched(process: int, every: float) -> Iterator[list[int]]:
    """The memory of a process, noted every so many seconds meanwhile."""
    noted, over = [resident_bytes(process)], threading.Event()

    def watch() -> None:
        while not over.wait(every):
            noted.append(resident_bytes(process))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield noted
    finally:
        over.set()
        thread.join()
        noted.append(resident_bytes(process))


def growth(noted: list[int]) -> float:
    """By what part of itself the memory grew over the second half: nothing may be left over from each request."""
    middle = len(noted) // 2
    return statistics.mean(noted[-max(1, len(noted) // 10) :]) / statistics.mean(noted[middle : middle + 3]) - 1


def line(name: str, outcome: Outcome) -> str:
    """One row of the table."""
    cuts = statistics.quantiles(outcome.taken, n=100)
    times = "  ".join(f"{seconds * 1000:7.2f}" for seconds in (cuts[49], cuts[89], cuts[98], max(outcome.taken)))
    figures = f"{len(outcome.taken):8d}  {len(outcome.errors):6d}  {outcome.rate:8.0f}  {outcome.rate_of_a_core:8.0f}"
    return f"{name:12}  {figures}  {times}"


def main() -> int:
    """Prints all runs, and the memory; 1 where an answer was wrong or missing, or memory grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--burst", type=int, default=10_000, help="requests at full speed (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="of the steady load (default: %(default)s)")
    parser.add_argument("--rate", type=float, help="requests a second of the steady load (default: half of full speed)")
    args = parser.parse_args()
    alexa = everyone()
    ready = tuple(handler(json.loads(next(relief(Bedside(device)))), None) for device in ("echo", "show"))
    with tempfile.TemporaryDirectory() as name, certificate_host(alexa.files, Path(name)) as host:
        print(f"{'milliseconds':12}  requests  errors  a second  a core-s      p50      p90      p99      max")
        with gunicorn(alexa, host, Path(name), now=None, ready=ready) as served:
            send(served, requests(alexa, 500), None)  # warms up: what is loaded once is loaded
            frame = send(served, requests(alexa, args.burst), None)
            print(line("frame alone", frame), flush=True)
        with gunicorn(alexa, host, Path(name), now=None) as served:
            send(served, requests(alexa, 500), None)
            full = send(served, requests(alexa, args.burst), None)
            print(line("full speed", full), flush=True)
            rate = args.rate or full.rate / 2
            waiting = requests(alexa, int(rate * args.seconds))
            with watched(served.worker, 1.0) as noted:
                steady = send(served, waiting, rate)
            print(line("steady", steady))
        grown = growth(noted)
        megabytes = [f"{size / 2**20:.1f}" for size in (noted[0], noted[len(noted) // 2], noted[-1])]
        print(f"memory of the worker, MiB: {' → '.join(megabytes)}; over the second half {grown:+.1%}")
        print(f"full speed is {full.rate_of_a_core / frame.rate_of_a_core:.0%} of the frame's, by the processor's time")
        faults = sorted(set(frame.errors + full.errors + steady.errors))
        print(f"faults: {', '.join(faults) or 'none'}")
    return 1 if faults or grown > FLAT else 0


if __name__ == "__main__":
    sys.exit(main())
