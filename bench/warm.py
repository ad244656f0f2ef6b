"""How long a warm answer takes in-process, from bytes to bytes: `python -m bench.warm`."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from lambda_handler import handler
from skill.speaker import envelope
from skill.speaker.envelope import Bedside, Json, Visit
from skill.speaker.hearing import Heard, Slot, load_model

NIGHT = datetime(2026, 1, 1, 3, tzinfo=UTC)
SITES = ("calf", "foot", "toes", "front_thigh", "back_thigh", "shin", "inner_thigh", "buttock", "lower_calf")
NEW = Visit("amzn1.echo-api.session.bench", {}, new=True)


def relief(bedside: Bedside) -> Iterator[bytes]:
    """Requests for help with one site after another, no two with the same id or time."""
    model = load_model(bedside.locale)
    for count, site in enumerate(cycle(SITES)):
        said = site.replace("_", " ")
        heard = Heard(f"my {said} is cramping", "RelieveIntent", {"Site": Slot("Site", said, site)})
        moment = NIGHT + timedelta(seconds=count)
        yield json.dumps(envelope.intent(bedside, NEW, moment, heard, model)).encode()


def launch(bedside: Bedside) -> Iterator[bytes]:
    """Launches, a second apart."""
    for count in cycle(range(86_400)):
        yield json.dumps(envelope.launch(bedside, NEW, NIGHT + timedelta(seconds=count))).encode()


def timed(bodies: list[bytes]) -> dict[str, list[float]]:
    """Milliseconds of each step for each body, and the bytes of each response."""
    spent: dict[str, list[float]] = {"read": [], "answer": [], "write": [], "all": [], "bytes": []}
    clock = time.perf_counter
    for body in bodies:
        began = clock()
        event: Json = json.loads(body)
        read = clock()
        response = handler(event, None)
        answered = clock()
        written = json.dumps(response).encode()
        ended = clock()
        for step, seconds in (
            ("read", read - began),
            ("answer", answered - read),
            ("write", ended - answered),
        ):
            spent[step].append(seconds * 1000)
        spent["all"].append((ended - began) * 1000)
        spent["bytes"].append(len(written))
    return spent


def main() -> None:
    """Prints one line a case: the medians of each step, then median and 99th percentile of the whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="requests a case (default: %(default)s)")
    count = parser.parse_args().count
    cases: dict[str, Callable[[Bedside], Iterator[bytes]]] = {"relief": relief, "launch": launch}
    print(f"{'milliseconds':24} {'read':>7} {'answer':>7} {'write':>7} {'p50':>7} {'p99':>7} {'bytes':>7}")
    for name, requests in cases.items():
        for device in envelope.DEVICES:
            bodies = list(islice(requests(Bedside(device=device)), count + count // 10))
            timed(bodies[: count // 10])  # warms up: what is loaded once is loaded
            spent = timed(bodies[count // 10 :])
            middle = {step: statistics.median(values) for step, values in spent.items()}
            p99 = statistics.quantiles(spent["all"], n=100)[98]
            steps = " ".join(f"{middle[step]:7.3f}" for step in ("read", "answer", "write", "all"))
            print(f"{name + ', ' + device:24} {steps} {p99:7.3f} {middle['bytes']:7.0f}")


if __name__ == "__main__":
    main()
