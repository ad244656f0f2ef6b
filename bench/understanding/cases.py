"""Read labelled sets of utterances: tab-separated files in four forms, told apart by their columns.

    utterance  intent  slots  kind     what somebody says, and how it is to be understood
    utterance  sign    level  kind     a warning sign in lay words; level E (emergency), U (urgent), S (soon) or - (asks first)
    utterance  topic   kind            a question; without a topic any answer to a question is right
    utterance  kind                    harmless talk

Comment lines at the top tell of the set. `# brief:` is what its author was asked for, `# first run:` the date of the first
measurement or `not yet`. `# use:` is `fresh`, or `guard` where those who wrote the model have seen it: then it measures nothing any
more. `# slots:` is `exact` (no slot but those named) or `named` (others are free). A file from elsewhere may lack these lines, and
the row of column names.

`intent` may be alternatives: `A/B` with the same slots, or `A|B` paired with the alternatives of the slots. `sign` may be `a|b`.
Slots are `Site=calf,Side=left`; `v/w` is either, `*` anything; with a `?` behind the value it may be left out; `k!v` is all but v.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SETS = Path(__file__).parent / "sets"
ANYTHING = "*"
Form = Literal["said", "signs", "questions", "harmless"]
COLUMNS: dict[tuple[str, ...], Form] = {
    ("utterance", "intent", "slots", "kind"): "said",
    ("utterance", "sign", "level", "kind"): "signs",
    ("utterance", "topic", "kind"): "questions",
    ("utterance", "kind"): "harmless",
}
LEVELS = ("E", "U", "S", "-")
ABOUT = {"brief": None, "first run": None, "use": ("fresh", "guard"), "slots": ("exact", "named")}

_ABOUT = re.compile(rf"# ({'|'.join(ABOUT)}): *(.+)")
_PAIR = re.compile(r"(\w+)(=|!=?)(\S+)")


class SetError(ValueError):
    """A labelled set does not read; the message says file, line and what to write instead."""


@dataclass(frozen=True)
class Label:
    """One right way to understand an utterance: the values that each slot may have, and those that it must not have."""

    intents: tuple[str, ...]
    slots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    forbidden: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One utterance with its label. `signs`, `level` and `topic` are those of the forms that have them."""

    utterance: str
    kind: str
    labels: tuple[Label, ...] = ()
    signs: tuple[str, ...] = ()
    level: str = ""
    topic: str = ""


@dataclass(frozen=True)
class LabelledSet:
    """The cases of one file, and what its header tells."""

    name: str
    form: Form
    cases: tuple[Case, ...]
    brief: str = "unknown"
    first_run: str = "not yet"
    use: str = "fresh"
    slots: str = "exact"


def read_sets(paths: list[Path]) -> Iterator[LabelledSet]:
    """Read these files, or all sets that belong to the project; raises SetError."""
    for path in paths or sorted(SETS.glob("*.tsv")):
        yield read_set(path)


def read_set(path: Path) -> LabelledSet:
    """Read one file; raises SetError."""
    lines = [line.rstrip("\n") for line in path.read_text(encoding="utf-8").splitlines()]
    about = {found[1]: found[2].strip() for line in lines if (found := _ABOUT.fullmatch(line))}
    for key, allowed in ABOUT.items():
        if allowed and about.get(key, allowed[0]) not in allowed:
            raise SetError(f"{path.name}: {key}: {about[key]}: write {' or '.join(allowed)}")
    rows = [(number, line.split("\t")) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    if not rows:
        raise SetError(f"{path.name}: no rows")
    first = tuple(cell.strip().lower() for cell in rows[0][1])
    form = COLUMNS.get(first)
    rows = rows[1:] if form else rows
    form = form or _form_of(path, rows)
    width = next(len(columns) for columns, name in COLUMNS.items() if name == form)
    cases = []
    for number, cells in rows:
        if len(cells) != width:
            raise SetError(f"{path.name}:{number}: {len(cells)} columns: write {width}, separated by tabs")
        try:
            cases.append(_case(form, [cell.strip() for cell in cells]))
        except ValueError as error:
            raise SetError(f"{path.name}:{number}: {error}") from None
    named = {key.replace(" ", "_"): value for key, value in about.items()}
    return LabelledSet(path.stem, form, tuple(cases), **named)


def _form_of(path: Path, rows: list[tuple[int, list[str]]]) -> Form:
    """Tell the form of a file without column names by the number of its columns and by the levels."""
    width = len(rows[0][1])
    if width == 4:
        return "signs" if all(cells[2].strip() in LEVELS for _, cells in rows if len(cells) == 4) else "said"
    if width in (2, 3):
        return "questions" if width == 3 else "harmless"
    raise SetError(f"{path.name}: {width} columns: write a first row with one of {', '.join(map(' '.join, COLUMNS))}")


def _case(form: Form, cells: list[str]) -> Case:
    utterance, kind = cells[0], cells[-1] or "-"
    if form == "said":
        return Case(utterance, kind, labels=tuple(_labels(cells[1], cells[2])))
    if form == "signs":
        if cells[2] not in LEVELS:
            raise ValueError(f"level {cells[2]}: write one of {' '.join(LEVELS)}")
        return Case(utterance, kind, signs=tuple(cells[1].replace(" ", "").split("|")), level=cells[2])
    return Case(utterance, kind, topic=cells[1] if form == "questions" else "")


def _labels(intents: str, slots: str) -> Iterator[Label]:
    """Pair the alternatives of both columns; a column with one alternative goes with each of the other."""
    left, right = intents.split("|"), slots.split("|")
    length = max(len(left), len(right))
    if {len(left), len(right)} - {1, length}:
        raise ValueError(f"{len(left)} intents and {len(right)} alternatives of slots: write as many, or one")
    for names, pairs in zip(left * (length // len(left)), right * (length // len(right)), strict=True):
        yield _label(tuple(name.strip() for name in names.split("/")), pairs)


def _label(intents: tuple[str, ...], pairs: str) -> Label:
    values: dict[str, tuple[str, ...]] = {}
    forbidden: dict[str, str] = {}
    optional: set[str] = set()
    for pair in pairs.replace(",", " ").split():
        found = _PAIR.fullmatch(pair)
        if not found:
            raise ValueError(f"slot {pair}: write Slot=value or Slot!value")
        slot, sign, value = found.groups()
        if sign != "=":
            forbidden[slot] = value
            continue
        if value.endswith("?"):
            optional.add(slot)
        values[slot] = tuple(value.removesuffix("?").split("/"))
    return Label(intents, values, frozenset(optional), forbidden)
