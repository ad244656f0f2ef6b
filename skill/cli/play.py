"""`python -m skill play`: one stretch with every cue at its second, as text, as JSON, or as sound."""

import argparse
import json
import sys
from typing import Any

from skill.core import personalize
from skill.core.locale import Locale
from skill.core.personalize import Person
from skill.core.schema import ContentLibrary
from skill.core.timeline import LONGEST_HOLD, SHORTEST_HOLD
from skill.core.vocabulary import Form, Position, Step
from skill.loading.content import library, words
from skill.simulator.locales import checked_locale

BOUNDS = f"{SHORTEST_HOLD:g} to {LONGEST_HOLD:g}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `play`."""
    parser.epilog = (
        "Seconds count from the start of the timed audio. The first action is said before it: its time is negative."
    )
    parser.add_argument("site", metavar="SITE", help="a place such as calf: a file in skill/content/scores")
    parser.add_argument(
        "--position", choices=[*map(str, Position)], default=Position.LYING, type=str, help="default: lying"
    )
    parser.add_argument("--form", choices=[*map(str, Form)], default=Form.PLAIN, type=str, help="default: plain")
    parser.add_argument(
        "--limit", action="append", default=[], help="something to mind, such as pregnant; may be given more than once"
    )
    parser.add_argument("--slower", action="store_true", help="longer gaps between the holds")
    parser.add_argument("--hold", type=float, metavar="SECONDS", help=f"longer or shorter holds, {BOUNDS}")
    parser.add_argument("--locale", default="en-US", help="language and country (default: en-US)")
    parser.add_argument("--json", action="store_true", help="a list of {at, lasts, line, text}")
    parser.add_argument("--wav", metavar="FILE", help="as sound, with espeak-ng")


def run(args: argparse.Namespace) -> int:
    """Print or write the stretch; return 1 for an option that does not fit."""
    content = library()
    refused = _refusal(args, content)
    try:
        locale = checked_locale(args.locale)
    except ValueError as error:
        refused = refused or str(error)
    if refused:
        print(f"play: {refused}", file=sys.stderr)
        return 1
    limits = tuple(args.limit)
    step = personalize.adapt_set(content, Step(args.site, args.position, Form(args.form)), limits)
    rows = score(step, Person(limits, args.hold, args.slower), content, words(locale))
    if args.wav:
        from skill.cli.wav import EspeakMissing, write_wav

        try:
            write_wav([(row["at"] - rows[0]["at"], row["text"]) for row in rows], args.wav, locale.lower())
        except (EspeakMissing, OSError) as error:
            why = f"cannot write {args.wav}: {error.strerror}" if isinstance(error, OSError) else error
            print(f"play: {why}", file=sys.stderr)
            return 1
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    elif not args.wav:
        for row in rows:
            held = f"  (hold {row['lasts']:g} s)" if "lasts" in row else ""
            print(f"{clock(row['at'])}  {row['text']}{held}")
    return 0


def _refusal(args: argparse.Namespace, content: ContentLibrary) -> str | None:
    if args.site not in content.scores:
        return f"no stretch for {args.site!r}; there is {', '.join(sorted(content.scores))}"
    unknown = [limit for limit in args.limit if limit not in content.limits]
    if unknown:
        return f"no limit {unknown[0]!r}; there is {', '.join(content.limits)}"
    if (content.scores[args.site].dose, Form(args.form)) not in content.doses:
        return f"{args.site} has no form {args.form!r}"
    if args.hold is not None and not SHORTEST_HOLD <= args.hold <= LONGEST_HOLD:
        return f"a hold of {args.hold:g} s; it must be {BOUNDS}"
    return None


def score(step: Step, person: Person, content: ContentLibrary, spoken: Locale) -> list[dict[str, Any]]:
    """Return the set as rows of {at, lasts, line, text}; seconds from the start of the timed audio, the first action before it."""
    first = personalize.first(content, step, person)
    text = spoken.text(first)
    rows: list[dict[str, Any]] = [{"at": -round(spoken.seconds(text), 2), "line": first, "text": text}]
    for beat in personalize.timeline(content, step, person).beats:
        row = {"at": beat.at, "line": beat.line, "text": spoken.text(beat.line)}
        rows.append(row if beat.lasts is None else {**row, "lasts": beat.lasts})
    return rows


def clock(seconds: float) -> str:
    """Return minutes and seconds, with a minus before the timed audio."""
    whole = round(abs(seconds))
    return f"{'-' if seconds < 0 else ''}{whole // 60:02d}:{whole % 60:02d}"
