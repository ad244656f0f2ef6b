"""The locales that the simulator knows: those of the store listings, for the languages whose interaction model is here."""

from __future__ import annotations

from functools import cache

from skill.core.vocabulary import LOCALES
from skill.loading import interaction_model, store_listing


@cache
def known_locales() -> tuple[str, ...]:
    """Return the locales in which the skill is offered; for a language without a listing yet, all that Alexa has of it."""
    listed = store_listing.languages()
    found: list[str] = []
    for language in interaction_model.languages():
        if language in listed:
            found += store_listing.listing(language).locales
        else:
            found += sorted(locale for locale in LOCALES if locale.startswith(f"{language}-"))
    return tuple(found)


def checked_locale(text: str) -> str:
    """Return a locale in Amazon's spelling, such as en-GB; a language alone is its first locale.

    Raises ValueError with the locales that there are.
    """
    wanted = text.replace("_", "-").casefold()
    for locale in known_locales():
        if wanted in (locale.casefold(), locale.partition("-")[0]):
            return locale
    raise ValueError(f"there is no locale {text!r}; there are {', '.join(known_locales())}")
