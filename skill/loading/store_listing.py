"""The store listing: `store/` read strictly, and what Amazon would refuse in it, by file and key.

`skill.toml` is the same in every language, `<language>.toml` is one language's prose, and `mine.toml`, which is not in the
repository, is what only the person who deploys knows. The limits are those of the fields in the developer console,
as far as they are known: Amazon's pages do not give them all.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from skill.loading import interaction_model, spoken_language
from skill.loading.content_files import read
from skill.loading.strict_table import ContentError, Table

STORE = Path(__file__).parents[2] / "store"

WAKE_WORD = "Alexa"
LENGTHS = {"name": 50, "summary": 160, "description": 4000, "news": 4000}  #: characters, at most
TESTING = 4000  #: characters of the testing instructions, at most
PHRASES, PHRASE = 3, 200  #: how many example phrases, and characters of each, at most
KEYWORDS, KEYWORD = 30, 150  #: how many keywords, and characters of each, at most
#: Of the categories in Amazon's manifest schema, those in which a skill of this kind may stand.
CATEGORIES = ("EXERCISE_AND_WORKOUT", "HEALTH_AND_FITNESS", "SELF_IMPROVEMENT")
#: What the code has a use for, by the names of Amazon's manifest: what it does not use, Amazon refuses.
PERMISSIONS, EVENTS = ("alexa::alerts:reminders:skill:readwrite",), ("SKILL_DISABLED",)
#: The questions on privacy and compliance, by their names in the manifest; every one has to be answered.
ANSWERS = (
    *("allowsPurchases", "usesPersonalInfo", "isChildDirected", "isExportCompliant", "containsAds", "usesHealthInfo"),
)

REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1")  #: from which Alexa calls a function
_HOST = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
#: with the alias, which alone it may call (template.yaml); a version has a number
_FUNCTION = rf"arn:aws:lambda:({'|'.join(REGIONS)}):\d{{12}}:function:[\w-]{{1,64}}:(?!\d+$)[\w-]{{1,128}}"
_SERVER = rf"https://{_HOST}(/[\w./~-]*)?"
_PAGE = rf"https://{_HOST}(:\d+)?(/\S*)?"
#: what stands in mine.example.toml, and is nobody's own
_EXAMPLE = re.compile(
    r"skill\.[0-]+$|:123456789012:|(?<![\w-])example\.(com|net|org)(?![\w-]|\.\w)|^Your name", re.IGNORECASE
)
_SKILL_ID = r"amzn1\.ask\.skill\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@dataclass(frozen=True)
class Viewport:
    """Screens of one mode and shape; the least and the most, in density-independent pixels."""

    mode: str
    shape: str
    width: tuple[int, int]
    height: tuple[int, int]


@dataclass(frozen=True)
class Everywhere:
    """What is the same in every language; `answers` by their names in the manifest."""

    category: str
    permissions: tuple[str, ...]
    events: tuple[str, ...]
    testing: str
    answers: Mapping[str, bool]
    viewports: tuple[Viewport, ...]


@dataclass(frozen=True)
class Listing:
    """One language's listing. The last three are words that Amazon refuses: in the name, in the invocation name, anywhere."""

    language: str
    locales: tuple[str, ...]
    name: str
    summary: str
    description: str  #: with the disclaimer at its end
    phrases: tuple[str, ...]
    keywords: tuple[str, ...]
    news: str
    task: str  #: what the Alexa app calls the task that a routine may run
    never_in_name: tuple[str, ...]
    never_in_invocation: tuple[str, ...]
    never_claimed: tuple[str, ...]


@dataclass(frozen=True)
class Pages:
    """Where everybody can read the two pages of one language."""

    privacy: str
    terms: str


@dataclass(frozen=True)
class Provider:
    """Who answers for the skill as it is published; the contact is an e-mail address or a page."""

    name: str
    contact: str


@dataclass(frozen=True)
class Mine:
    """What only the person who deploys knows. All of it may be missing, for it becomes known step by step."""

    skill_id: str | None = None
    region: str | None = None  #: of the function
    endpoint: str | None = None
    certificate: str = "Trusted"  #: of an endpoint over HTTPS
    countries: tuple[str, ...] = ()
    provider: Provider | None = None
    pages: Mapping[str, Pages] = field(default_factory=dict)

    def missing(self, spoken: tuple[str, ...]) -> tuple[str, ...]:
        """The keys that have to be filled in before a submission in these languages, in the order in which they become known."""
        keys = {
            "skill_id": self.skill_id,
            "region": self.region,
            "endpoint": self.endpoint,
            "provider": self.provider,
            **{f"pages.{language}": self.pages.get(language) for language in spoken},
        }
        if _is_server(self.endpoint):  # so there is no function
            del keys["region"]
        return tuple(key for key, value in keys.items() if value is None)


def languages(store: Path = STORE) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in store.glob("*.toml") if re.fullmatch("[a-z]{2}", path.stem)))


def everywhere(store: Path = STORE) -> Everywhere:
    table = read(store / "skill.toml", store)
    answers = table.table("answers")
    found = Everywhere(
        category=table.choice("category", CATEGORIES),
        permissions=table.names("permissions", PERMISSIONS),
        events=table.names("events", EVENTS),
        testing=_text(table, "testing", TESTING),
        answers={key: _answer(answers, key) for key in ANSWERS},
        viewports=tuple(_viewport(row) for row in table.rows("viewports")),
    )
    answers.close()
    table.close()
    return found


def _answer(table: Table, key: str) -> bool:
    if not table.has(key):
        raise table.refuse(key, "true or false")
    return table.flag(key)


def _viewport(row: Table) -> Viewport:
    mode, shape = row.choice("mode", ("HUB", "TV")), row.choice("shape", ("ROUND", "RECTANGLE"))
    found = Viewport(mode, shape, _span(row, "width"), _span(row, "height"))
    row.close()
    return found


def _span(row: Table, key: str) -> tuple[int, int]:
    least, _, most = _text(row, key).partition("-")
    if not (least.isdecimal() and most.isdecimal() and int(least) <= int(most)):
        raise row.refuse(key, 'the least and the most, as in "100-599"')
    return int(least), int(most)


def listing(language: str, store: Path = STORE) -> Listing:
    table = read(store / f"{language}.toml", store)
    never = table.table("never")
    found = Listing(
        language=language,
        locales=table.names("locales"),
        name=_text(table, "name"),
        summary=_text(table, "summary"),
        description=f"{_text(table, 'description')}\n\n{_text(table, 'disclaimer')}",
        phrases=table.names("phrases"),
        keywords=table.names("keywords"),
        news=_text(table, "news"),
        task=_text(table, "task"),
        never_in_name=never.names("name"),
        never_in_invocation=never.names("invocation"),
        never_claimed=never.names("claims"),
    )
    never.close()
    table.close()
    return found


def mine(store: Path = STORE) -> Mine:
    """What `mine.toml` says, nothing where there is none; raises ContentError where a value cannot be right."""
    file = store / "mine.toml"
    if not file.exists():
        return Mine()
    if file.read_bytes().startswith(BOM_UTF8):  # as some editors on Windows save it
        raise ContentError("store/mine.toml", "(file)", "a byte-order mark", "UTF-8 without one")
    table = read(file, store)
    pages, known = {}, languages(store)
    offered = table.table("pages", optional=True)
    for language, row in offered.rest():
        if language not in known:
            raise offered.refuse(language, f"no such language (known: {', '.join(known)})")
        pages[language] = Pages(*(_like(row, page, _PAGE, "its address, https://…") for page in ("privacy", "terms")))
        row.close()
    identity = "what `ask deploy` prints: amzn1.ask.skill.…"
    found = Mine(
        skill_id=_like(table, "skill_id", _SKILL_ID, identity, None),
        region=table.choice("region", REGIONS, None),
        endpoint=_endpoint(table),
        certificate=table.choice("certificate", ("Trusted", "Wildcard"), "Trusted"),
        countries=table.names("countries", default=()),
        provider=_provider(table.table("provider", optional=True)) if table.has("provider") else None,
        pages=pages,
    )
    if len(set(found.countries)) < len(found.countries):
        raise table.refuse("countries", "each country once")
    if table.has("certificate") and found.endpoint and not _is_server(found.endpoint):
        raise table.refuse("certificate", "none beside the ARN of a function: only an address over HTTPS has one")
    table.close()
    return found


def _endpoint(table: Table) -> str | None:
    expected = "the ARN that ends in the function's alias, in a region that Alexa calls; or https://… with neither port nor query"
    found: str | None = _like(table, "endpoint", f"{_FUNCTION}|{_SERVER}", expected, None)
    region = table.text("region", None)
    if found is None:
        return None
    if not _is_server(found):
        if region and f":{region}:" not in found:
            raise table.refuse("endpoint", f"an ARN in the region {region}, or another `region`")
        return found
    host = found.split("/")[2]
    if re.fullmatch(r"[\d.]+", host) and not _is_public(host):
        raise table.refuse("endpoint", "an address that Alexa can reach from outside")
    return found


def _is_server(endpoint: str | None) -> bool:
    """Whether it is a server of one's own, over HTTPS, and not a function."""
    return endpoint is not None and endpoint.startswith("https:")


def _is_public(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def _provider(table: Table) -> Provider:
    contact = _like(table, "contact", rf"[^\s@]+@{_HOST}|{_PAGE}", "an e-mail address, or a page https://…")
    found = Provider(_own(table, "name", _text(table, "name")), contact)
    table.close()
    return found


def _like(table: Table, key: str, pattern: str, expected: str, *default: None) -> Any:
    if not (table.has(key) or default):
        raise table.refuse(key, expected)
    value = table.text(key, *default)
    if value is not None and not re.fullmatch(pattern, value, re.ASCII):
        raise table.refuse(key, expected)
    return _own(table, key, value)


def _own(table: Table, key: str, value: Any) -> Any:
    """The value, which is not the example's."""
    if value is not None and _EXAMPLE.search(value):
        raise table.refuse(key, "your own; this is the example's")
    return value


def _text(table: Table, key: str, most: int | None = None) -> str:
    value: str = table.text(key).strip()
    if most and len(value) > most:
        raise table.refuse(key, f"at most {most} characters")
    return value


# --- what Amazon would refuse -----------------------------------------------------------------------------------------


def problems(store: Path = STORE, models: Path = interaction_model.MODELS) -> Iterator[ContentError]:
    """What Amazon would refuse in any language's listing and interaction model, and a language that lacks one of its files."""
    everywhere(store)
    reference = interaction_model.read(models / "en")
    for language in sorted({*languages(store), *interaction_model.languages(models)}):
        spoken, model = listing(language, store), interaction_model.read(models / language)
        wake_words = spoken_language.load(language, models).wake_words
        yield from interaction_model.problems(model, reference, spoken.never_in_invocation, wake_words)
        yield from _listing(model.invocation, spoken)


def _listing(invocation: str, spoken: Listing) -> Iterator[ContentError]:
    file = f"store/{spoken.language}.toml"
    for locale in spoken.locales or ("",):
        if not re.fullmatch(f"{spoken.language}-[A-Z]{{2}}", locale):
            yield ContentError(file, "locales", locale, f"locales of this language, as in {spoken.language}-XX")
    for key, most in LENGTHS.items():
        if len(text := getattr(spoken, key)) > most:
            yield ContentError(file, key, f"{len(text)} characters", f"at most {most}")
    for key, texts, count, most in (
        ("phrases", spoken.phrases, PHRASES, PHRASE),
        ("keywords", spoken.keywords, KEYWORDS, KEYWORD),
    ):
        if not 1 <= len(set(texts)) == len(texts) <= count:
            yield ContentError(file, key, f"{len(texts)} of them", f"1 to {count}, each once")
        for number, text in enumerate(texts):
            if not 1 <= len(text.strip()) <= most:
                yield ContentError(file, f"{key}[{number}]", text, f"1 to {most} characters")
    for number, phrase in enumerate(spoken.phrases):
        woken = phrase.startswith(f"{WAKE_WORD}, ")
        if (woken or number == 0) and not (woken and invocation in phrase.lower()):
            yield ContentError(
                file, f"phrases[{number}]", phrase, f'"{WAKE_WORD}, " and the invocation name {invocation!r}'
            )
    for word in _found(spoken.never_in_name, spoken.name):
        yield ContentError(file, "name", word, "a name without it")
    said = (spoken.name, spoken.summary, spoken.description, spoken.news, *spoken.keywords, *spoken.phrases)
    for word in _found(spoken.never_claimed, " ".join(said)):
        yield ContentError(file, "never.claims", word, "a listing that does not claim it")


def _found(words: tuple[str, ...], text: str) -> Iterator[str]:
    for word in words:
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield word
