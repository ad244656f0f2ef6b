"""What a person should look at again: parts that nobody has reviewed or that changed since, and sources whose time is past."""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from skill.loading.content_files import read
from skill.loading.strict_table import ContentError

#: the parts of the content, and the files that each consists of
PARTS = {
    "scores": ("scores/*.toml", "doses.toml"),
    "limits": ("limits.toml",),
    "signs": ("signs.toml",),
    "questions": ("questions.toml", "elsewhere.toml"),
    "ladder": ("ladder.toml",),
    "regions": ("regions.toml", "words/*/regions.toml"),
    "lines": ("words/*/*.toml",),
}


def fingerprint(root: Path, part: str) -> str:
    """Return the hash of a part as it is: of what its files say, not of their comments and spaces."""
    paths = sorted(path for pattern in PARTS[part] for path in root.glob(pattern))
    said = {path.relative_to(root).as_posix(): tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def unreviewed(root: Path) -> Iterator[str]:
    """Yield a line for each part that no clinician has reviewed, or that changed since; raises ContentError."""
    table = read(root / "reviewed.toml", root)
    for part in PARTS:
        row, now = table.table(part), fingerprint(root, part)
        if row.names_of_keys():
            reviewer, day, then = row.text("reviewer"), row.date("date"), row.text("hash")
            if then != now:
                yield f"{part}: changed since {reviewer} reviewed it on {day} (hash {now})"
        else:
            yield f"{part}: not clinically reviewed (hash {now})"
        row.close()
    table.close()


def problems(root: Path) -> Iterator[ContentError]:
    """Yield what is wrong with the record of reviews itself."""
    try:
        list(unreviewed(root))
    except ContentError as error:
        yield error


def overdue(root: Path, today: date) -> Iterator[str]:
    """Yield a line for each source that somebody should have looked at again by today."""
    for name, table in read(root / "sources.toml", root).rest():
        by = table.date("review_by", None)
        if by and by < today:
            yield f"sources.{name}: to be looked at again by {by}"
