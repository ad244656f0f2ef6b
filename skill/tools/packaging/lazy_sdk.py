"""Change Amazon's packages in the bundle, so that they start in a third of the time.

Nothing that they do is changed, only when they load what they need, and what of them is there at all:

- **Lazy packages.** A package of models imports all of its classes, and each class has a module of its own: 279 modules for one
  request that needs 40. Here a package imports a class when it is first asked for (PEP 562).
- **Postponed imports.** What one rare function needs is imported in that function, not at the top of its module.
- **Decimals.** Nothing is one where nobody has imported `decimal`, so the serialiser does not either.
- **Unused models.** A model that no request can hold and no code imports stays out (`reached`).

Every change must find what it changes; where a new version of the SDK looks otherwise, packaging fails and says so.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from skill.tools.packaging.runtimes import NotPackaged

PACKAGES = ("ask_sdk_core", "ask_sdk_model", "ask_sdk_runtime")
#: brings a client for each of Alexa's services; only a skill that is built with an `api_client` makes one, and ours is not
UNUSED = {"ask_sdk_model.services.ServiceClientFactory"}
REQUEST = "ask_sdk_model.request_envelope.RequestEnvelope"

#: imports that are moved into the functions that use them, by file
POSTPONED = {
    "ask_sdk_core/skill.py": {"ServiceClientFactory", "ApiConfiguration"},
    "ask_sdk_core/response_helper.py": {"ExperimentTriggerResponse", "PlainText", "RichText", "TextContent"},
}
#: in each model's module: it is for printing only, and brings `dataclasses` and `inspect`
PRINTING = {"pprint"}

SERIALISER = "ask_sdk_core/serialize.py"
DECIMAL = "isinstance(obj, decimal.Decimal)"
DECIMAL_IF_IMPORTED = "'decimal' in sys.modules and isinstance(obj, sys.modules['decimal'].Decimal)"
#: what is written otherwise, by file
REWRITTEN = (
    (SERIALISER, "import decimal\n", ""),
    (SERIALISER, DECIMAL, DECIMAL_IF_IMPORTED),
)

_LAZY = """

_HOMES = {homes!r}
__all__ = [*_HOMES]


def __getattr__(name):
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}") from None
    found = globals()[name] = getattr(__import__(f"{{__name__}}.{{home}}", fromlist=[name]), name)
    return found


def __dir__():
    return sorted({{*globals(), *_HOMES}})
"""
_MODEL = re.compile(r"(?:list\[|dict\(\w+, )*(ask_sdk_model(?:\.\w+)+)[\])]*")


def rewrite(site: Path, ours: Iterable[Path]) -> None:
    """Change the SDK that is installed in `site` for the function, whose own sources are `ours`."""
    kept = reached(site, ours)
    for path in sorted((site / "ask_sdk_model").rglob("*.py")):
        if path not in kept:
            path.unlink()
        elif path.name != "__init__.py" and "pprint" in (text := path.read_text(encoding="utf-8")):
            path.write_text(postponed(text, PRINTING, str(path)), encoding="utf-8")
    for name, names in POSTPONED.items():
        path = site / name
        path.write_text(postponed(path.read_text(encoding="utf-8"), names, name), encoding="utf-8")
    for package in PACKAGES:
        for path in sorted((site / package).rglob("__init__.py")):
            path.write_text(lazy(path.read_text(encoding="utf-8"), path.parent), encoding="utf-8")
    for name, old, new in REWRITTEN:
        text = (site / name).read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise NotPackaged(f"{name} has not once what is to be written otherwise: {old.strip()}")
        (site / name).write_text(text.replace(old, new), encoding="utf-8")
    _drop_empty(site / "ask_sdk_model")


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the SDK's escape sequences
        return ast.parse(text)


def _drop_empty(folder: Path) -> None:
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.rglob("*.py")):
            for left in path.iterdir():  # py.typed
                left.unlink()
            path.rmdir()


def lazy(text: str, folder: Path) -> str:
    """Return a package's `__init__`, changed to import the classes of its own modules when they are asked for."""
    homes: dict[str, str] = {}
    lines = text.splitlines(keepends=True)
    for node in _parsed(text).body:
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module and not (folder / node.module).is_dir():
            if (folder / f"{node.module}.py").exists():  # and not an unused model
                homes.update({alias.name: node.module for alias in node.names})
            _blank(lines, node)
    rest = "".join(lines)
    used = {node.id for node in ast.walk(_parsed(rest)) if isinstance(node, ast.Name)}
    if used & homes.keys():
        raise NotPackaged(f"{folder.name}/__init__.py uses {', '.join(sorted(used & homes.keys()))} itself")
    return rest.rstrip() + _LAZY.format(homes=homes) if homes else rest


def postponed(text: str, names: set[str], where: str) -> str:
    """Return the module with the imports of these names moved into the functions that use them; raises NotPackaged."""
    tree = _parsed(text)
    lines = text.splitlines(keepends=True)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) and _bound(node) & names]
    if {name for node in imports for name in _bound(node)} != names:
        raise NotPackaged(f"{where} does not import {', '.join(sorted(names))} as it did")
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {node for function in functions for node in ast.walk(function)}
    outside = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in inside}
    if outside & names:
        raise NotPackaged(f"{where}: {', '.join(sorted(outside & names))} is used outside of functions")
    places = [place for function in functions for place in _places(function.body, imports)]
    for before, statement in sorted(places, key=lambda place: place[0].lineno, reverse=True):
        lines.insert(before.lineno - 1, f"{' ' * before.col_offset}{ast.unparse(statement)}\n")
    for node in imports:
        _blank(lines, node)
    return "".join(lines)


def _places(block: list[ast.stmt], imports: list[ast.Import | ast.ImportFrom]) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """Yield the first statement of each block that uses what an import binds, with that import."""
    missing = list(imports)
    for statement in block:
        lists = [value for value in vars(statement).values() if value and isinstance(value, list)]
        blocks = [value for value in lists if isinstance(value[0], ast.stmt)]
        below = {node for inner in blocks for child in inner for node in ast.walk(child)}
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and node not in below}
        for node in [node for node in missing if _bound(node) & used]:
            yield statement, node
            missing.remove(node)
        if not isinstance(statement, ast.FunctionDef):  # which is looked at for itself
            for inner in blocks:
                yield from _places(inner, missing)


def _bound(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {alias.asname or alias.name for alias in node.names}


def _blank(lines: list[str], node: ast.stmt) -> None:
    for number in range(node.lineno - 1, node.end_lineno or node.lineno):
        lines[number] = "\n"


def reached(site: Path, ours: Iterable[Path]) -> set[Path]:
    """Return the modules of ask_sdk_model that the function can need.

    Those are what the SDK and our own sources import, and what can come in: from the envelope's class on, each class names the
    classes of its fields, and those of its kinds, as texts. A response is not read, so its classes stay out unless imported.
    """
    found: set[Path] = set()
    read: set[Path] = set()
    waiting = [(path, True) for path in _homes(site, [REQUEST])]
    code = [path for path in site.glob("ask_sdk_*/**/*.py") if not path.is_relative_to(site / "ask_sdk_model")]
    for path in (*code, *ours):
        waiting += [(home, False) for home in _homes(site, _imported(path, site))]
    while waiting:
        path, comes_in = waiting.pop()
        if path in (read if comes_in else found):
            continue
        found.add(path)
        if path.name == "__init__.py":
            continue
        found.update(folder / "__init__.py" for folder in path.parents if site in folder.parents)
        waiting += [(home, False) for home in _homes(site, _imported(path, site))]
        if comes_in or path.is_relative_to(site / "ask_sdk_model" / "services"):  # a service's answers come in as well
            read.add(path)
            waiting += [(home, True) for home in _homes(site, _named(path))]
    return found


def _homes(site: Path, names: Iterable[str]) -> Iterator[Path]:
    """Yield the files of classes, given with their module or their package; the SDK also names some that it has not."""
    for name in names:
        module, _, last = name.rpartition(".")
        folder = site.joinpath(*module.split("."))
        package = folder / "__init__.py"
        files = (folder.with_suffix(".py"), folder / f"{last}.py", folder / last / "__init__.py", package)
        home = next((path for path in files if path.exists()), None)
        if home == package:
            for node in _parsed(package.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ImportFrom) and node.module and last in _bound(node):
                    home = folder / f"{node.module}.py"
        if home is not None:
            yield home


def _imported(path: Path, site: Path) -> Iterator[str]:
    """Yield what a module imports of the models, with dots, without what it imports for a type checker only."""
    tree = _parsed(path.read_text(encoding="utf-8"))
    for block in [node for node in ast.walk(tree) if isinstance(node, ast.If)]:
        if ast.unparse(block.test).endswith("TYPE_CHECKING"):
            block.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            above = path.relative_to(site).parts[: -node.level] if node.level and path.is_relative_to(site) else ()
            module = ".".join((*above, *([node.module] if node.module else [])))
            if module.partition(".")[0] == "ask_sdk_model":
                yield from {f"{module}.{name}" for name in _bound(node)} - UNUSED


def _named(path: Path) -> Iterator[str]:
    """Yield the classes that a model names as texts: those of its fields, and its subclasses."""
    for node in ast.walk(_parsed(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (match := _MODEL.fullmatch(node.value)):
            yield match[1]
