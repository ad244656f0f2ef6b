"""What the bundle does otherwise than the packages it is made of, held against those packages."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import ask_sdk_core
import ask_sdk_model
import ask_sdk_runtime
import pytest

import skill
from skill.tools.packaging import lazy_sdk
from skill.tools.packaging.bundled import fast_dataclasses
from skill.tools.packaging.runtimes import NotPackaged
from tests.packaging.bundle import printed

#: Prints the module and name of each class that the bundle finds under the dotted names it is given, or what is wrong with it.
FIND = """
import json, sys
found = {}
for name in json.loads(sys.stdin.read()):
    package, _, last = name.rpartition(".")
    try:
        value = getattr(__import__(package, fromlist=[last]), last)
        found[name] = [getattr(value, "__module__", None), getattr(value, "__name__", None)]
    except Exception as error:
        found[name] = repr(error)
print(json.dumps(found))
"""


def _found(folder: Path, names: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(folder, FIND, json.dumps(names)))
    return found


def _packages() -> Iterator[ModuleType]:
    for top in (ask_sdk_core, ask_sdk_model, ask_sdk_runtime):
        yield top
        for found in pkgutil.walk_packages(top.__path__, f"{top.__name__}."):
            if found.ispkg:
                yield importlib.import_module(found.name)


def test_every_public_name_of_every_package_is_there_and_is_the_same(bundle: Path) -> None:
    folder = bundle / "function"
    expected = {}
    for package in _packages():
        if not folder.joinpath(*package.__name__.split(".")).is_dir():
            continue
        for name, value in vars(package).items():
            if name.startswith("_") or not isinstance(value, type | FunctionType):
                continue
            home = value.__module__
            stays = folder.joinpath(*home.split(".")).with_suffix(".py").exists() or not home.startswith(
                "ask_sdk_model"
            )
            if stays:
                expected[f"{package.__name__}.{name}"] = [home, value.__name__]
    assert len(expected) > 250
    assert _found(folder, sorted(expected)) == expected


def _named(kind: object) -> Iterator[str]:
    """The classes that a model names for its fields, and for the kinds that it comes in."""
    texts = [*getattr(kind, "deserialized_types", {}).values()]
    texts += getattr(kind, "discriminator_value_class_map", {}).values()
    for text in texts:
        inner = text.removeprefix("list[").removeprefix("dict(str, ").strip("])")
        if inner.startswith("ask_sdk_model."):
            yield inner


def test_every_class_that_a_request_can_hold_is_there(bundle: Path) -> None:
    expected: dict[str, Any] = {}
    waiting = ["ask_sdk_model.request_envelope.RequestEnvelope"]
    while waiting:
        name = waiting.pop()
        if name not in expected:
            module, _, last = name.rpartition(".")
            kind = getattr(importlib.import_module(module), last)
            expected[name] = [kind.__module__, kind.__name__]
            waiting += _named(kind)
    assert len(expected) > 150
    assert _found(bundle / "function", sorted(expected)) == expected


def test_models_that_no_request_can_hold_stay_out(bundle: Path) -> None:
    models = bundle / "function" / "ask_sdk_model"
    stock = Path(ask_sdk_model.__path__[0])
    assert not (models / "services" / "skill_messaging").exists()
    assert not (models / "interfaces" / "alexa" / "presentation" / "apl" / "animate_item_command.py").exists()
    assert len(list(models.rglob("*.py"))) < len(list(stock.rglob("*.py"))) / 2


def test_a_lazy_package_behaves_like_any_other(bundle: Path) -> None:
    program = """
import sys
import ask_sdk_model.ui as ui
assert "ask_sdk_model.ui.reprompt" not in sys.modules
assert "Reprompt" in dir(ui) and "Reprompt" in ui.__all__
assert ui.Reprompt is ui.Reprompt is sys.modules["ask_sdk_model.ui.reprompt"].Reprompt
assert not hasattr(ui, "NoSuchThing")
try:
    ui.NoSuchThing
except AttributeError as error:
    assert "'ask_sdk_model.ui' has no attribute 'NoSuchThing'" in str(error)
from ask_sdk_model.ui import *
assert SsmlOutputSpeech is ui.SsmlOutputSpeech
print(ui.Reprompt().to_str())
"""
    assert "output_speech" in printed(bundle / "function", program)


def test_the_imports_are_where_they_are_used() -> None:
    text = """\
import first
from second import (
    Third,
    Fourth)

def one():
    '''What it does.'''
    if first.ready:
        return Third()
    return Fourth()

def none():
    return 1
"""
    changed = lazy_sdk.postponed(text, {"Third", "Fourth"}, "example.py")
    assert "import first\n" in changed
    assert "        from second import Third, Fourth\n        return Third()\n" in changed
    assert "    from second import Third, Fourth\n    return Fourth()\n" in changed
    assert changed.count("second") == 2
    assert changed.splitlines().index("def none():") > 0
    for name in ("Fifth", "first"):
        with pytest.raises(NotPackaged, match=r"example\.py"):
            lazy_sdk.postponed(f"{text}\nelsewhere = first\n", {name}, "example.py")


def test_decimals_are_written_as_before(bundle: Path) -> None:
    program = """
import sys
from ask_sdk_core.serialize import DefaultSerializer
assert DefaultSerializer().serialize({"a": [1, "b"]}) == {"a": [1, "b"]}
assert "decimal" not in sys.modules
from decimal import Decimal
print(DefaultSerializer().serialize([Decimal("2.0"), Decimal("2.5")]))
"""
    assert printed(bundle / "function", program).strip() == "[2, 2.5]"


def _records() -> Iterator[type]:
    for found in pkgutil.walk_packages(skill.__path__, "skill."):
        if found.name.startswith(
            (
                "skill.core.vocabulary",
                "skill.core.schema",
                "skill.core.locale",
                "skill.core.timeline",
                "skill.core.output",
                "skill.core.personalize",
            )
        ) or (
            found.name.startswith(
                ("skill.dialogue", "skill.core.preferences", "skill.alexa.response", "skill.alexa.render")
            )
        ):
            for value in vars(importlib.import_module(found.name)).values():
                if dataclasses.is_dataclass(value) and isinstance(value, type) and value.__module__ == found.name:
                    yield value


def test_every_record_has_the_same_fields_and_defaults(bundle: Path) -> None:
    program = """
import importlib, json, sys
for name in json.loads(sys.stdin.read()):
    module, _, last = name.rpartition(".")
    kind = getattr(importlib.import_module(module), last)
    from skill.fast_dataclasses import MISSING, fields
    print(name, [(field.name, "-" if field.default is MISSING else repr(field.default)) for field in fields(kind)])
"""
    kinds = {f"{kind.__module__}.{kind.__name__}": kind for kind in _records()}
    assert len(kinds) > 25
    expected = []
    for name, kind in kinds.items():
        own = [(f.name, "-" if f.default is dataclasses.MISSING else repr(f.default)) for f in dataclasses.fields(kind)]
        expected.append(f"{name} {own}")
    assert printed(bundle / "function", program, json.dumps(list(kinds))).splitlines() == expected


def _made_by(library: Any) -> tuple[type, type, type]:
    class Inner:
        at: float
        names: tuple[str, ...] = ("a",)

    class Outer:
        inner: object
        table: dict[str, object] = library.field(default_factory=dict)
        last: int = 3

    class Loose:
        items: list[int] = library.field(default_factory=list)

    return library.dataclass(frozen=True)(Inner), library.dataclass(frozen=True)(Outer), library.dataclass(Loose)


@pytest.fixture(params=[dataclasses, fast_dataclasses], ids=["dataclasses", "records"])
def kinds(request: pytest.FixtureRequest) -> tuple[Any, Any, Any, Any]:
    """The same checks for the standard library's and for what stands for it: they cannot differ."""
    return (request.param, *_made_by(request.param))


def test_a_record_is_made_compared_and_shown_as_a_dataclass_is(kinds: tuple[Any, Any, Any, Any]) -> None:
    library, inner, outer, loose = kinds
    assert inner(1.0) == inner(at=1.0) == inner(1.0, ("a",)) != inner(2.0)
    assert hash(inner(1.0)) == hash(inner(1.0))
    assert inner(1.0) != outer(1.0)
    assert repr(outer(inner(1.0))).endswith("Inner(at=1.0, names=('a',)), table={}, last=3)")
    assert outer(None).table is not outer(None).table
    assert inner.names == ("a",)
    assert inner.__match_args__ == ("at", "names")
    assert library.replace(inner(1.0), at=4.0) == inner(4.0)
    anything: tuple[Any, ...] = (inner, inner(1.0), loose, int, {})
    assert [library.is_dataclass(value) for value in anything] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert [field.name for field in library.fields(outer)] == ["inner", "table", "last"]
    free = loose()
    free.items = [1]
    assert free == loose([1])


def test_a_record_refuses_what_a_dataclass_refuses(kinds: tuple[Any, Any, Any, Any]) -> None:
    library, inner, outer, loose = kinds
    wrong: tuple[tuple[tuple[Any, ...], dict[str, Any]], ...]
    wrong = (((), {}), ((1.0, (), 2), {}), ((1.0,), {"at": 2.0}), ((1.0,), {"x": 2.0}))
    for values, named in wrong:
        with pytest.raises(TypeError):
            inner(*values, **named)
    with pytest.raises(TypeError):
        library.replace(inner(1.0), x=2.0)
    with pytest.raises(library.FrozenInstanceError):
        inner(1.0).at = 2.0
    with pytest.raises(library.FrozenInstanceError):
        del outer(None).last
    with pytest.raises(TypeError):
        hash(loose())
