"""What is listened for and offered: each language's interaction model against the content, and the store's listings."""

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

from skill.core.schema import ContentLibrary
from skill.dialogue import INTENT_HANDLERS, TWINS
from skill.loading import interaction_model, store_listing
from skill.loading.content_files import languages, shown
from skill.loading.interaction_model import MODELS, Model
from skill.loading.strict_table import ContentError
from skill.tools.check import utterances

Problems = Iterator[ContentError]


def problems(content: ContentLibrary, models: Path = MODELS) -> Problems:
    for language in interaction_model.languages(models):
        model = interaction_model.read(models / language)
        yield from _ids(model, content)
        yield from _graver_first(model, content)
        if language == "en":  # the other languages are held to English
            yield from _intents(model)


def summary(model: Model) -> str:
    """Tell how much a model holds."""
    samples = sum(len(intent.samples) for intent in model.intents.values())
    values = sum(len(names) for ids in model.types.values() for names in ids.values())
    size = interaction_model.size(model) / 1000
    return f"{len(model.intents)} intents, {samples} sentences, {values} values, {size:.0f} kB of Amazon's JSON"


def readings(content: ContentLibrary, models: Path = MODELS) -> Problems:
    """Yield what people may say that has two intents or two meanings of different urgency."""
    for language in interaction_model.languages(models):
        yield from utterances.problems(interaction_model.read(models / language), urgency(content))


def urgency(content: ContentLibrary) -> utterances.Urgency:
    """Return what two readings of one text must agree on: the sign's level, the limit, the position, a place that is no leg."""

    def of(filled: Mapping[str, str]) -> Hashable:
        signs = [content.signs.get(filled[slot]) for slot in ("Sign", "Finding") if slot in filled]
        levels = tuple(sign.level if sign else None for sign in signs)
        place = filled.get("Site") if filled.get("Site") in content.elsewhere else None
        return levels, filled.get("Limit"), filled.get("Position"), place

    return of


def _ids(model: Model, content: ContentLibrary) -> Problems:
    """The ids of the model are those of the content, and all that has to be said to be given is there."""
    known, found = content.slot_ids(), dict[str, set[str]]()
    slots = {kind: slot for intent in model.intents.values() for slot, kind in intent.slots.items()}
    for kind, values in model.types.items():
        slot = slots.get(kind)
        if slot not in known:
            continue
        found[slot] = set(values)
        for identity, names in values.items():
            if identity not in known[slot]:
                yield ContentError(model.type_file(kind), f"[{identity}]", names[0], f"an id of {slot}")
    # All that the code and the content know can be said; of the signs, some come up in other ways.
    wanted = {slot: ids for slot, ids in known.items() if slot != "Finding"} | {"Sign": _signs_said(content)}
    for slot, ids in wanted.items():
        for missing in sorted(ids - found.get(slot, set())):
            yield ContentError(model.type_file(slot), f"[{missing}]", None, f"this id of {slot}, with what people say")


def _signs_said(content: ContentLibrary) -> set[str]:
    """The signs that come up only if somebody says them: no question, place, limit, clock or code leads there."""
    led = {content.ladder.stop, *(place.sign for place in content.elsewhere.values())}
    led |= {other for sign in content.signs.values() for other in sign.coloured.values()}
    for question in content.questions.values():
        led |= {outcome.to for outcome in (question.yes, question.no, question.unsure, question.silence) if outcome}
    return set(content.signs) - led


def _graver_first(model: Model, content: ContentLibrary) -> Problems:
    """Of two signs in one sentence the model's first is heard. One that only asks may stand where it serves best."""
    before = None
    for identity in model.types.get("Sign", ()):
        level = content.signs[identity].level if identity in content.signs else None
        if level is None:
            continue
        if before and level > before:
            yield ContentError(
                model.type_file("Sign"),
                f"[{identity}]",
                level.name.lower(),
                f"no sign before it that is only {before.name.lower()}",
            )
        before = min(level, before or level)


def _intents(model: Model) -> Problems:
    """The dialogue answers each intent, and each that it answers can be said."""
    answered = {name for name in (*INTENT_HANDLERS, *TWINS) if name.endswith("Intent")}
    for name in sorted(model.intents.keys() - answered):
        yield ContentError(model.intent_file(name), "(file)", name, "an intent that the dialogue answers")
    for name in sorted(answered - model.intents.keys()):
        yield ContentError(model.intent_file(name), "(file)", None, "this intent, for the dialogue answers it")


def offers(root: Path, content: ContentLibrary) -> Problems:
    """What the store offers has words, and a number to call in each of its countries; and what has words is offered."""
    offered, spoken = set(store_listing.languages()), set(languages(root))
    for language in sorted(spoken - offered):
        words = shown(root / "words" / language, root)
        yield ContentError(f"store/{language}.toml", "(file)", None, f"the listing of {words}")
    for language in sorted(offered - spoken):
        words = shown(root / "words" / language, root)
        yield ContentError(words, "(folder)", None, f"the words of store/{language}.toml")
    for language in sorted(offered):
        for locale in store_listing.listing(language).locales:
            country = locale.partition("-")[2]
            if "EMERGENCY" not in content.regions.get(country, {}):
                file = shown(root / "regions.toml", root)
                yield ContentError(file, f"{country}.emergency", None, f"a number, for {locale} is offered")
