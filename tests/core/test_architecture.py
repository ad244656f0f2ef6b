"""The architecture: imports run down the layers only, one package knows the SDK, one writes markup."""

from __future__ import annotations

import ast
from pathlib import Path

SKILL = Path(__file__).parents[2] / "skill"

#: From the ground up. A module imports from the layers below its own and from its own package.
#: Two packages of one layer know nothing of each other.
LAYERS = [
    {"core"},
    {"settings"},
    {"dialogue", "loading"},
    {"alexa"},
    {"server", "simulator"},
    {"tools"},
    {"cli"},
    {"__main__"},
]
LAYER = {package: number for number, packages in enumerate(LAYERS) for package in packages}


def package_of(path: Path) -> str:
    """Return the package, or the module that stands beside the packages, to which a file belongs."""
    return path.relative_to(SKILL).with_suffix("").parts[0]


def imports(path: Path) -> set[str]:
    """Return what a file imports, as dotted names; `from a import b` counts as a.b and as a."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def sources() -> list[Path]:
    return sorted(path for path in SKILL.rglob("*.py") if path != SKILL / "__init__.py")


def test_imports_run_down_the_layers_only() -> None:
    wrong = []
    for path in sources():
        package = package_of(path)
        for name in imports(path):
            other = name.removeprefix("skill.").partition(".")[0]
            if name.startswith("skill.") and other != package and other in LAYER and LAYER[other] >= LAYER[package]:
                wrong.append(f"{path.relative_to(SKILL)} imports {name}")
    assert not wrong


def test_every_package_has_its_layer() -> None:
    assert {package_of(path) for path in sources()} == set(LAYER)


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {
        ".".join(path.relative_to(SKILL.parent).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sources()
    }
    below = {name: {other for other in imports(path) if other in modules} for name, path in modules.items()}
    # A package stands for its __init__, which may import what is inside of it.
    below = {name: {other for other in others if not name.startswith(f"{other}.")} for name, others in below.items()}
    while ready := [name for name, others in below.items() if not others & below.keys() - {name}]:
        for name in ready:
            del below[name]
    assert not below


def test_only_the_edges_know_the_sdk() -> None:
    for path in sources():
        if any(name.startswith("ask_sdk") for name in imports(path)):
            assert package_of(path) in ("alexa", "simulator", "server"), path


def test_the_dialogue_has_no_clock_and_no_input_or_output() -> None:
    forbidden = {"time", "datetime", "os", "pathlib", "random", "logging", "json", "socket", "threading"}
    for path in sources():
        if package_of(path) in ("core", "dialogue"):
            assert not imports(path) & forbidden, path


def test_only_the_edges_write_markup() -> None:
    for path in sources():
        if package_of(path) in ("simulator", "server", "cli") or path.is_relative_to(SKILL / "alexa" / "render"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "<speak" not in node.value, path
                assert "<break" not in node.value, path
