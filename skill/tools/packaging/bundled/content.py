"""The content as it was when packaged, in place of the module that reads it from files, which takes 17 ms of a cold start.

Only the language that is spoken is loaded. It has what the function's rooms use of `skill.loading.content`, and no more.
"""

import sys
from functools import lru_cache
from typing import Any

from skill.core.locale import Locale, in_locale
from skill.core.schema import ContentLibrary


@lru_cache(maxsize=1)
def library() -> ContentLibrary:
    """Return all of the content but the words; raises ContentError if it is not in the bundle."""
    content: ContentLibrary = _compiled("skill.content.library").LIBRARY
    return content


@lru_cache(maxsize=32)
def words(locale: str) -> Locale:
    """Return the words for a locale such as en-GB; without its language, English with its own country's numbers."""
    language = locale.partition("-")[0]
    known = language in _compiled("skill.content.library").LANGUAGES
    spoken: Locale = _compiled(f"skill.content.{language if known else 'en'}").WORDS
    return in_locale(spoken, locale, library().regions)


def alone(locale: str) -> str:
    """Return the one sentence that can be said when the rest of the content is not in the bundle."""
    texts: dict[str, str] = _compiled("skill.alone").SAY
    return texts.get(locale.partition("-")[0], texts["en"])


def _compiled(module: str) -> Any:
    try:
        __import__(module)
    except ImportError as error:
        from skill.loading.strict_table import ContentError

        file = f"{module.replace('.', '/')}.py"
        raise ContentError(file, "(file)", None, "this file: it is missing in the bundle") from error
    return sys.modules[module]
