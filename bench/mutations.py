"""A hundred thousand damaged envelopes, each of which must be answered in words: `python -m bench.mutations`.

The tests send ten thousand; this is for a night. Each part of a thousand has its number for a seed, so that a
failure is found again with `--first NUMBER --count 1000`. Prints each failure with its envelope; 1 where there is one.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.mutations import mutate, seeds, unspoken

PART = 1000


def part(number: int) -> list[tuple[list[str], str]]:
    """The failures among a thousand mutations: what was wrong, and the envelope."""
    logging.disable(logging.CRITICAL)
    dice, sound, failures = random.Random(number), seeds(), []
    for _ in range(PART):
        seed = dice.choice(sound)
        event = mutate(seed, dice)
        try:
            problems = unspoken(event, seed)
        except Exception as error:  # whatever is raised is an unspoken failure, and the rest is still to be run
            problems = [f"raised {type(error).__name__}: {error}"]
        if problems:
            failures.append((problems, json.dumps(event)))
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--count", type=int, default=100_000, help="envelopes, rounded up to whole thousands (default: %(default)s)"
    )
    parser.add_argument(
        "--first", type=int, default=1000, help="number of the first thousand, its seed (default: %(default)s)"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="at once (default: %(default)s)")
    args = parser.parse_args()
    numbers = range(args.first, args.first + -(-args.count // PART))
    began, kinds = time.perf_counter(), Counter[str]()
    with ProcessPoolExecutor(args.processes) as pool:
        for number, failures in zip(numbers, pool.map(part, numbers), strict=True):
            for problems, event in failures:
                kinds[problems[0]] += 1
                print(f"{number}: {problems}\n    {event}")
    print(
        f"{len(numbers) * PART} mutated envelopes in {time.perf_counter() - began:.0f} s: "
        f"{sum(kinds.values())} not answered as they must be"
    )
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
