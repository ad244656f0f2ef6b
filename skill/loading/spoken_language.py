"""How people talk to Alexa in a language, and what Alexa asks by itself: `interaction_model/LANGUAGE/language.toml`, read strictly.

On a device all of this is Amazon's. The simulator needs it to be opened by the skill's name, to recognise a time of day, and to ask
as Alexa asks. The function in the cloud does not read it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from skill.loading.content_files import read
from skill.loading.interaction_model import MODELS, languages
from skill.loading.strict_table import Table

NUMBERS = 100  #: so many numbers have words, from nought on
EXAMPLES = 6  #: things to say that a page has room for
RUN_ON = "…"  #: in a contraction: the rest of the word
MOST = {"hour": 23, "minutes": 59}

_PLACE = re.compile(r"\{(hour|minutes)(?: (\d+)-(\d+))?\}")
_SHOWN = re.compile(
    r"(?P<hour>\d\d|\{hour(?P<before>-1)?\}):(?P<minutes>\d\d|\{(?:(?P<base>\d\d)(?P<sign>[+-]))?minutes\})"
)
_BRACED = re.compile(r"\{[^{}]*\}")
#: a place, words of which one may be said, or words of which one is said
_PART = re.compile(r"\{[^{}]*\}|\[[^\[\]{}]+\]|[^\s\[\]{}]+")


@dataclass(frozen=True)
class Place:
    """A placeholder in a time form and, for numbers, its range."""

    name: str
    least: int = 0
    most: int = 0


#: A place, or words of which one is said, as they are written; "" for none.
Part = Place | tuple[str, ...]
TIME, DAY_PART = Place("time"), Place("part", 0, 23)


@dataclass(frozen=True)
class Shown:
    """How a spoken form maps to HH:MM.

    `hour` is fixed, or None where it is said; `before` takes one from it. `minutes` is the base, `said` the sign of the spoken
    minutes: +1, -1, or 0 for none.
    """

    hour: int | None
    before: bool
    minutes: int
    said: int


@dataclass(frozen=True)
class Times:
    """Times of day as they are said.

    `orders` are those of a time and a part of the day beside it; of such a part, `parts` has the first of the twelve hours that it
    means. `hours` are words for an hour beside its number.
    """

    forms: tuple[tuple[tuple[Part, ...], Shown], ...]
    orders: tuple[tuple[Part, ...], ...]
    parts: Mapping[str, int]
    hours: Mapping[str, int]


@dataclass(frozen=True)
class SpokenLanguage:
    """How people and Alexa talk in one language, as it is written."""

    wake_words: tuple[str, ...]
    launch_words: tuple[str, ...]
    connecting_words: tuple[str, ...]
    suffixes: tuple[str, ...]
    fillers: tuple[str, ...]
    light_words: tuple[str, ...]
    negators: tuple[str, ...]
    corrections: tuple[str, ...]
    gravest_first: tuple[str, ...]
    heard_anywhere: tuple[str, ...]
    needed_slots: tuple[str, ...]
    open_slots: tuple[str, ...]
    contractions: Mapping[str, str]
    numbers: tuple[str, ...]
    times: Times
    permission: str
    approvals: tuple[str, ...]
    offer: str
    examples: tuple[str, ...]


def of(locale: str) -> SpokenLanguage:
    """Return the language of a locale; a locale whose language has no interaction model is spoken to in English."""
    language = locale.partition("-")[0]
    return _read_once(language if language in languages() else "en")


@cache
def _read_once(language: str) -> SpokenLanguage:
    return load(language)


def load(language: str, models: Path = MODELS) -> SpokenLanguage:
    """Read one language's file; raises ContentError for the first thing in it that does not fit."""
    table = read(models / language / "language.toml", models)
    alexa = table.table("alexa")
    spoken = SpokenLanguage(
        wake_words=_some(table, "wake_words"),
        launch_words=_some(table, "launch_words"),
        connecting_words=table.names("connecting_words"),
        suffixes=table.names("suffixes"),
        fillers=table.names("fillers", default=()),
        light_words=table.names("light_words", default=()),
        negators=table.names("negators", default=()),
        corrections=table.names("corrections", default=()),
        gravest_first=table.names("gravest_first", default=()),
        heard_anywhere=table.names("heard_anywhere", default=()),
        needed_slots=table.names("needed_slots", default=()),
        open_slots=table.names("open_slots", default=()),
        contractions=_contractions(table.table("contractions", optional=True)),
        numbers=_some(table, "numbers"),
        times=_times(table.table("clock")),
        permission=_asking(alexa, "permission"),
        approvals=_some(alexa, "approvals"),
        offer=_asking(alexa, "offer", "{phrase}", "{wish}"),
        examples=_some(table, "examples"),
    )
    if len(set(spoken.numbers)) != NUMBERS or len(spoken.numbers) != NUMBERS:
        raise table.refuse("numbers", f"{NUMBERS} of them, from nought on, no two alike")
    if len(spoken.examples) > EXAMPLES:
        raise table.refuse("examples", f"at most {EXAMPLES}")
    for part in (alexa, table):
        part.close()
    return spoken


def _some(table: Table, key: str) -> tuple[str, ...]:
    found = table.names(key)
    if not found:
        raise table.refuse(key, "a list of texts, at least one")
    return found


def _asking(table: Table, key: str, *places: str) -> str:
    text: str = table.text(key)
    if sorted(_BRACED.findall(text)) != sorted(places) or re.search("[{}]", _BRACED.sub("", text)):
        raise table.refuse(key, f"a question with {' and '.join(places) or 'no places'}")
    return text


def _contractions(table: Table) -> dict[str, str]:
    found = table.texts()
    for run_together in found:
        if not run_together.strip(f"{RUN_ON} "):
            raise table.refuse(run_together, "some letters beside the …")
    return found


# --- times of day -----------------------------------------------------------------------------------------------------


def _times(table: Table) -> Times:
    times, parts, hours = table.table("times"), table.table("parts"), table.table("hours", optional=True)
    found = Times(
        forms=tuple(_form(times, said) for said in times.names_of_keys()),
        orders=tuple(_order(table, order) for order in _some(table, "orders")),
        parts={said: _hour(parts, said) for said in parts.names_of_keys()},
        hours={said: _hour(hours, said) for said in hours.names_of_keys()},
    )
    table.close()
    return found


def _hour(table: Table, key: str) -> int:
    hour = table.whole(key, 0)
    if hour > MOST["hour"]:
        raise table.refuse(key, f"an hour from 0 to {MOST['hour']}")
    return hour


def _form(table: Table, said: str) -> tuple[tuple[Part, ...], Shown]:
    parts = tuple(_parts(table, said, said))
    shown = _SHOWN.fullmatch(table.text(said))
    if shown is None:
        raise table.refuse(said, 'what a clock shows then, as in "{hour}:30", "{hour-1}:{60-minutes}" or "12:00"')
    fixed = shown["hour"].isdecimal(), shown["minutes"].isdecimal()
    wanted = [name for name, is_fixed in zip(MOST, fixed, strict=True) if not is_fixed]
    places = [part for part in parts if isinstance(part, Place)]
    if sorted(place.name for place in places) != wanted or any(place.most > MOST[place.name] for place in places):
        raise table.refuse(
            said, "the hour and the minutes that are said, each once, the hour up to 23, the minutes up to 59"
        )
    found = Shown(
        hour=int(shown["hour"]) if fixed[0] else None,
        before=shown["before"] is not None,
        minutes=int(shown["minutes"] if fixed[1] else shown["base"] or 0),
        said=0 if fixed[1] else -1 if shown["sign"] == "-" else 1,
    )
    span = next(((place.least, place.most) for place in places if place.name == "minutes"), (0, 0))
    if (found.hour or 0) > MOST["hour"] or not all(0 <= found.minutes + found.said * one < 60 for one in span):
        raise table.refuse(said, "an hour from 0 to 23 and minutes from 0 to 59, whatever is said")
    return parts, found


def _order(table: Table, order: str) -> tuple[Part, ...]:
    parts = tuple(_parts(table, "orders", order))
    places = [part for part in parts if isinstance(part, Place)]
    if sorted(place.name for place in places) != ["part", "time"]:
        raise table.refuse("orders", 'orders of {time} and {part}, as in "{time} {part}"')
    return parts


def _parts(table: Table, key: str, said: str) -> Iterator[Part]:
    """What is said, part by part: "half past|after {hour}", "{hour} [o'clock]", "{minutes 1-29} to {hour}"."""
    if not said.strip() or _PART.sub("", said).strip():
        raise table.refuse(key, "words, {places} and [what may be missing], each bracket with its other")
    for part in _PART.findall(said):
        if found := _PLACE.fullmatch(part):
            name = found[1]
            place = Place(name, int(found[2] or 0), int(found[3] or MOST[name]))
            if place.least > place.most:
                raise table.refuse(key, "numbers from the least to the most, as in {minutes 1-59}")
            yield place
        elif part.startswith("{"):
            yield DAY_PART if part == "{part}" else Place(part[1:-1])
        else:
            words = part.strip("[]").split("|")
            if not all(text.strip() for text in words):
                raise table.refuse(key, "words on both sides of each |")
            yield (*words, *([""] if part.startswith("[") else []))
