"""The Python versions that Lambda runs. The bundle is compiled for one minor version, and starts quickly on no other."""

import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

LIST = Path(__file__).with_name("runtimes.toml")


class NotPackaged(Exception):
    """What `package` was given cannot become a bundle; the message says what to change."""


def ends() -> dict[str, date]:
    """Return the runtimes' names, and the last day of each."""
    return {name: row["ends"] for name, row in tomllib.loads(LIST.read_text(encoding="utf-8")).items()}


def runtime(version: tuple[int, int] = sys.version_info[:2], today: date | None = None) -> str:
    """Return the name of this Python's runtime; raises NotPackaged if Lambda has none, or has it no longer."""
    name = f"python{version[0]}.{version[1]}"
    day = today or datetime.now(UTC).date()
    live = [known for known, end in ends().items() if end >= day]
    if name not in live:
        why = f"no longer looks after {name}" if name in ends() else f"has no runtime {name}"
        instead = f"Package with one of {', '.join(live)}." if live else ""
        raise NotPackaged(f"Lambda {why}. {instead}".rstrip() + f" (The list: {LIST.name})")
    return name
