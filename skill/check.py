"""The desk's `check`: what one file alone cannot show. Every reference, every language, every limit, every second."""

import argparse
import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from skill import adapt, named, storefront
from skill.adapt import Person
from skill.alexa.request import slot_ids
from skill.body import Form, Level, Position, Result, Step, Task, Voice
from skill.entries import ANY, FIELD, Drawing, Library, Outcome
from skill.library import CONTENT, LANGUAGES, load, load_words, read
from skill.pathdata import PathError, points
from skill.score import Timeline
from skill.tables import ContentError
from skill.words import Words, places_of

MODELS = Path(__file__).parent.parent / "interaction_model"
FIRST_WORDS = 12  #: words in a first action, at most
CUES = 14  #: Speech components in one document, at most
REPLY, REPROMPT = 180.0, 90.0  #: seconds that one reply and one reprompt may last
GAP = 0.2  #: seconds of quiet that must stay between a cue and the next
PLACES = frozenset({"EMERGENCY", "NURSE", "HOLD", "SET", "SOURCE", "MORE", "NUMBER", "MINUTES", "SECONDS", "TIME"})
HOLDS = (None, 15.0, 20.0, 30.0)
DRAWING = 1000  #: characters of path data in one drawing: every answer to a screen carries one
BOLD = 2  #: width of the thinnest line that is seen from the pillow

Problems = Iterator[ContentError]


@dataclass(frozen=True)
class Given:
    """A set that somebody can be given: the step, the hold that they asked for, and what their limits make of it."""

    step: Step
    hold: float | None
    first: str
    timeline: Timeline


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--content", type=Path, default=CONTENT, help="another content folder than the skill's own")


def run(args: argparse.Namespace) -> int:
    """0 if all fits; else 1, with one line for each problem: file, key, what was found, what was expected."""
    try:
        problems = list(check(args.content))
    except ContentError as error:
        problems = [error]
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(
            f"content: all fits ({len(LANGUAGES)} language{'s' if len(LANGUAGES) > 1 else ''}: {', '.join(LANGUAGES)})"
        )
    return 1 if problems else 0


def check(root: Path = CONTENT) -> Problems:
    """Everything that does not fit; raises ContentError where a file cannot be read at all."""
    content = load(root)
    yield from _named(root, content)
    yield from _references(content)
    given = _given(content)
    yield from _drawings(content, given)
    reference = load_words("en", content.regions, root)
    for language in sorted(path.name for path in (root / "words").iterdir() if path.is_dir()):
        words = load_words(language, content.regions, root)
        needed = _needed(content, given)
        missing = list(_lines(content, words, language, needed))
        yield from missing
        if language == "en":
            yield from _unsaid(content, words, needed)
        yield from _places(words, reference, language)
        if not missing:
            yield from _sets(words, language, given)
    yield from _coverage(root, content, reference)
    for model in sorted(MODELS.glob("*.json")):
        yield from _model_ids(model, content)
    yield from storefront.problems()
    yield from _offers(root, content)


# --- names ------------------------------------------------------------------------------------------------------------


def _named(root: Path, content: Library) -> Problems:
    """What the code names is there, and so is the timing of each stretch that is drawn."""
    rungs = [rung.name for rung in content.ladder.rungs]
    for file, names, there in (
        ("questions.toml", named.QUESTIONS, content.questions),
        ("signs.toml", named.SIGNS, content.signs),
        ("ladder.toml", named.RUNGS, rungs),
    ):
        for name in names:
            if name not in there:
                yield ContentError(f"content/{file}", name, None, "this, for the code names it")
    for path in sorted((root / "drawings").glob("*.toml")):
        if path.stem not in content.scores:
            yield ContentError(
                f"content/scores/{path.name}", "(file)", None, f"the timing of what drawings/{path.name} shows"
            )


# --- references -------------------------------------------------------------------------------------------------------


def _references(content: Library) -> Problems:
    def known(file: str, key: str, value: str | None, among: Sequence[str]) -> Problems:
        if value is not None and value not in among:
            yield ContentError(f"content/{file}", key, value, f"one of {', '.join(sorted(among))}")

    def leads(key: str, outcome: Outcome | None) -> Problems:
        among = {
            "sign": list(content.signs),
            "ask": list(content.questions),
            "rung": [rung.name for rung in content.ladder.rungs],
            "set": list(content.scores),
        }
        if outcome and outcome.kind in among:
            yield from known("questions.toml", f"{key}.{outcome.kind}", outcome.to, among[outcome.kind])

    for name, sign in content.signs.items():
        yield from known("signs.toml", f"{name}.ask", sign.ask, list(content.questions))
        yield from known("signs.toml", f"{name}.adds", sign.adds, list(content.limits))
        yield from known("signs.toml", f"{name}.family", sign.family, list(content.signs))
        for limit, other in sign.coloured.items():
            yield from known("signs.toml", f"{name}.coloured", limit, list(content.limits))
            yield from known("signs.toml", f"{name}.coloured.{limit}", other, list(content.signs))
        for source in sign.sources:
            yield from known("signs.toml", f"{name}.sources", source, content.sources)
    for name, question in content.questions.items():
        for source in question.sources:
            yield from known("questions.toml", f"{name}.sources", source, content.sources)
        for site in question.means.values():
            yield from known("questions.toml", f"{name}.means", site, list(content.scores))
        for answer in ("yes", "no", "unsure", "silence"):
            yield from leads(f"{name}.{answer}", getattr(question, answer))
    for site, place in content.elsewhere.items():
        yield from known("elsewhere.toml", f"{site}.sign", place.sign, list(content.signs))
        if site not in content.scores and not (place.sign or place.ask):
            yield ContentError(
                "content/elsewhere.toml", f"{site}.ask", None, "a sign or a question, for it has no score"
            )
        for key in ("ask", "ask_first", "not_gone"):
            yield from known("elsewhere.toml", f"{site}.{key}", getattr(place, key), list(content.questions))
    for rung in content.ladder.rungs:
        yield from known("ladder.toml", f"{rung.name}.ask", rung.ask, list(content.questions))
        yield from known("ladder.toml", f"{rung.name}.score", rung.score, list(content.scores))
    yield from known("ladder.toml", "clock.ask", content.ladder.ask, list(content.questions))
    yield from known("ladder.toml", "clock.stop", content.ladder.stop, list(content.signs))
    for name, rule in content.limits.items():
        for site in (*rule.sites, *rule.check_first):
            yield from known("limits.toml", f"{name}.sites", site, list(content.scores))
        for source in rule.sources:
            yield from known("limits.toml", f"{name}.sources", source, content.sources)
    for site, score in content.scores.items():
        yield from known(f"scores/{site}.toml", "bent_knee", score.bent_knee, list(content.scores))
        for position, sources in score.sources.items():
            for source in sources:
                yield from known(f"scores/{site}.toml", f"{position}.sources", source, content.sources)
    for topic, entry in content.answers.items():
        for source in entry.sources:
            yield from known("words/en/answers.toml", f"{topic}.sources", source, content.sources)
        for limit in entry.under:
            yield from known("words/en/answers.toml", f"{topic}.under", limit, list(content.limits))


# --- words ------------------------------------------------------------------------------------------------------------


def _file(language: str, line: str) -> tuple[str, str]:
    stem, _, key = line.partition(".")
    return f"content/words/{language}/{stem}.toml", key


def _needed(content: Library, given: Sequence[Given]) -> set[str]:
    """Every line that the content or the code names."""
    needed = {question.line for question in content.questions.values()}
    needed |= {
        f"{site}.{limit}.{role}"
        for limit, rule in content.limits.items()
        for site, cell in rule.sites.items()
        for role in cell.lines
    }
    needed |= {f"signs.{name}" for name, sign in content.signs.items() if sign.level or _can_wait(content, sign.ask)}
    needed |= {f"elsewhere.{site}" for site, place in content.elsewhere.items() if place.ask}
    needed |= {f"answers.{topic}" for topic in content.answers}
    needed |= {f"answers.{limit}.{topic}" for topic, answer in content.answers.items() for limit in answer.under}
    needed |= {f"sources.{source}" for source in content.sources}
    needed |= {rung.enter for rung in content.ladder.rungs if rung.enter}
    needed |= set(named.LINES)
    needed |= {
        outcome.to
        for question in content.questions.values()
        for outcome in (question.yes, question.no, question.unsure, question.silence)
        if outcome and outcome.kind == "say"
    }
    for one in given:
        needed |= {one.first, *(beat.line for beat in one.timeline.beats)}
    return needed


def _can_wait(content: Library, ask: str | None) -> bool:
    """Whether "yes" to a sign's question can wait for the day: in mid-set it is not asked, and the sign's line follows relief."""
    yes = content.questions[ask].yes if ask and ask in content.questions else None
    found = content.signs.get(yes.to) if yes and yes.kind == "sign" else None
    return found is not None and found.level is Level.SOON


def _lines(content: Library, words: Words, language: str, needed: set[str]) -> Problems:
    """What is named has words; and what a limit changes has its own, or what it changes would be said after all."""
    for line in sorted(needed):
        if not words.has(line) or (line.split(".")[1] in content.limits and line not in words.lines):
            yield ContentError(*_file(language, line), None, "this line")


def _unsaid(content: Library, words: Words, needed: set[str]) -> Problems:
    """A line that nothing says is a misspelt name. In English: `_places` compares the other languages with it."""
    said = needed | {f"{line.partition('.')[0]}.{line.rpartition('.')[2]}" for line in needed}  # in all positions
    said |= {f"limits.{limit}.{when}" for limit in content.limits for when in ("heard", "after")}
    said |= {f"reminders.{task}.{result}" for task in Task for result in Result}
    for line, text in words.lines.items():
        file, limit, *rest = line.split(".")
        if line not in said and (limit not in content.limits or ".".join((file, *rest)) not in said):
            yield ContentError(*_file("en", line), text, "no such line (nothing says it)")


def _places(words: Words, reference: Words, language: str) -> Problems:
    """A translation has the lines of the English, and each line the same open places."""
    for line in sorted(set(words.lines) | set(reference.lines)):
        if line not in words.lines:
            yield ContentError(*_file(language, line), None, "this line, as in English")
        elif line not in reference.lines:
            yield ContentError(*_file(language, line), words.lines[line], "no such line (English has none)")
        elif places_of(words.lines[line]) != places_of(reference.lines[line]):
            wanted = ", ".join(sorted(places_of(reference.lines[line]))) or "none"
            yield ContentError(*_file(language, line), words.lines[line], f"these places: {wanted}")
        elif not places_of(words.lines[line]) <= PLACES:
            yield ContentError(
                *_file(language, line), words.lines[line], f"no other places than {', '.join(sorted(PLACES))}"
            )
        if not words.lines.get(line, "x").strip():
            yield ContentError(*_file(language, line), words.lines[line], "some words")


# --- sets -------------------------------------------------------------------------------------------------------------


def every_set(content: Library) -> Iterator[tuple[Step, Person]]:
    """Every set that somebody can be given: with no limit and with each one, at every length of hold."""
    for (site, score), limits in itertools.product(
        content.scores.items(), [(), *((limit,) for limit in content.limits)]
    ):
        positions = (
            list(Position) if ANY in score.sources else [position for position in Position if position in score.sources]
        )
        forms = [form for form in Form if (score.dose, form) in content.doses]
        for position, form, hold in itertools.product(positions, forms, HOLDS):
            step = adapt.suit(content, Step(site, position, form), limits)
            yield step, Person(limits, hold)


def _given(content: Library) -> Sequence[Given]:
    """What comes of every set, once each: most limits change nothing in most sets."""
    return tuple(
        dict.fromkeys(
            Given(step, person.hold, adapt.first(content, step, person), adapt.timeline(content, step, person))
            for step, person in every_set(content)
        )
    )


def _sets(words: Words, language: str, given: Sequence[Given]) -> Problems:
    seen: set[str] = set()
    for one in given:
        for problem in itertools.chain(
            _first_action(words, language, one.first),
            _fits(words, language, one.timeline, one.step),
            _bounds(words, one),
        ):
            if str(problem) not in seen:
                seen.add(str(problem))
                yield problem


def _first_action(words: Words, language: str, first: str) -> Problems:
    text = words.text(first)
    if len(text.split()) > FIRST_WORDS:
        yield ContentError(*_file(language, first), text, f"at most {FIRST_WORDS} words")


def _fits(words: Words, language: str, timeline: Timeline, step: Step) -> Problems:
    """Each cue ends before the next begins, in the slowest voice and with the slack of a real one."""
    for beat, following in itertools.pairwise(timeline.beats):
        text = words.text(beat.line)
        longest = words.longest(text) * words.length.slack
        room = following.at - beat.at - GAP
        if longest > room:
            yield ContentError(
                *_file(language, beat.line),
                text,
                f"at most {room:.1f} s in {step.id}, where it takes up to {longest:.1f}",
            )


def _bounds(words: Words, one: Given) -> Problems:
    step, timeline = one.step, one.timeline
    file, key = f"content/scores/{step.site}.toml", f"{step.position}.{step.form}"
    if len(timeline.beats) > CUES:
        yield ContentError(file, key, len(timeline.beats), f"at most {CUES} cues")
    texts = words.text(one.first), words.text(timeline.beats[-1].line)
    length = timeline.ends + sum(words.longest(text) for text in texts)
    if length > REPLY:
        yield ContentError(file, key, round(length, 1), f"at most {REPLY:g} s")
    as_reprompt = step.form in (Form.PLAIN, Form.GENTLE, Form.STILL_TIGHT) and one.hold is None
    unrepeated = timeline.ends + max(sum(words.seconds(text, voice) for text in texts) for voice in Voice)
    if as_reprompt and unrepeated > REPROMPT:
        yield ContentError(file, key, round(unrepeated, 1), f"at most {REPROMPT:g} s, for it may be a reprompt")


# --- drawings ---------------------------------------------------------------------------------------------------------


def _drawings(content: Library, given: Sequence[Given]) -> Problems:
    """Each first action has its drawing and each drawing its first action; each can be drawn, and is no larger than it must be."""
    firsts = {one.first: one.step for one in given}
    for first in sorted({*firsts, *content.drawings}):
        file, key = _drawn_in(first)
        drawing = content.drawings.get(first)
        if first not in firsts:
            yield ContentError(file, key, "a drawing", "no such drawing (no set begins with that line)")
        elif drawing is None:
            yield ContentError(file, key, None, "a drawing of this first action")
        else:
            stretches = content.scores[firsts[first].site].place and not first.startswith(f"{adapt.REST}.")
            yield from _drawing(file, key, drawing, ("body", "muscle", "arrow") if stretches else ("body",))


def _drawn_in(first: str) -> tuple[str, str]:
    stem, _, key = first.partition(".")
    return f"content/drawings/{stem}.toml", key


def _drawing(file: str, key: str, drawing: Drawing, wanted: tuple[str, ...]) -> Problems:
    for number, stroke in enumerate(drawing.strokes):
        at = f"{key}[{number}]"
        try:
            outside = [point for point in points(stroke.path) if not all(0 <= place <= FIELD for place in point)]
        except PathError as error:
            yield ContentError(file, f"{at}.path", stroke.path, str(error))
        else:
            if outside:
                yield ContentError(file, f"{at}.path", outside[0], f"points from 0 to {FIELD}")
        if not BOLD <= stroke.width <= FIELD / 4:
            yield ContentError(file, f"{at}.width", stroke.width, f"from {BOLD} to {FIELD / 4:g}")
    missing = [role for role in wanted if role not in {stroke.role for stroke in drawing.strokes}]
    if missing:
        yield ContentError(file, key, None, f"a stroke with the role {missing[0]}")
    size = sum(len(stroke.path) for stroke in drawing.strokes)
    if size > DRAWING:
        yield ContentError(file, key, size, f"at most {DRAWING} characters of path data")


# --- coverage and models ----------------------------------------------------------------------------------------------


def _coverage(root: Path, content: Library, words: Words) -> Problems:
    """Each item of the source documents is said somewhere, or left out for a reason."""
    table = read(root / "coverage.toml", root).table("items")
    for key in table.names_of_keys():
        row = table.table(key)
        said, reason = row.names("said", default=()), row.text("left_out", None)
        if bool(said) == bool(reason):
            yield row.refuse("said", "either lines that say it, or why it is left out")
        for line in said:
            if not words.has(line):
                yield row.refuse("said", f"lines that there are ({line} is none)")


def _model_ids(path: Path, content: Library) -> Problems:
    """The ids of a language's interaction model are the ids of the content, and all that has to be said to be given is there."""
    file = f"interaction_model/{path.name}"
    model = json.loads(path.read_text(encoding="utf-8"))["interactionModel"]["languageModel"]
    known, found = slot_ids(content), dict[str, set[str]]()
    kinds = {slot["type"]: slot["name"] for intent in model["intents"] for slot in intent.get("slots", ())}
    for kind in model["types"]:
        name = kinds.get(kind["name"])
        if name not in known:
            continue
        found[name] = {value.get("id") for value in kind["values"]}
        for value in kind["values"]:
            if value.get("id") not in known[name]:
                yield ContentError(
                    file, f"{kind['name']}.{value['name']['value']}", value.get("id"), f"an id of {name}"
                )
    places = {site for site, score in content.scores.items() if score.place} | set(content.elsewhere)
    wanted = {"Site": places, "Topic": content.answers, "Limit": content.limits, "Sign": _signs_said(content)}
    for name, ids in wanted.items():
        for missing in sorted(set(ids) - found.get(name, set())):
            yield ContentError(file, f"{name}.{missing}", None, f"this id of {name}, with what people say")


def _signs_said(content: Library) -> set[str]:
    """The signs that come up only if somebody says them: no question, place, limit, clock or code leads there."""
    led = {content.ladder.stop, *named.SIGNS, *(place.sign for place in content.elsewhere.values())}
    led |= {other for sign in content.signs.values() for other in sign.coloured.values()}
    for question in content.questions.values():
        led |= {outcome.to for outcome in (question.yes, question.no, question.unsure, question.silence) if outcome}
    return set(content.signs) - led


def _offers(root: Path, content: Library) -> Problems:
    """What the store offers has words, and a number to call in each of its countries; and what has words is offered."""
    offered, spoken = set(storefront.languages()), {path.name for path in (root / "words").iterdir() if path.is_dir()}
    for language in sorted(spoken - offered):
        yield ContentError(f"store/{language}.toml", "(file)", None, f"the listing of content/words/{language}")
    for language in sorted(offered - spoken):
        yield ContentError(f"content/words/{language}", "(folder)", None, f"the words of store/{language}.toml")
    for language in sorted(offered):
        for locale in storefront.listing(language).locales:
            country = locale.partition("-")[2]
            if "EMERGENCY" not in content.regions.get(country, {}):
                yield ContentError(
                    "content/regions.toml", f"{country}.emergency", None, f"a number, for {locale} is offered"
                )
