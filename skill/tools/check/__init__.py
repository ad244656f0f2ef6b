"""The desk's `check`: what one file alone cannot show. Every reference, every language, every limit, every second."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from skill.core.locale import Locale
from skill.core.schema import ContentLibrary
from skill.loading import interaction_model, store_listing
from skill.loading.content_files import CONTENT, languages
from skill.loading.content_tables import load
from skill.loading.interaction_model import MODELS
from skill.loading.locale_words import load_words
from skill.loading.strict_table import ContentError
from skill.tools.check import lines, models, references, reviews, timing
from skill.tools.check.all_sets import every_set, outcomes

__all__ = ["add_arguments", "check", "every_set", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--content", type=Path, default=CONTENT, help="another content folder than the skill's own")
    parser.add_argument(
        "--model", action="store_true", help="only what people say: the interaction model of each language"
    )


def run(args: argparse.Namespace) -> int:
    """0 if all fits; else 1, with one line for each problem: file, key, what was found, what was expected."""
    problems = list(check_model(args.content) if args.model else check(args.content))
    for problem in problems:
        print(problem, file=sys.stderr)
    if args.model:
        for language in interaction_model.languages():
            print(f"{language}: {models.summary(interaction_model.read(MODELS / language))}; problems: {len(problems)}")
    elif not problems:
        spoken = languages(args.content)
        print(f"content: all fits ({len(spoken)} language{'s' if len(spoken) > 1 else ''}: {', '.join(spoken)})")
        for note in (*reviews.unreviewed(args.content), *reviews.overdue(args.content, datetime.now(UTC).date())):
            print(note)
    return 1 if problems else 0


def check(root: Path = CONTENT) -> Iterator[ContentError]:
    """Everything that does not fit. A table that cannot be read ends it, for all else leans on the tables."""
    try:
        content = load(root)
        english = load_words("en", content.regions, root)
    except ContentError as error:
        yield error
        return
    fits = True
    for found in (
        references.problems(root, content),
        references.coverage(root, english),
        reviews.problems(root),
        models.problems(content),
        store_listing.problems(),
        models.offers(root, content),
        _performed(root, content, english),
    ):
        for problem in _and_what_ends_it(found):
            fits = False
            yield problem
    if fits:  # it takes the longest by far, and what is wrong elsewhere is mended first
        yield from models.readings(content)


def check_model(root: Path = CONTENT) -> Iterator[ContentError]:
    """Yield what does not fit in what people say."""
    content = load(root)
    for found in (models.problems(content), store_listing.problems(), models.readings(content)):
        yield from _and_what_ends_it(found)


def _and_what_ends_it(found: Iterable[ContentError]) -> Iterator[ContentError]:
    try:
        yield from found
    except ContentError as error:  # a file that cannot be read hides only what would have been found in it
        yield error


def _performed(root: Path, content: ContentLibrary, english: Locale) -> Iterator[ContentError]:
    """What is said and shown, in every language and in every set."""
    sayable = []
    for language in languages(root):
        words = load_words(language, content.regions, root)
        wrong = list(lines.problems(root, words, english))
        yield from wrong
        sayable += [] if wrong else [words]
        for overlay in sorted({locale for locale in words.overlays if (root / "words" / locale).is_dir()}):
            spoken = load_words(overlay, content.regions, root)
            wrong = list(lines.overlaid(root, words, spoken))
            yield from wrong
            sayable += [] if wrong else [spoken]
    given = outcomes(content)
    yield from timing.drawings(root, content, given)
    needed = lines.needed(content, given)
    yield from lines.never_said(root, content, english, needed)
    for words in sayable:
        missing = list(lines.missing(root, content, words, needed))
        yield from missing
        if not missing:
            yield from timing.problems(root, words, given)
