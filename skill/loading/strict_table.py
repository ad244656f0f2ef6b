"""Reading a content file strictly: what is missing, misspelt or of the wrong kind is refused by file and key."""

from collections.abc import Collection, Iterator
from datetime import date
from math import inf
from typing import Any


class ContentError(Exception):
    """Content that does not fit; the message names the file, the key, what stands there and what was expected."""

    def __init__(self, file: str, key: str, found: object, expected: str) -> None:
        super().__init__(f"{file}: {key}: found {found!r}, expected {expected}")
        self.file = file
        self.key = key


_MISSING = object()


class Table:
    """One table of a file. Every key must be taken; `close` refuses the rest."""

    def __init__(self, file: str, key: str, data: object) -> None:
        if not isinstance(data, dict):
            raise ContentError(file, key or "(top)", data, "a table")
        self.file, self.key, self._data, self._taken = file, key, data, set[str]()

    def _path(self, key: str) -> str:
        return f"{self.key}.{key}" if self.key else key

    def refuse(self, key: str, expected: str) -> ContentError:
        return ContentError(self.file, self._path(key), self._data.get(key), expected)

    def _take(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        self._taken.add(key)
        value = self._data.get(key, _MISSING)
        if value is _MISSING:
            if default is _MISSING:
                raise ContentError(self.file, self._path(key), None, expected)
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.refuse(key, expected)
        return value

    def text(self, key: str, default: Any = _MISSING) -> Any:
        value = self._take(key, str, "a text", default)
        if value is not default and not value.strip():
            raise self.refuse(key, "some words")
        return value

    def seconds(self, key: str, default: Any = _MISSING, least: float = 0.0, most: float = inf) -> Any:
        return self.number(key, default, least, most, "a number of seconds")

    def number(
        self, key: str, default: Any = _MISSING, least: float = -inf, most: float = inf, what: str = "a number"
    ) -> Any:
        if most < inf:
            what += f", {least:g} to {most:g}"
        elif least > -inf:
            what += f", {least:g} or more"
        value = self._take(key, (int, float), what, default)
        if value is not None and not (least <= value <= most and -inf < value < inf):  # TOML knows `nan` and `inf` too
            raise self.refuse(key, what)
        return None if value is None else float(value)

    def whole(self, key: str, least: int) -> int:
        expected = f"a whole number, {least} or more"
        value: int = self._take(key, int, expected, _MISSING)
        if value < least:
            raise self.refuse(key, expected)
        return value

    def date(self, key: str, default: Any = _MISSING) -> Any:
        return self._take(key, date, "a date, such as 2026-11-30", default)

    def flag(self, key: str, default: bool = False) -> bool:
        return bool(self._take(key, bool, "true or false", default))

    def choice(self, key: str, allowed: Collection[str], default: Any = _MISSING) -> Any:
        value = self._take(key, str, f"one of {', '.join(sorted(allowed))}", default)
        if value is not default and value not in allowed:
            raise self.refuse(key, f"one of {', '.join(sorted(allowed))}")
        return value

    def names(
        self, key: str, allowed: Collection[str] | None = None, default: Any = _MISSING, what: str = "a list of texts"
    ) -> tuple[str, ...]:
        expected = what if allowed is None else f"a list of {', '.join(sorted(allowed))}"
        value = self._take(key, list, expected, default)
        for item in value:
            if not isinstance(item, str) or not (item.strip() if allowed is None else item in allowed):
                raise self.refuse(key, expected)
        return tuple(value)

    def sources(self) -> tuple[str, ...]:
        """Whose word it is; nothing is said that is nobody's."""
        whose = "whose word it is: a list of ids of sources.toml"
        names = self.names("sources", what=whose)
        if not names:
            raise self.refuse("sources", whose)
        return names

    def table(self, key: str, optional: bool = False) -> "Table":
        return Table(self.file, self._path(key), self._take(key, dict, "a table", {} if optional else _MISSING))

    def rows(self, key: str, optional: bool = False) -> "list[Table]":
        rows = self._take(key, list, "a list of tables", [] if optional else _MISSING)
        return [Table(self.file, f"{self._path(key)}[{number}]", row) for number, row in enumerate(rows)]

    def has(self, key: str) -> bool:
        return key in self._data

    def texts(self) -> dict[str, str]:
        """A table of texts whose keys are ids of the content's own."""
        return {key: self.text(key) for key in self._data}

    def kind_of(self, key: str) -> type | None:
        return type(self._data[key]) if key in self._data else None

    def names_of_keys(self) -> tuple[str, ...]:
        return tuple(self._data)

    def rest(self) -> Iterator[tuple[str, "Table"]]:
        """The tables whose keys are ids of the content's own."""
        for key in self._data:
            if key not in self._taken:
                yield key, self.table(key)

    def close(self) -> None:
        for key in self._data:
            if key not in self._taken:
                raise self.refuse(key, f"no such key (known: {', '.join(sorted(self._taken)) or 'none'})")
