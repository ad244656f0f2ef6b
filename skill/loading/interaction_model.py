"""What Amazon would refuse in an interaction model, by file and key, so that nobody learns it only after an upload."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from skill.loading.strict_table import ContentError, Table

MODELS = Path(__file__).parents[2] / "interaction_model"

# The limits are those that developers report; Amazon's pages do not give them all.
SIZE = 1_500_000  #: bytes of one locale's model, at most
SAMPLE, NAME = 200, 140  #: characters of a sample, and of a slot value's name or synonym, at most
NAMES = 50_000  #: names and synonyms of all slot types together, at most
INVOCATION = (2, 50)  #: characters of an invocation name

# As they are said: lower case, numbers spelled out, no punctuation but the apostrophe and the hyphen.
_WORD = r"[^\W\d_A-Z]+(?:['’-][^\W\d_A-Z]+)*'?"
_SAID = re.compile(rf"{_WORD}(?: {_WORD})*")
_SAMPLE = re.compile(rf"(?:{_WORD}|\{{\w+\}})(?: (?:{_WORD}|\{{\w+\}}))*")
_INVOCATION = re.compile(r"[^\W\d_]+(?:['. ]{1,2}[^\W\d_]+)+")


@dataclass(frozen=True)
class Intent:
    """An intent's samples, and its slots with their types."""

    samples: tuple[str, ...]
    slots: Mapping[str, str]


@dataclass(frozen=True)
class Model:
    """One language's model; `types` has, for each id of a slot type, the value's name and its synonyms."""

    file: str
    invocation: str
    intents: Mapping[str, Intent]
    types: Mapping[str, Mapping[str, tuple[str, ...]]]
    size: int  #: bytes


def read(path: Path) -> Model:
    """One file, strictly: raises ContentError for what is missing, misspelt or not known to be allowed."""
    file = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        top = Table(file, "", json.loads(text))
    except FileNotFoundError:
        raise ContentError(file, "(file)", None, "this file") from None
    except ValueError as error:
        raise ContentError(file, "(file)", str(error), "JSON in UTF-8") from None
    inner = top.table("interactionModel")
    language = inner.table("languageModel")
    sensitivity = language.table("modelConfiguration").table("fallbackIntentSensitivity")
    sensitivity.choice("level", ("LOW", "MEDIUM", "HIGH"))
    model = Model(
        file=file,
        invocation=language.text("invocationName"),
        intents=dict(_intent(row) for row in _once(language, "intents")),
        types=dict(_type(row) for row in _once(language, "types")),
        size=len(json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")).encode()),
    )
    for table in (sensitivity, language, inner, top):
        table.close()
    return model


def _once(table: Table, key: str) -> Iterator[Table]:
    """The rows of a list, no two of one name."""
    seen: set[str] = set()
    for row in table.rows(key):
        if (name := row.text("name")) in seen:
            raise row.refuse("name", f"no second {name}")
        seen.add(name)
        yield row


def _intent(row: Table) -> tuple[str, Intent]:
    slots = {}
    for slot in row.rows("slots", optional=True):
        slots[slot.text("name")] = slot.text("type")
        slot.close()
    found = row.text("name"), Intent(row.names("samples"), slots)
    row.close()
    return found


def _type(row: Table) -> tuple[str, dict[str, tuple[str, ...]]]:
    values: dict[str, tuple[str, ...]] = {}
    for value in row.rows("values"):
        name, identity = value.table("name"), value.text("id")
        if identity in values:
            raise value.refuse("id", "no id twice")
        values[identity] = (name.text("value"), *name.names("synonyms", default=()))
        name.close()
        value.close()
    found = row.text("name"), values
    row.close()
    return found


# --- what Amazon would refuse -----------------------------------------------------------------------------------------


def problems(
    model: Model, reference: Model, never: tuple[str, ...], wake_words: tuple[str, ...]
) -> Iterator[ContentError]:
    """All that does not fit; `reference` is the English model, and `never` the words that an invocation name may not have."""
    yield from _invocation(model, {*never, *wake_words})
    yield from _samples(model, frozenset(wake_words))
    yield from _values(model)
    yield from _as_in(model, reference)
    if model.size > SIZE:
        yield ContentError(model.file, "(file)", f"{model.size} bytes", f"at most {SIZE}")


def _invocation(model: Model, never: set[str]) -> Iterator[ContentError]:
    key, name = "invocationName", model.invocation
    if not (_INVOCATION.fullmatch(name) and name == name.lower() and INVOCATION[0] <= len(name) <= INVOCATION[1]):
        yield ContentError(model.file, key, name, "two words or more of lower-case letters, at most 50 characters")
    for word in name.split():
        if word in never:
            yield ContentError(model.file, key, word, "no word that wakes, launches or joins")


def _samples(model: Model, wake_words: frozenset[str]) -> Iterator[ContentError]:
    times = Counter(sample for intent in model.intents.values() for sample in intent.samples)
    for name, intent in model.intents.items():
        for slot, kind in intent.slots.items():
            if kind not in model.types and not kind.startswith("AMAZON."):
                yield ContentError(model.file, f"{name}.slots.{slot}", kind, "a type that there is")
        for number, sample in enumerate(intent.samples):
            key, slots = f"{name}.samples[{number}]", re.findall(r"\{(\w*)\}", sample)
            if not _SAMPLE.fullmatch(sample) or len(sample) > SAMPLE:
                yield ContentError(
                    model.file, key, sample, f"lower-case words as they are said, at most {SAMPLE} characters"
                )
            if not set(slots) <= set(intent.slots) or len(set(slots)) < len(slots):
                yield ContentError(
                    model.file, key, sample, f"slots of {name}, each once: {', '.join(intent.slots) or 'none'}"
                )
            if times[sample] > 1:
                yield ContentError(model.file, key, sample, "no sample twice in all the model")
            if wake_words.intersection(sample.split()) or model.invocation in sample:
                yield ContentError(model.file, key, sample, "neither a wake word nor the invocation name")


def _values(model: Model) -> Iterator[ContentError]:
    for kind, values in model.types.items():
        owners: dict[str, list[str]] = defaultdict(list)
        for identity, names in values.items():
            for name in names:
                owners[name.casefold()].append(identity)
        for identity, names in values.items():
            for name in names:
                if not _SAID.fullmatch(name) or len(name) > NAME:
                    expected = f"lower-case words as they are said, at most {NAME} characters"
                    yield ContentError(model.file, f"{kind}.{identity}", name, expected)
                if len(owners[name.casefold()]) > 1:
                    others = ", ".join(owner for owner in owners[name.casefold()] if owner != identity) or identity
                    yield ContentError(
                        model.file, f"{kind}.{identity}", name, f"no name twice in one type: also {others}"
                    )
    if (count := sum(len(names) for values in model.types.values() for names in values.values())) > NAMES:
        yield ContentError(model.file, "types", f"{count} names", f"at most {NAMES}")


def _as_in(model: Model, reference: Model) -> Iterator[ContentError]:
    """The code knows the intents, slots and ids of the English model; another language has the same."""
    for name in sorted(model.intents.keys() ^ reference.intents.keys()):
        yield ContentError(model.file, "intents", name, "the intents of English, no more and no fewer")
    for name in sorted(model.intents.keys() & reference.intents.keys()):
        if model.intents[name].slots != reference.intents[name].slots:
            expected = ", ".join(f"{slot}: {kind}" for slot, kind in reference.intents[name].slots.items()) or "none"
            yield ContentError(model.file, f"{name}.slots", dict(model.intents[name].slots), expected)
        if reference.intents[name].samples and not model.intents[name].samples:
            yield ContentError(model.file, f"{name}.samples", [], "some")
    for kind in sorted(model.types.keys() | reference.types.keys()):
        ids, wanted = set(model.types.get(kind, ())), set(reference.types.get(kind, ()))
        for identity in sorted(ids ^ wanted):
            yield ContentError(model.file, kind, identity, "the ids of English, no more and no fewer")
