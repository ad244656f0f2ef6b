"""How long a warm answer takes in-process, from bytes to bytes: `python -m bench.warm`."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import cycle, islice
from typing import Any

from lambda_handler import handler
from skill.alexa import handlers, request, request_log, sdk_bridge, session_attributes
from skill.alexa.render import apl, apla, ssml
from skill.loading import interaction_model
from skill.simulator import requests
from skill.simulator.nlu.recognizer import RecognizeResult, Slot
from skill.simulator.requests import Bedside, Json, Visit

#: The steps of an answer, each with the functions that take it.
PARTS: dict[str, tuple[tuple[Any, str], ...]] = {
    "read": ((json, "loads"),),
    "deserialise": ((sdk_bridge, "read"),),
    "session": ((session_attributes, "conversation"), (session_attributes, "attributes"), (request, "ask")),
    "dialogue": ((handlers, "respond"),),
    "SSML": ((ssml, "speak"),),
    "APLA": ((apla, "directive"),),
    "APL": ((apl, "directive"),),
    "serialise": ((sdk_bridge._Serializer, "serialize"),),
    "log": ((request_log, "_write"),),
    "write": ((json, "dumps"),),
}
NIGHT = datetime(2026, 1, 1, 3, tzinfo=UTC)
SITES = ("calf", "foot", "toes", "front_thigh", "back_thigh", "shin", "inner_thigh", "buttock", "lower_calf")
NEW = Visit("amzn1.echo-api.session.bench", {}, new=True)


def relief(bedside: Bedside) -> Iterator[bytes]:
    """Requests for help with one site after another, no two with the same id or time."""
    model = interaction_model.of(bedside.locale)
    for count, site in enumerate(cycle(SITES)):
        said = site.replace("_", " ")
        heard = RecognizeResult(f"my {said} is cramping", "RelieveIntent", {"Site": Slot("Site", said, site)})
        moment = NIGHT + timedelta(seconds=count)
        yield json.dumps(requests.intent(bedside, NEW, moment, heard, model)).encode()


def launch(bedside: Bedside) -> Iterator[bytes]:
    """Launches, a second apart."""
    for count in cycle(range(86_400)):
        yield json.dumps(requests.launch(bedside, NEW, NIGHT + timedelta(seconds=count))).encode()


def timed(bodies: list[bytes]) -> dict[str, list[float]]:
    """Milliseconds from bytes to bytes for each body, and the bytes of each response."""
    spent: dict[str, list[float]] = {"all": [], "bytes": []}
    clock = time.perf_counter
    for body in bodies:
        began = clock()
        event: Json = json.loads(body)
        written = json.dumps(handler(event, None)).encode()
        spent["all"].append((clock() - began) * 1000)
        spent["bytes"].append(len(written))
    return spent


@contextmanager
def clocked(into: dict[str, float]) -> Iterator[None]:
    """Adds up, in milliseconds, what each of PARTS takes, without what other parts inside it take; afterwards all is as before."""
    running: list[str] = []
    since = [0.0]

    def passes() -> None:
        now = time.perf_counter()
        if running:
            into[running[-1]] += (now - since[0]) * 1000
        since[0] = now

    def around(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def measured(*values: Any, **named: Any) -> Any:
            if part in running:  # it calls itself
                return function(*values, **named)
            passes()
            running.append(part)
            try:
                return function(*values, **named)
            finally:
                passes()
                running.pop()

        return measured

    with ExitStack() as stack:
        for part, places in PARTS.items():
            for owner, name in places:
                original = getattr(owner, name)
                setattr(owner, name, around(part, original))
                stack.callback(setattr, owner, name, original)
        yield


def parts(bodies: list[bytes]) -> dict[str, float]:
    """The median milliseconds of each of PARTS; what lies between them is "the rest"."""
    each: dict[str, list[float]] = {part: [] for part in (*PARTS, "the rest")}
    for body in bodies:
        into = dict.fromkeys(PARTS, 0.0)
        with clocked(into):
            began = time.perf_counter()
            json.dumps(handler(json.loads(body), None)).encode()
            whole = (time.perf_counter() - began) * 1000
        for part, spent in into.items():
            each[part].append(spent)
        each["the rest"].append(whole - sum(into.values()))
    return {part: statistics.median(values) for part, values in each.items()}


def main() -> None:
    """Prints one line a case: median and 99th percentile of the whole, the response's size, and the median of each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="requests a case (default: %(default)s)")
    count = parser.parse_args().count
    cases: dict[str, Callable[[Bedside], Iterator[bytes]]] = {"relief": relief, "launch": launch}
    names = (*PARTS, "the rest")
    print(
        f"{'milliseconds':14} {'p50':>6} {'p99':>6} {'bytes':>6}  where it goes: {' '.join(f'{name:>11}' for name in names)}"
    )
    for name, bodies_of in cases.items():
        for device in requests.DEVICES:
            bodies = list(islice(bodies_of(Bedside(device=device)), count + count // 10))
            timed(bodies[: count // 10])  # warms up: what is loaded once is loaded
            spent = timed(bodies[count // 10 :])
            middle = {step: statistics.median(values) for step, values in spent.items()}
            p99 = statistics.quantiles(spent["all"], n=100)[98]
            whole = f"{middle['all']:6.3f} {p99:6.3f} {middle['bytes']:6.0f}"
            where = " ".join(f"{value:11.3f}" for value in parts(bodies[: count // 4]).values())
            print(f"{name + ', ' + device:14} {whole}  {'':14} {where}")


if __name__ == "__main__":
    main()
