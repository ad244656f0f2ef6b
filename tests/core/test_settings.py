"""The settings: read in one module, and listed in docs/OPERATIONS.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from skill import settings

ROOT = Path(__file__).parents[2]


def names(path: Path) -> set[str]:
    """The variables of the environment that a file names where it reads one."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "os.getenv"):
            found.add(ast.literal_eval(node.args[0]))
    return found


def test_each_setting_is_read_in_one_room() -> None:
    """What Lambda tells of itself (AWS_...) is no setting."""
    room = Path(settings.__file__)
    others = {path: names(path) for path in (ROOT / "skill").rglob("*.py") if path != room}
    assert not {name for found in others.values() for name in found if not name.startswith("AWS_")}, others


def test_the_page_lists_each() -> None:
    listed = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")))
    read = names(Path(settings.__file__)) | names(ROOT / "gunicorn.conf.py")
    assert read
    assert read <= listed
