"""The interaction model of a language: what people may say, read strictly from its folder, and what Amazon would refuse in it.

A language's folder in `interaction_model/` holds

    model.toml            the invocation name, slots of Amazon's own types, how many sentences a template may become
    rules.txt             rules that every template may use: `<my> = (my|the|this)`
    intents/NAME.txt      an intent: one sentence template a line
    slots/NAME.txt        a slot and its type, which has the same name: a heading `[id]`, below it one template a line; the first
                          sentence of the first line is the value's canonical name
    language.toml         how people talk to Alexa in this language: see `spoken_language`

`sentence_templates` has the notation.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skill.loading import content_files, sentence_templates
from skill.loading.sentence_templates import Line, Rules, TemplateFile
from skill.loading.strict_table import ContentError, Table

MODELS = Path(__file__).parents[2] / "interaction_model"
KINDS = ("intents", "slots")  #: the folders of a language
SENSITIVITIES = ("LOW", "MEDIUM", "HIGH")  #: of Amazon's out-of-domain model

# The limits are those that developers report; Amazon's pages do not give them all.
SIZE = 1_500_000  #: bytes of one locale's model, at most
SAMPLE, NAME = 200, 140  #: characters of a sample, and of a slot value's name or synonym, at most
INTENTS, INTENTS_AND_TYPES = 250, 350  #: of one locale, at most
INVOCATION = (2, 50)  #: characters of an invocation name

# As they are said: lower case, numbers spelled out, no punctuation but the apostrophe and the hyphen.
_WORD = r"[^\W\d_A-Z]+(?:['’-][^\W\d_A-Z]+)*'?"
_SAID = re.compile(rf"{_WORD}(?: {_WORD})*")
_SAMPLE = re.compile(rf"(?:{_WORD}|\{{\w+\}})(?: (?:{_WORD}|\{{\w+\}}))*")
_INVOCATION = re.compile(r"[^\W\d_]+(?:['. ]{1,2}[^\W\d_]+)+")
_SLOT = re.compile(r"\{(\w+)\}")
_RULE = re.compile(r"<(\w+)>")
_CARRIER = re.compile(r"(?:[^\W\d_A-Z]|['’\-\[\](|)* ])+")

Json = dict[str, Any]


@dataclass(frozen=True)
class Intent:
    """An intent's samples, and its slots with their types."""

    samples: tuple[str, ...]
    slots: Mapping[str, str]


@dataclass(frozen=True)
class SharedCarriers:
    """Carriers that some intents share, with the reason why one of these intents may be heard for another.

    A carrier is a sample with `*` for each slot, as in "i'm *": Alexa may fill a slot with what its type does not list. Each is
    written as a template, `[yes|no] i'm *`, and has a pattern that a carrier without its spaces matches.
    """

    key: str  #: of the entry in model.toml
    reason: str
    intents: tuple[str, ...]
    carriers: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True)
class Model:
    """One language's model; `types` has, for each id of a slot type, the value's name and its synonyms."""

    folder: str  #: as messages name it
    invocation: str
    sensitivity: str
    intents: Mapping[str, Intent]
    types: Mapping[str, Mapping[str, tuple[str, ...]]]
    lines: Mapping[tuple[str, str], Line]  #: of an intent's sample or a type's value: the template that it is from
    shared: tuple[SharedCarriers, ...] = ()
    findings: tuple[ContentError, ...] = field(default=(), compare=False)  #: what is wrong, but can be read

    def intent_file(self, name: str) -> str:
        """Return an intent's file as messages name it."""
        return f"{self.folder}/intents/{name}.txt"

    def type_file(self, name: str) -> str:
        """Return a slot type's file as messages name it."""
        return f"{self.folder}/slots/{name}.txt"

    def error(self, owner: str, text: str, expected: str) -> ContentError:
        """Return what is wrong with a sample of an intent, or a value of a type, by its template's file and line."""
        if line := self.lines.get((owner, text)):
            return line.error(text, expected)
        file = self.intent_file(owner) if owner in self.intents else self.type_file(owner)
        return ContentError(file, "(file)", text, expected)


def languages(models: Path = MODELS) -> tuple[str, ...]:
    """Return the languages that have a folder."""
    return tuple(sorted(path.name for path in models.iterdir() if path.is_dir() and not path.name.startswith(".")))


def of(locale: str) -> Model:
    """Return the model of a locale's language; raises ValueError where there is none."""
    language = locale.partition("-")[0]
    if language not in languages():
        raise ValueError(f"no interaction model for {locale}: {MODELS.name}/{language} is missing")
    return read(MODELS / language)


def read(folder: Path) -> Model:
    """Read a language's folder; raises ContentError for the first thing in it that cannot be read."""
    name = f"{folder.parent.name}/{folder.name}"
    table = content_files.read(folder / "model.toml", folder.parent)
    builtin = table.table("slots", optional=True).texts()
    caps, pairs = table.table("caps"), table.table("pairs", optional=True)
    rows = table.rows("shared", optional=True)
    invocation, sensitivity = table.text("invocation_name"), table.choice("fallback_sensitivity", SENSITIVITIES)
    table.close()
    rules_file = f"{name}/rules.txt"
    shared = sentence_templates.read_file(folder / "rules.txt", rules_file)
    for line in shared.sections[""]:
        raise line.error(line.text, "rules alone, as in <my> = (my|the|this)")
    builder = _Builder(shared, caps, pairs, folder, name)
    types = {kind: builder.values(kind) for kind in builder.names("slots")}
    for slot in types.keys() & builtin.keys():
        raise ContentError(f"{name}/model.toml", f"slots.{slot}", builtin[slot], "a slot that has no file in slots/")
    known = {**builtin, **{kind: kind for kind in types}}
    intents = {intent: builder.intent(intent, known) for intent in builder.names("intents")}
    caps.close()
    pairs.close()
    used = {slot for intent in intents.values() for slot in intent.slots}
    for slot in sorted(known.keys() - used):
        file = f"{name}/model.toml" if slot in builtin else f"{name}/slots/{slot}.txt"
        builder.findings.append(ContentError(file, slot, None, "a template that has this slot"))
    return Model(
        folder=name,
        invocation=invocation,
        sensitivity=sensitivity,
        intents=intents,
        types=types,
        lines=builder.lines,
        shared=tuple(_shared_carriers(row, shared.rules) for row in rows),
        findings=(*builder.findings, *builder.rules.unused()),
    )


def _shared_carriers(row: Table, rules: Mapping[str, Line]) -> SharedCarriers:
    carriers = {}
    for carrier in row.names("carriers"):
        text = carrier
        while (rule := _RULE.search(text)) and rule[1] in rules:
            text = text.replace(rule[0], f"({rules[rule[1]].text})")
        if not _CARRIER.fullmatch(text):
            raise row.refuse("carriers", 'carriers as in "[yes|no] i\'m *", with rules of rules.txt alone')
        plain = re.escape(re.sub(r"\s+", "", text))
        for written, pattern in ((r"\[", "(?:"), (r"\]", ")?"), (r"\(", "(?:"), (r"\)", ")"), (r"\|", "|")):
            plain = plain.replace(written, pattern)
        try:
            carriers[carrier] = re.compile(plain)
        except re.error:
            raise row.refuse("carriers", sentence_templates.NOTATION) from None
    found = SharedCarriers(row.key, row.text("reason"), row.names("intents"), carriers)
    row.close()
    return found


class _Builder:
    """Expands the files of one language."""

    def __init__(self, shared: TemplateFile, caps: Table, pairs: Table, folder: Path, name: str) -> None:
        self.rules = Rules({}, shared.rules)
        self.lines: dict[tuple[str, str], Line] = {}
        self.findings: list[ContentError] = []
        self._shared, self._caps, self._folder, self._name = shared.rules, caps, folder, name
        self._default = caps.whole("default", 1)
        self._pairs, self._default_pairs = pairs, {kind: pairs.whole(kind, 0) for kind in KINDS if pairs.has(kind)}

    def names(self, kind: str) -> list[str]:
        """Return the names of the intents or of the slots, from the names of their files."""
        if not (self._folder / kind).is_dir():
            raise ContentError(f"{self._name}/{kind}", "(folder)", None, f"the {kind}, a file each")
        return sorted(path.stem for path in (self._folder / kind).glob("[!.]*.txt"))

    def intent(self, name: str, known: Mapping[str, str]) -> Intent:
        """Read an intent; `known` has the type of every slot."""
        (templates,) = self._read("intents", name, headings=False).values()
        slots: dict[str, str] = {}
        samples: dict[str, Line] = {}
        for line, sentences in templates:
            for slot in sorted({slot for sentence in sentences for slot in _SLOT.findall(sentence)}):
                if slot not in known:
                    raise line.error(f"{{{slot}}}", f"a slot that slots/ or model.toml has: {', '.join(sorted(known))}")
                slots[slot] = known[slot]
            for sentence in sentences:
                samples.setdefault(sentence, line)
        self.lines.update({(name, sample): line for sample, line in samples.items()})
        return Intent(tuple(samples), dict(sorted(slots.items())))

    def values(self, kind: str) -> dict[str, tuple[str, ...]]:
        """Read a slot's type: the names of each id."""
        values = {}
        for identity, templates in self._read("slots", kind, headings=True).items():
            names: dict[str, Line] = {}
            for line, sentences in templates:
                if "{" in line.text:
                    raise line.error(line.text, "a value without a slot in it")
                for sentence in sentences:
                    names.setdefault(sentence, line)
            if not names:
                raise ContentError(f"{self._name}/slots/{kind}.txt", f"[{identity}]", None, "a line below the heading")
            for sentence, line in names.items():
                self.lines[kind, sentence] = line
            values[identity] = tuple(names)
        return values

    def _read(self, folder: str, name: str, headings: bool) -> dict[str, list[tuple[Line, list[str]]]]:
        """Return the sentences of each line, by section."""
        path = self._folder / folder / f"{name}.txt"
        found = sentence_templates.read_file(path, f"{self._name}/{folder}/{name}.txt", headings)
        rules = Rules(self._shared, found.rules, self.rules)
        cap = self._caps.whole(name, 1) if self._caps.has(name) else self._default
        pairs = self._pairs.whole(name, 0) if self._pairs.has(name) else self._default_pairs.get(folder, cap)
        sections = {}
        for section, lines in found.sections.items():
            sections[section] = [(line, self._expanded(line, rules, cap, pairs)) for line in lines]
        self.findings += rules.unused()
        return sections

    def _expanded(self, line: Line, rules: Rules, cap: int, pairs: int) -> list[str]:
        sentences, needed = sentence_templates.expand(line, rules, cap, pairs)
        if needed > cap:
            expected = f"at most {cap}: split the template, or raise the cap of this file in model.toml"
            self.findings.append(line.error(f"a template whose words need {needed} sentences", expected))
        return sentences


# --- what Amazon is given ---------------------------------------------------------------------------------------------


def amazon_json(model: Model) -> Json:
    """Return the model as the developer console's JSON editor shows it."""
    intents: list[Json] = []
    for name, intent in model.intents.items():
        slots = [{"name": slot, "type": kind} for slot, kind in intent.slots.items()]
        intents.append({"name": name, **({"slots": slots} if slots else {}), "samples": list(intent.samples)})
    types = [
        {"name": kind, "values": [_value(identity, names) for identity, names in values.items()]}
        for kind, values in model.types.items()
    ]
    return {
        "interactionModel": {
            "languageModel": {
                "invocationName": model.invocation,
                "modelConfiguration": {"fallbackIntentSensitivity": {"level": model.sensitivity}},
                "intents": intents,
                "types": types,
            }
        }
    }


def _value(identity: str, names: tuple[str, ...]) -> Json:
    return {"id": identity, "name": {"value": names[0], "synonyms": list(names[1:])}}


def size(model: Model) -> int:
    """Return the bytes of Amazon's JSON, without spaces."""
    return len(json.dumps(amazon_json(model), ensure_ascii=False, separators=(",", ":")).encode())


# --- what Amazon would refuse -----------------------------------------------------------------------------------------


def problems(
    model: Model, reference: Model, never: tuple[str, ...], wake_words: tuple[str, ...]
) -> Iterator[ContentError]:
    """Yield all that does not fit; `reference` is the English model, `never` the words that an invocation name may not have."""
    yield from model.findings
    yield from _invocation(model, {*never, *wake_words})
    yield from _samples(model, frozenset(wake_words))
    yield from _values(model)
    yield from _as_in(model, reference)
    if len(model.intents) > INTENTS:
        yield ContentError(f"{model.folder}/intents", "(folder)", f"{len(model.intents)} intents", f"at most {INTENTS}")
    if (several := len(model.intents) + len(model.types)) > INTENTS_AND_TYPES:
        yield ContentError(model.folder, "(folder)", f"{several} intents and slots", f"at most {INTENTS_AND_TYPES}")
    if (found := size(model)) > SIZE:
        yield ContentError(model.folder, "(folder)", f"{found} bytes of Amazon's JSON", f"at most {SIZE}")


def _invocation(model: Model, never: set[str]) -> Iterator[ContentError]:
    file, key, name = f"{model.folder}/model.toml", "invocation_name", model.invocation
    if not (_INVOCATION.fullmatch(name) and name == name.lower() and INVOCATION[0] <= len(name) <= INVOCATION[1]):
        yield ContentError(file, key, name, "two words or more of lower-case letters, at most 50 characters")
    for word in name.split():
        if word in never:
            yield ContentError(file, key, word, "no word that wakes, launches or joins")


def _samples(model: Model, wake_words: frozenset[str]) -> Iterator[ContentError]:
    owners = defaultdict(list)
    for name, intent in model.intents.items():
        for sample in intent.samples:
            owners[sample].append(name)
            if not _SAMPLE.fullmatch(sample) or len(sample) > SAMPLE:
                yield model.error(name, sample, f"lower-case words as they are said, at most {SAMPLE} characters")
            if name.startswith("AMAZON.") and "{" in sample:
                yield model.error(name, sample, "a sentence without a slot: Amazon's own intents have none")
            if (slots := Counter(_SLOT.findall(sample))) and slots.most_common(1)[0][1] > 1:
                yield model.error(name, sample, "each slot once in a sentence")
            if wake_words.intersection(sample.split()) or model.invocation in sample:
                yield model.error(name, sample, "neither a wake word nor the invocation name")
    for sample, names in owners.items():
        for name in names if len(names) > 1 else ():
            others = ", ".join(other for other in names if other != name)
            yield model.error(name, sample, f"a sentence that no other intent has: {others} has it too")


def _values(model: Model) -> Iterator[ContentError]:
    for kind, values in model.types.items():
        owners: dict[str, list[str]] = defaultdict(list)
        for identity, names in values.items():
            for name in names:
                owners[name].append(identity)
                if not _SAID.fullmatch(name) or len(name) > NAME:
                    yield model.error(kind, name, f"lower-case words as they are said, at most {NAME} characters")
        for name, ids in owners.items():
            if len(ids) > 1:
                yield model.error(kind, name, f"a value that one id has: {', '.join(ids)} have it")


def _as_in(model: Model, reference: Model) -> Iterator[ContentError]:
    """The code knows the intents, slots and ids of the English model; another language has the same."""
    for name in sorted(model.intents.keys() ^ reference.intents.keys()):
        has = "no such file: English has no such intent" if name in model.intents else "this file: English has it"
        yield ContentError(model.intent_file(name), "(file)", name if name in model.intents else None, has)
    for name in sorted(model.intents.keys() & reference.intents.keys()):
        if model.intents[name].slots != reference.intents[name].slots:
            expected = ", ".join(f"{slot}: {kind}" for slot, kind in reference.intents[name].slots.items()) or "none"
            found = ", ".join(f"{slot}: {kind}" for slot, kind in model.intents[name].slots.items()) or "none"
            yield ContentError(model.intent_file(name), "slots", found, expected)
        if reference.intents[name].samples and not model.intents[name].samples:
            yield ContentError(model.intent_file(name), "(file)", "no template", "at least one")
    for kind in sorted(model.types.keys() | reference.types.keys()):
        ids, wanted = set(model.types.get(kind, ())), set(reference.types.get(kind, ()))
        for identity in sorted(ids ^ wanted):
            yield ContentError(model.type_file(kind), f"[{identity}]", None, "the ids of English, no more and no fewer")
