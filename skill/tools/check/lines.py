"""The lines: each that is named has words in every language, and nothing in them that cannot be said."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from skill.core import content_ids
from skill.core.locale import Locale, places_of
from skill.core.schema import NUMBERS, ContentLibrary
from skill.core.vocabulary import EffectKind, EffectResult, Level, Matter, Sign
from skill.loading.content_files import shown
from skill.loading.strict_table import ContentError
from skill.tools.check.all_sets import Given

Problems = Iterator[ContentError]

#: The places that a line may leave open, by the longest beginning of its name: what the code fills in when it says the line.
PLACES: Mapping[str, frozenset[str]] = {
    "": frozenset(number.upper() for number in NUMBERS),
    "alone": frozenset(),
    "numbers": frozenset(),
    **dict.fromkeys(
        (*(f"numbers.{unit}" for unit in ("minutes", "one_minute", "seconds", "one_second")), "times.under_ten"),
        frozenset({"NUMBER"}),
    ),
    "numbers.both": frozenset({"MINUTES", "SECONDS"}),
    "times.past": frozenset({"MINUTES"}),
    "talk.source": frozenset({"SOURCE"}),
    "talk.sources_joined": frozenset({"SOURCE", "MORE"}),
    "talk.time_left_hold": frozenset({"HOLD", "SET"}),
    "talk.time_left_rest": frozenset({"SET"}),
    "talk.time_left_soon": frozenset({"SET"}),
    "questions.set_reminder": frozenset({"TIME"}),
    "questions.here_now": frozenset({"SITE"}),
    "reminders.remind": frozenset({"TIME"}),
}
#: those of them that need not have all of their places
NEED_NOT = ("", "numbers.one_minute", "numbers.one_second", "reminders.remind")
#: what may not be left of a line without its places: no number would be said as one, and no markup is
_UNSAID = re.compile(r"[\d{}<>&]")
#: Unicode's categories of what is no letter, number or punctuation: symbols, and characters without a meaning of their own.
SIGNS = ("So", "Sk", "Sm", "Sc", "Co", "Cn", "Cs", "Cf")
SENTENCES = 3  #: of an answer, at most: two are the rule
_ENDS = re.compile(r"[.!?](?=\s|$)")
_SPELLED = "no braces, markup or digits (numbers are spelled out; telephone numbers are {EMERGENCY}, {NURSE}, {POISON} or {CRISIS})"


def place_of(root: Path, language: str, line: str) -> tuple[str, str]:
    """Where a line stands: its file's name in messages, and its key."""
    stem, _, key = line.partition(".")
    return shown(root / "words" / language / f"{stem}.toml", root), key


def needed(content: ContentLibrary, given: Collection[Given]) -> set[str]:
    """Every line that the content or the code names."""
    lines = {question.line for question in content.questions.values()}
    lines |= {
        f"{site}.{limit}.{role}"
        for limit, rule in content.limits.items()
        for site, cell in rule.sites.items()
        for role in cell.lines
    }
    lines |= {f"signs.{name}" for name, sign in content.signs.items() if sign.level or _can_wait(content, sign.ask)}
    lines |= {heard_question(name) for name in stopping(content)}
    lines |= {"heard.again"} if any(sign.says_it for sign in content.signs.values()) else set()
    lines |= {f"coaching.{matter}" for matter in Matter}
    lines |= {f"coaching.{site}.{matter}" for matter in Matter for site, score in content.scores.items() if score.place}
    lines |= {f"places.{site}" for site in content.slot_ids()["Site"]}
    lines |= {f"elsewhere.{site}" for site, place in content.elsewhere.items() if place.ask}
    lines |= {f"answers.{topic}" for topic in content.answers}
    lines |= {f"answers.{limit}.{topic}" for topic, answer in content.answers.items() for limit in answer.under}
    lines |= {f"sources.{source}" for source in content.sources}
    lines |= {way.line for way in content.ladder.ways}
    lines |= {line for rule in content.limits.values() for line in rule.instead.values()}
    lines |= set(content_ids.LINES)
    lines |= {
        outcome.to
        for question in content.questions.values()
        for outcome in (question.yes, question.no, question.unsure, question.silence)
        if outcome and outcome.kind == "say"
    }
    for one in given:
        lines |= {one.first, *(beat.line for beat in one.timeline.beats)}
    return lines


def stopping(content: ContentLibrary) -> tuple[Sign, ...]:
    """The signs that stop everything: emergencies and urgent ones."""
    return tuple(name for name, sign in content.signs.items() if sign.level in (Level.EMERGENCY, Level.URGENT))


def heard_question(sign: Sign) -> str:
    """The line that asks whether a sign was heard right."""
    return f"heard.{sign}"


def _can_wait(content: ContentLibrary, ask: str | None) -> bool:
    """Whether "yes" to a sign's question can wait for the day: in mid-set it is not asked, and the sign's line follows relief."""
    yes = content.questions[ask].yes if ask and ask in content.questions else None
    found = content.signs.get(yes.to) if yes and yes.kind == "sign" else None
    return found is not None and found.level is Level.SOON


def problems(root: Path, words: Locale, english: Locale) -> Problems:
    """What is wrong with the lines that one language has."""
    yield from _as_in(root, words, english)
    for line, text in words.lines.items():
        yield from _filled(root, words.locale, line, text)
    for key, forms in words.forms.items():
        for form, text in forms.items():  # what a country hears whose number is not known may not be another's
            if _UNSAID.search(text.replace("{NUMBER}", "") if form != "unknown" else text):
                file = shown(root / "words" / words.locale / "regions.toml", root)
                yield ContentError(file, f"{key.lower()}.{form}", text, "words, without digits, braces or markup")


def overlaid(root: Path, usual: Locale, words: Locale) -> Problems:
    """What is wrong with the lines in which a locale differs from its language: each stands there too, in other words."""
    yield from problems(root, words, usual)
    for line, text in words.overlays[words.locale].items():
        if usual.lines.get(line) == text:
            yield ContentError(
                *place_of(root, words.locale, line), text, "other words than the language's, or no such line"
            )


def _as_in(root: Path, words: Locale, english: Locale) -> Problems:
    """A translation has the lines of the English, and each line the same open places."""
    for line in sorted(set(words.lines) | set(english.lines)):
        where = place_of(root, words.locale, line)
        if line not in words.lines:
            yield ContentError(*where, None, "this line, as in English")
        elif line not in english.lines:
            yield ContentError(*where, words.lines[line], "no such line (English has none)")
        elif places_of(words.lines[line]) != places_of(english.lines[line]):
            yield ContentError(*where, words.lines[line], f"the places of the English: {_places(english.lines[line])}")


def _filled(root: Path, language: str, line: str, text: str) -> Problems:
    """A line has the places that it is filled with and no others, and all else in it can be said."""
    beginnings = [line.rsplit(".", cut)[0] for cut in range(line.count(".") + 1)]
    known = next((beginning for beginning in beginnings if beginning in PLACES), "")
    wanted, found, listed = PLACES[known], places_of(text), ", ".join(sorted(PLACES[known]))
    if not found <= wanted:
        yield ContentError(*place_of(root, language, line), text, f"no places but {listed}" if listed else "no places")
    elif known not in NEED_NOT and found < wanted:
        yield ContentError(*place_of(root, language, line), text, f"these places: {listed}")
    rest = text
    for place in places_of(text):
        rest = rest.replace(f"{{{place}}}", "")
    if _UNSAID.search(rest):
        yield ContentError(*place_of(root, language, line), text, _SPELLED)
    if sign := next((letter for letter in rest if unicodedata.category(letter) in SIGNS), None):
        yield ContentError(*place_of(root, language, line), sign, "words: no emoji or other sign that cannot be said")
    if known == "" and line.startswith("answers.") and len(_ENDS.findall(rest)) > SENTENCES:
        yield ContentError(*place_of(root, language, line), text, f"at most {SENTENCES} sentences")


def _places(text: str) -> str:
    return ", ".join(sorted(places_of(text))) or "none"


def missing(root: Path, content: ContentLibrary, words: Locale, lines: Collection[str]) -> Problems:
    """What is named has words, and an emergency the number to call; what a limit changes has words of its own, for without them
    what it changes would be said after all.
    """
    for line in sorted(lines):
        if not words.has(line) or (line.split(".")[1] in content.limits and line not in words.lines):
            yield ContentError(*place_of(root, words.locale, line), None, "this line")
    for name, sign in content.signs.items():
        line = f"signs.{name}"
        if line not in words.lines:
            continue
        named = places_of(words.lines[line])
        if sign.level is Level.EMERGENCY and "EMERGENCY" not in named:
            yield ContentError(*place_of(root, words.locale, line), words.lines[line], "{EMERGENCY}, for it is one")
        if sign.level is Level.URGENT and not named & {"NURSE", "POISON"}:
            yield ContentError(
                *place_of(root, words.locale, line), words.lines[line], "{NURSE} or {POISON}, to call now"
            )


def never_said(root: Path, content: ContentLibrary, english: Locale, lines: Collection[str]) -> Problems:
    """A line that nothing says is a misspelt name. In English: `problems` compares the other languages with it."""
    said = {*lines, *(f"{line.partition('.')[0]}.{line.rpartition('.')[2]}" for line in lines)}  # in all positions
    said |= {f"limits.{limit}.{when}" for limit in content.limits for when in ("heard", "after", "before_care")}
    said |= {f"reminders.{task}.{result}" for task in EffectKind for result in EffectResult}
    for line, text in english.lines.items():
        file, limit, *rest = line.split(".")
        if line not in said and (limit not in content.limits or ".".join((file, *rest)) not in said):
            yield ContentError(*place_of(root, english.locale, line), text, "no such line (nothing says it)")
