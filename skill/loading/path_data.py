"""SVG path data, read strictly: what every screen draws alike, and nothing that one of them would guess at."""

import re
from collections.abc import Iterator

Point = tuple[float, float]

#: how many numbers each command takes; an arc's two flags count as numbers
TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "A": 7, "Z": 0}
_TOKEN = re.compile(r"\s*(?:([A-Za-z])|(,?)\s*([-+]?(?:\d+\.?\d*|\.\d+)))")


class PathError(ValueError):
    """Path data that a screen might not draw; the message says what was expected."""


def points(path: str) -> Iterator[Point]:
    """Every point that a path names, control points too, in absolute coordinates; raises PathError where it does not parse."""
    at = start = (0.0, 0.0)
    drawn = False
    for command, numbers in _commands(path):
        if not drawn and command not in "Mm":
            raise PathError("a path that begins with M")
        drawn = True
        kind, (dx, dy) = command.upper(), at if command.islower() else (0.0, 0.0)
        if kind == "Z":
            at = start
            continue
        if kind == "A" and not (numbers[0] > 0 < numbers[1] and {numbers[3], numbers[4]} <= {0.0, 1.0}):
            raise PathError("an arc with two radii above 0 and two flags of 0 or 1")
        if kind == "H":
            named = [(numbers[0] + dx, at[1])]
        elif kind == "V":
            named = [(at[0], numbers[0] + dy)]
        else:
            pairs = numbers[5:] if kind == "A" else numbers
            named = [(x + dx, y + dy) for x, y in zip(pairs[::2], pairs[1::2], strict=True)]
        yield from named
        at = named[-1]
        if kind == "M":
            start = at


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with its numbers; a letter may be left out where it repeats, and after M it then means L."""
    tokens = list(_tokens(path))
    if not tokens:
        raise PathError("a path")
    command = ""
    while tokens:
        if isinstance(tokens[0], str):
            command = tokens[0]
            del tokens[0]
            if command.upper() not in TAKES:
                raise PathError(f"one of the commands {' '.join(TAKES)}, or lower case")
        elif not command or command in "Zz":
            raise PathError("a command before each row of numbers")
        wanted = TAKES[command.upper()]
        numbers = [token for token in tokens[:wanted] if isinstance(token, float)]
        if len(numbers) != wanted:
            raise PathError(f"{wanted} numbers after {command}")
        del tokens[:wanted]
        yield command, numbers
        command = {"M": "L", "m": "l"}.get(command, command)


def _tokens(path: str) -> Iterator[str | float]:
    end, may_separate = 0, False
    while path[end:].strip():
        match = _TOKEN.match(path, end)
        if not match or (match[2] and not may_separate):
            raise PathError(f"commands and numbers, not {path[end:].strip()[0]!r}")
        letter, _, number = match.groups()
        yield letter or float(number)
        end, may_separate = match.end(), not letter
