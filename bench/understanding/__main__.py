"""Measure how well people are understood.

    python -m bench.understanding [FILE…] [--engine recogniser] [--kinds] [--misses]

Without a file: the project's own sets (bench/understanding/sets). Prints a table for each set and engine, with 95 % intervals. The
classifier needs requirements/understanding.txt; `make bench-understanding` sees to it.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.understanding import engines, profile_nlu
from bench.understanding.cases import LabelledSet, SetError, read_sets
from bench.understanding.measures import Outcome, Share, macro, micro, outcomes
from bench.understanding.replies import Dialogue


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="labelled sets (default: the project's own)"
    )
    parser.add_argument("--engine", choices=engines.ENGINES, action="append", help="default: both")
    parser.add_argument("--locale", default="en-US")
    parser.add_argument("--kinds", action="store_true", help="every kind of every set, of guards too")
    parser.add_argument("--misses", action="store_true", help="list each case that misses what is wanted of it")
    parser.add_argument("--profile-nlu", type=Path, metavar="FOLDER", help="only write the sets for Amazon's profiler")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="Alexa's own answers as one more engine")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    try:
        sets = list(read_sets(args.files))
    except (SetError, OSError) as error:
        print(f"understanding: {error}", file=sys.stderr)
        return 1
    if args.profile_nlu:
        for labelled in sets:
            print(profile_nlu.write(labelled, args.profile_nlu))
        return 0
    for labelled in sets:
        print(f"{labelled.name}: {len(labelled.cases)} cases, {labelled.use}; first run: {labelled.first_run}")
        print(f"  {labelled.brief}")
    found = {} if not args.answers else {"alexa": engines.answers_of_alexa(args.answers)}
    for name in args.engine or engines.ENGINES:
        started = time.process_time()
        found[name] = engines.engine(name, args.locale)
        learnt = time.process_time()
        utterances = [case.utterance for labelled in sets for case in labelled.cases]
        for utterance in utterances:
            found[name](utterance)
        each = 1000 * (time.process_time() - learnt) / len(utterances)
        print(f"{name}: learns in {learnt - started:.2f} s, understands one utterance in {each:.2f} ms")
    dialogue = Dialogue(args.locale)
    for labelled in sets:
        for name, engine in found.items():
            results = list(outcomes(labelled, engine, dialogue))
            table(labelled, name, results, args.kinds or labelled.use == "fresh")
            if args.misses:
                misses(results)
    return 0


def table(labelled: LabelledSet, engine: str, found: list[Outcome], kinds: bool) -> None:
    """Print the shares of one set: of all cases, of the kinds' mean, and of each level and kind."""
    measures = list(found[0].meets)
    print(f"\n{labelled.name} ({labelled.use}), {engine}")
    print("  ".join([f"{'':24}", *(f"{measure:>24}" for measure in measures)]))
    for name, group in groups(found, kinds):
        row(name, len(group), [micro([one.meets[measure] for one in group]) for measure in measures])
    of_kind: dict[str, list[Outcome]] = defaultdict(list)
    for one in found:
        of_kind[one.case.kind].append(one)
    if len(of_kind) > 1:
        means = [macro([[one.meets[measure] for one in group] for group in of_kind.values()]) for measure in measures]
        row("macro, by kind", len(of_kind), means)


def groups(found: list[Outcome], kinds: bool) -> Iterator[tuple[str, list[Outcome]]]:
    """Yield the rows of a table: kinds, levels, all."""
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    by_level: dict[str, list[Outcome]] = defaultdict(list)
    for one in found:
        by_kind[one.case.kind].append(one)
        if one.case.level:
            by_level[f"level {one.case.level}"].append(one)
    if kinds and len(by_kind) > 1:
        yield from sorted(by_kind.items())
    yield from sorted(by_level.items())
    yield "micro, all", found


def row(name: str, count: int, shares: list[Share]) -> None:
    cells = (f"{100 * one.value:.1f} % ({100 * one.low:.1f}-{100 * one.high:.1f})" for one in shares)
    print("  ".join([f"{name[:19]:19} {count:4}", *(f"{cell:>24}" for cell in cells)]))


def misses(found: list[Outcome]) -> None:
    """List the cases that miss a measure, or meet one that they should not, with how they were understood."""
    for one in found:
        if one.case.labels:
            bad = [measure for measure, met in one.meets.items() if not met]
        elif one.case.level:
            bad = [] if one.meets["found"] else ["missed"]
        else:
            bad = [
                measure
                for measure, met in one.meets.items()
                if met == (measure not in ("heard as a question", "the topic"))
            ]
        if bad:
            slots = {name: slot.id or slot.value or f"?{slot.said}" for name, slot in one.heard.slots.items()}
            print(f"    {one.case.kind}: {one.case.utterance!r}: {one.heard.intent} {slots or ''} ({', '.join(bad)})")


if __name__ == "__main__":
    raise SystemExit(main())
