"""The house: imports run one way, one room knows the SDK, one room writes markup."""

from __future__ import annotations

import ast
from pathlib import Path

SKILL = Path(__file__).parents[2] / "skill"

#: From the ground up: a room may import those before it, and nothing after it.
ORDER = [
    "body",
    "settings",
    "preferences",
    "tables",
    "score",
    "words",
    "entries",
    "adapt",
    "named",
    "reply",
    "dialogue.ask",
    "dialogue.conversation",
    "dialogue.turn",
    "dialogue.sets",
    "dialogue.care",
    "dialogue.ladder",
    "dialogue.relief",
    "dialogue.lasting",
    "dialogue.talk",
    "dialogue.questions",
    "dialogue.signs",
    "dialogue.interrupt",
    "dialogue",
    "render.ssml",
    "render.apla",
    "render.lettering",
    "render.apl",
    "render",
    "library",
    "alexa.observe",
    "alexa.session",
    "alexa.handover",
    "alexa.request",
    "alexa.deadline",
    "alexa.store.row",
    "alexa.store.sqlite",
    "alexa.store.dynamodb",
    "alexa.store",
    "alexa.keeping",
    "alexa.service",
    "alexa.reminders",
    "alexa.errands",
    "alexa.response",
    "alexa.handlers",
    "alexa.ready",
    "alexa.passage",
    "alexa.entry",
    "alexa",
    "sound",
    "play",
    "pathdata",
    "interaction",
    "tongue",
    "storefront",
    "check.given",
    "check.references",
    "check.wording",
    "check.sets",
    "check.listened",
    "check",
    "packaging.bundled.logs",
    "packaging.bundled.records",
    "packaging.bundled.library",
    "packaging.bundled.lambda_handler",
    "packaging.bundled",
    "packaging.runtimes",
    "packaging.content",
    "packaging.sdk",
    "packaging.function",
    "packaging.skill_package",
    "packaging.command",
    "packaging",
    "speaker.spoken",
    "speaker.clock_words",
    "speaker.gazetteer",
    "speaker.hearing",
    "speaker.envelope",
    "speaker.handover",
    "speaker.markup",
    "speaker.audio",
    "speaker.performance",
    "speaker.countdown",
    "speaker.schema",
    "speaker.voice",
    "speaker.strict",
    "speaker.session",
    "speaker.desk",
    "speaker.transcript",
    "speaker.aloud",
    "speaker.listing",
    "speaker.script",
    "speaker.terminal",
    "speaker",
    "endpoint.adapter",
    "endpoint.answered",
    "endpoint.signature",
    "endpoint.worker",
    "endpoint.app",
    "endpoint",
    "bedside.nightstand",
    "bedside.routes",
    "bedside",
    "server",
    "__main__",
]


def room(path: Path) -> str:
    return ".".join(path.relative_to(SKILL).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """What a file imports, as dotted names; `from a import b` counts as a.b and as a."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def sources() -> list[Path]:
    return sorted(SKILL.rglob("*.py"))


def test_imports_run_downward_only() -> None:
    for path in sources():
        name = room(path)
        if name == "__init__":  # no code
            continue
        for imported in imports(path):
            below = imported.removeprefix("skill.")
            if imported.startswith("skill.") and below in ORDER and below != name:
                package_of_own = name.startswith(f"{below}.")
                assert package_of_own or ORDER.index(below) < ORDER.index(name), f"{name} imports {below}"


def test_every_room_has_its_place() -> None:
    assert {room(path) for path in sources()} == {"__init__", *ORDER}
    assert len(ORDER) == len(set(ORDER))


def test_only_the_edge_knows_the_sdk() -> None:
    for path in sources():
        if any(name.startswith("ask_sdk") for name in imports(path)):
            assert room(path).partition(".")[0] in ("alexa", "speaker", "endpoint"), path


def test_the_dialogue_has_no_clock_and_no_input_or_output() -> None:
    forbidden = {"time", "datetime", "os", "pathlib", "random", "logging", "json", "socket", "threading"}
    for path in sources():
        if room(path).partition(".")[0] in ("body", "score", "entries", "adapt", "reply", "dialogue", "words"):
            assert not imports(path) & forbidden, path


def test_only_the_renderers_write_markup() -> None:
    for path in sources():
        if room(path).partition(".")[0] in ("render", "speaker", "endpoint", "server"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "<speak" not in node.value, path
                assert "<break" not in node.value, path
