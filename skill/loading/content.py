"""The content that ships with the skill, read once: the tables, the words of a locale, and what is said when both fail.

The function's package has a module of the same interface in its place, which reads no TOML.
"""

from functools import lru_cache
from pathlib import Path

from skill.core.locale import Locale
from skill.core.schema import ContentLibrary
from skill.loading.content_files import CONTENT, read
from skill.loading.content_tables import load
from skill.loading.locale_words import folder_of, load_words


def alone(locale: str, root: Path = CONTENT) -> str:
    """What can be said when other files of the content cannot be read; raises ContentError if not even this one can."""
    text: str = read(folder_of(locale, root) / "alone.toml", root).text("say")
    return text


@lru_cache(maxsize=1)
def library() -> ContentLibrary:
    """The content that ships with the skill, read once."""
    return load()


@lru_cache(maxsize=32)
def words(locale: str) -> Locale:
    """The words of a locale, read once."""
    return load_words(locale, library().regions)
