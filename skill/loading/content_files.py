"""The files of `content/`: which languages there are, and each file as a table, or what is wrong with it by line."""

import re
import tomllib
from pathlib import Path

from skill.loading.strict_table import ContentError, Table

CONTENT = Path(__file__).parents[1] / "content"
REPOSITORY = CONTENT.parents[1]


def languages(root: Path = CONTENT) -> tuple[str, ...]:
    return tuple(sorted(path.name for path in (root / "words").iterdir() if path.is_dir() and "-" not in path.name))


LANGUAGES = languages()


def shown(path: Path, root: Path = CONTENT) -> str:
    """A file's name in a message: from the repository on; of other content than the skill's own, from its folder on."""
    path, root = path.absolute(), root.absolute()
    return path.relative_to(REPOSITORY if path.is_relative_to(REPOSITORY) else root.parent).as_posix()


def read(path: Path, root: Path = CONTENT) -> Table:
    """One file as a table; raises ContentError naming the file, also where it is missing or is not TOML."""
    name = shown(path, root)
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors put a byte order mark before it
        return Table(name, "", tomllib.loads(text))
    except FileNotFoundError:
        raise ContentError(name, "(file)", None, "this file") from None
    except UnicodeDecodeError as error:
        raise ContentError(name, "(file)", f"byte {error.object[error.start]:#x}", "text in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(name, text, str(error)) from None


#: What tomllib says of common mistakes, and what to write instead.
_TOML_HELP = {
    "Cannot overwrite a value": "each key once in its table",
    "Cannot declare": "each table once",
    "Invalid statement": "`key = value`, `[table]`, or a comment that begins with #",
    "Invalid value": 'a value: a text in "quotation marks", a number, true or false, or a [list]',
    "Expected '=' after a key": "`key = value`",
    "Expected newline": 'one `key = value` a line; a quotation mark within a text is written \\"',
    "Illegal character": 'a text that ends on its own line, in "quotation marks"',
    "Unclosed array": "a list that ends in ]",
}


def _not_toml(name: str, text: str, problem: str) -> ContentError:
    """Return what is wrong with a file that is not TOML: its line, what stands there, and what to write instead."""
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", problem)
    number = int(place[1]) if place and place[1] else text.count("\n") + 1
    lines = [*text.splitlines(), ""]
    found = lines[min(number, len(lines)) - 1].strip()
    said = problem[: place.start()] if place else problem
    help_ = next((words for begins, words in _TOML_HELP.items() if said.startswith(begins)), f"TOML ({said})")
    return ContentError(name, f"line {number}", found, help_)
