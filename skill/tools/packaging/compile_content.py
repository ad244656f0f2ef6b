"""Write the content as Python: what is otherwise read from some seventy files at every start."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from skill.loading import content
from skill.loading.content_files import LANGUAGES
from skill.loading.locale_words import load_words

HEAD = '"""Made by `package` out of content/: change that."""\n'


def sources() -> dict[str, str]:
    """Return the modules that hold the content, by their paths in the bundle: one without words, and one for each language."""
    alone = {language: content.alone(language) for language in LANGUAGES}
    made = {
        "skill/content/__init__.py": HEAD,
        "skill/content/library.py": _module(LIBRARY=content.library(), LANGUAGES=LANGUAGES),
        "skill/alone.py": _module(SAY=alone),
    }
    for language in LANGUAGES:
        made[f"skill/content/{language}.py"] = _module(WORDS=load_words(language, {}))
    return made


def _module(**named: object) -> str:
    needed: set[type] = set()
    values = [f"{name} = {_written(value, needed)}" for name, value in named.items()]
    imports = sorted(f"from {kind.__module__} import {kind.__name__}" for kind in needed)
    return "\n".join((HEAD, *imports, "", *values, ""))


def _written(value: object, needed: set[type]) -> str:
    """Return an expression that makes an equal value; the types that it calls go into `needed`."""
    if value is None or type(value) in (str, int, float, bool):
        return repr(value)
    if isinstance(value, tuple):
        return f"({''.join(f'{_written(item, needed)}, ' for item in value)})"
    if isinstance(value, Mapping):
        pairs = (f"{_written(key, needed)}: {_written(item, needed)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    kind = type(value)
    needed.add(kind)
    if isinstance(value, Enum):
        return f"{kind.__name__}.{value.name}"
    if is_dataclass(value):
        return f"{kind.__name__}({', '.join(_written(getattr(value, field.name), needed) for field in fields(value))})"
    raise TypeError(f"content holds a {kind.__name__}, which cannot be written as Python")
