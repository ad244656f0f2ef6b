"""Records, in place of the standard library's `dataclasses`, which takes 25 ms of a cold start.

`dataclasses` imports `inspect`, and writes and compiles source text for every class; here, classes share their methods. This does
what the function's rooms use and no more: `dataclass` with and without `frozen`, defaults and default factories, equality, hash,
repr, `replace`, `fields`, `is_dataclass`. A test compares every class of the bundle with what `dataclasses` makes of it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Record = TypeVar("Record")


class _Missing:
    """Marks a field without a default."""


MISSING = _Missing()


class FrozenInstanceError(AttributeError):
    """Somebody tried to change a record."""


class Field:
    """A field by its name; `default` is MISSING where there is none, or where there is a factory instead."""

    def __init__(self, name: str, default: Any, factory: Callable[[], Any] | None) -> None:
        self.name, self.default, self.factory = name, default, factory


class _Later:
    """What `field` leaves in the class body until `dataclass` has seen it."""

    def __init__(self, factory: Callable[[], Any]) -> None:
        self.factory = factory


def field(*, default_factory: Callable[[], Any]) -> Any:
    """Mark a field whose default is made anew for each record."""
    return _Later(default_factory)


def dataclass(cls: Any = None, /, *, frozen: bool = False) -> Any:
    """Make a class of records; used with or without brackets, as the standard library's."""
    return _record(cls, frozen) if cls is not None else lambda found: _record(found, frozen)


def _record(cls: Any, frozen: bool) -> Any:
    names = tuple(cls.__annotations__)
    found = []
    for name in names:
        default = cls.__dict__.get(name, MISSING)
        if isinstance(default, _Later):
            delattr(cls, name)
            found.append(Field(name, MISSING, default.factory))
        else:
            found.append(Field(name, default, None))
    shared = {
        "__dataclass_fields__": {field.name: field for field in found},
        "__match_args__": names,
        "_defaults": {field.name: field.default for field in found if field.default is not MISSING},
        "_factories": tuple((field.name, field.factory) for field in found if field.factory),
        "__init__": __init__,
        "__eq__": __eq__,
        "__repr__": __repr__,
        "__hash__": __hash__ if frozen else None,
    }
    for name, value in {**shared, **(_FROZEN if frozen else {})}.items():
        setattr(cls, name, value)
    return cls


def __init__(self: Any, *values: Any, **named: Any) -> None:
    names, state = self.__match_args__, self.__dict__
    if len(values) == len(names) and not named:
        state.update(zip(names, values, strict=True))
        return
    for name, factory in self._factories:
        if name not in named and names.index(name) >= len(values):
            named[name] = factory()
    state.update(self._defaults)
    state.update(zip(names, values, strict=False))  # too many values are found below
    state.update(named)
    if len(values) > len(names) or not named.keys().isdisjoint(names[: len(values)]) or state.keys() != set(names):
        raise TypeError(f"{type(self).__qualname__} has other fields than these: {len(values)} values, {sorted(named)}")


def _values(record: Any) -> tuple[Any, ...]:
    return tuple([record.__dict__[name] for name in record.__match_args__])


def __eq__(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def __hash__(self: Any) -> int:
    return hash(_values(self))


def __repr__(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__match_args__)})"


def __setattr__(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def __delattr__(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_FROZEN: dict[str, Any] = {"__setattr__": __setattr__, "__delattr__": __delattr__}


def replace(record: Record, /, **changes: Any) -> Record:
    """Return the record with other values in some fields; raises TypeError for a field that it has not."""
    held: Any = record
    changed: Record = type(held)(**{**{name: held.__dict__[name] for name in held.__match_args__}, **changes})
    return changed


def fields(record: Any) -> tuple[Field, ...]:
    """Return the fields of a record, or of a class of records, in order."""
    return tuple(record.__dataclass_fields__.values())


def is_dataclass(value: Any) -> bool:
    """Return True for a record, or a class of records."""
    return hasattr(value, "__dataclass_fields__")
