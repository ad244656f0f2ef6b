"""Reads `content/` once and refuses what does not fit, naming file and key.

A path tells its siblings: `content/scores/calf.toml` is the timing of a stretch, `content/words/en/calf.toml` its words in English.
What one file alone can get wrong is refused here, at load. What takes several files or languages to see is left to
`skill.tools.check`.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import permutations
from pathlib import Path

from skill.core import content_ids
from skill.core.locale import Locale, SpeechTiming, VoiceStyle, in_locale
from skill.core.schema import (
    ANY,
    GOES,
    NUMBERS,
    OUTCOMES,
    POSITIONS,
    STROKES,
    Answer,
    ContentLibrary,
    Drawing,
    Ladder,
    LadderStep,
    LimitRule,
    OtherBodyPart,
    Outcome,
    Question,
    Score,
    SignRule,
    SiteRule,
    Stroke,
    Way,
)
from skill.core.timeline import LONGEST_HOLD, Cue, Move, SetTiming
from skill.core.vocabulary import Form, Level, Limit, Sign, Site, Topic, Voice
from skill.loading.strict_table import ContentError, Table

CONTENT = Path(__file__).parents[1] / "content"
REPOSITORY = CONTENT.parents[1]
MOVING = 90.0  #: seconds that may be given for sitting or standing up, at most: nothing is heard in them
RATES = 20, 200  #: Alexa's slowest and fastest speech, in hundredths of the usual
DANGER_WORDS = "danger_words"  #: the file of words that may tell of danger inside a question
VOLUMES = ("x-soft", "soft", "medium", "loud", "x-loud")  #: SSML's, but for "silent"


def languages(root: Path = CONTENT) -> tuple[str, ...]:
    return tuple(sorted(path.name for path in (root / "words").iterdir() if path.is_dir() and "-" not in path.name))


LANGUAGES = languages()


def shown(path: Path, root: Path = CONTENT) -> str:
    """A file's name in a message: from the repository on; of other content than the skill's own, from its folder on."""
    path, root = path.absolute(), root.absolute()
    return path.relative_to(REPOSITORY if path.is_relative_to(REPOSITORY) else root.parent).as_posix()


def read(path: Path, root: Path = CONTENT) -> Table:
    """One file as a table; raises ContentError naming the file, also where it is missing or is not TOML."""
    name = shown(path, root)
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors put a byte order mark before it
        return Table(name, "", tomllib.loads(text))
    except FileNotFoundError:
        raise ContentError(name, "(file)", None, "this file") from None
    except UnicodeDecodeError as error:
        raise ContentError(name, "(file)", f"byte {error.object[error.start]:#x}", "text in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(name, text, str(error)) from None


#: What tomllib says of common mistakes, and what to write instead.
_TOML_HELP = {
    "Cannot overwrite a value": "each key once in its table",
    "Cannot declare": "each table once",
    "Invalid statement": "`key = value`, `[table]`, or a comment that begins with #",
    "Invalid value": 'a value: a text in "quotation marks", a number, true or false, or a [list]',
    "Expected '=' after a key": "`key = value`",
    "Expected newline": 'one `key = value` a line; a quotation mark within a text is written \\"',
    "Illegal character": 'a text that ends on its own line, in "quotation marks"',
    "Unclosed array": "a list that ends in ]",
}


def _not_toml(name: str, text: str, problem: str) -> ContentError:
    """Return what is wrong with a file that is not TOML: its line, what stands there, and what to write instead."""
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", problem)
    number = int(place[1]) if place and place[1] else text.count("\n") + 1
    lines = [*text.splitlines(), ""]
    found = lines[min(number, len(lines)) - 1].strip()
    said = problem[: place.start()] if place else problem
    help_ = next((words for begins, words in _TOML_HELP.items() if said.startswith(begins)), f"TOML ({said})")
    return ContentError(name, f"line {number}", found, help_)


def _cues(rows: list[Table]) -> tuple[Cue, ...]:
    cues = []
    for row in rows:
        cues.append(Cue(row.number("at", 0), row.text("line"), row.seconds("from_hold", 0)))
        row.close()
    return tuple(cues)


def _move(row: Table) -> Move:
    move = Move(
        settle=row.seconds("settle"),
        hold=row.seconds("hold", most=LONGEST_HOLD),
        ease=row.seconds("ease"),
        before=_cues(row.rows("before", optional=True)),
        during=_cues(row.rows("during", optional=True)),
        after=_cues(row.rows("after", optional=True)),
    )
    if bool(move.hold) != bool(move.during):
        raise row.refuse("during", "cues during a hold, and none without a hold")
    if move.during and move.during[0].at != 0:
        raise row.refuse("during", "the first cue at 0: a hold is counted from it")
    if move.hold and not move.after:
        raise row.refuse("after", "a cue that ends the hold")
    row.close()
    return move


def _doses(root: Path) -> dict[tuple[str, Form], SetTiming]:
    doses: dict[tuple[str, Form], SetTiming] = {}
    for name, table in read(root / "doses.toml", root).rest():
        written: dict[Form, tuple[Move, ...]] = {}
        spoken: list[tuple[Form, Table]] = []
        for form in Form:
            if table.kind_of(form) is list:
                written[form] = tuple(_move(row) for row in table.rows(form))
            elif table.has(form):
                spoken.append((form, table.table(form)))
        for form, moves in written.items():
            doses[name, form] = SetTiming(f"{name}.{form}", moves)
        for form, changes in spoken:
            doses[name, form] = SetTiming(f"{name}.{form}", _spoken_otherwise(changes, written.get(Form.PLAIN, ())))
        table.close()
    return doses


def _spoken_otherwise(changes: Table, plain: tuple[Move, ...]) -> tuple[Move, ...]:
    """The plain moves with other words during the holds that `changes` numbers from 1."""
    moves = []
    for number, move in enumerate(plain, 1):
        key = f"during_{number}"
        during = _cues(changes.rows(key)) if changes.has(key) else move.during
        moves.append(Move(move.settle, move.hold, move.ease, move.before, during, move.after))
    changes.close()
    return tuple(moves)


def _scores(root: Path, doses: Mapping[tuple[str, Form], SetTiming]) -> dict[Site, Score]:
    names = {name for name, _ in doses}
    scores = {}
    for path in sorted((root / "scores").glob("*.toml")):
        table = read(path, root)
        dose, rub = table.choice("dose", names), table.names("rub", POSITIONS, ())
        only_asked, only_for = table.names("only_asked", POSITIONS, ()), table.names("only_for", default=())
        place, leg = table.flag("place", True), table.flag("leg", False)
        bent_knee = table.text("bent_knee", None)
        sources = {}
        for position in (*POSITIONS, ANY):
            if table.has(position):
                row = table.table(position)
                sources[str(position)] = row.sources()
                row.close()
        if not sources:
            raise table.refuse("(positions)", f"at least one of {', '.join((*POSITIONS, ANY))}")
        table.close()
        scores[path.stem] = Score(path.stem, place, dose, rub, only_asked, only_for, bent_knee, sources, leg)
    for site in content_ids.SCORES:
        if site not in scores:
            raise ContentError(shown(root / "scores" / f"{site}.toml", root), "(file)", None, "this file")
    return scores


def _limits(root: Path) -> dict[Limit, LimitRule]:
    limits = {}
    for name, table in read(root / "limits.toml", root).rest():
        sites = {}
        for site, cell in table.table("sites", optional=True).rest():
            sites[site] = SiteRule(
                cell.names("positions", POSITIONS, ()),
                cell.names("lines", default=()),
                cell.names("silent_with", default=()),
                cell.flag("rest"),
                cell.flag("one_part"),
            )
            cell.close()
        limits[name] = LimitRule(
            sources=table.sources(),
            massage=table.choice("massage", ("usual", "light", "none"), "usual"),
            heat=table.flag("heat", True),
            hold=table.seconds("hold", None, 5, LONGEST_HOLD),
            never=table.names("never", POSITIONS, ()),
            check_first=table.names("check_first", default=()),
            instead=table.table("instead", optional=True).texts(),
            ask_before=table.text("ask_before", None),
            rest=table.flag("rest"),
            sites=sites,
        )
        table.close()
    return limits


def _signs(root: Path) -> dict[Sign, SignRule]:
    signs = {}
    levels = {level.name.lower(): level for level in Level}
    for name, table in read(root / "signs.toml", root).rest():
        level, ask = table.choice("level", levels, None), table.text("ask", None)
        if (level is None) == (ask is None):
            raise table.refuse("level", "either a level or a question to ask")
        coloured = table.table("coloured", optional=True).texts()
        signs[name] = SignRule(
            levels[level] if level else None,
            ask,
            coloured,
            table.text("adds", None),
            table.text("family", None),
            table.flag("says_it"),
            table.text("ends_in", None),
            table.table("at", optional=True).texts(),
            table.flag("action_first"),
            table.sources(),
        )
        table.close()
    return signs


def _outcome(table: Table) -> Outcome:
    kinds = [kind for kind in OUTCOMES if table.has(kind)]
    if len(kinds) != 1:
        raise table.refuse("(outcome)", f"exactly one of {', '.join(OUTCOMES)}")
    to = table.choice("go", GOES) if kinds == ["go"] else table.text(kinds[0])
    table.close()
    return Outcome(kinds[0], to)


def _questions(root: Path) -> dict[str, Question]:
    questions = {}
    for name, table in read(root / "questions.toml", root).rest():
        questions[name] = Question(
            line=table.text("line", f"questions.{name}"),
            yes=_outcome(table.table("yes")),
            no=_outcome(table.table("no")),
            unsure=_outcome(table.table("unsure")),
            silence=_outcome(table.table("silence")) if table.has("silence") else None,
            stops=table.flag("stops"),
            checks=table.flag("checks"),
            steadies=table.flag("steadies"),
            sources=table.sources(),
            means=table.table("means", optional=True).texts(),
            says_yes=table.names("says_yes", default=()),
            tells=table.table("tells", optional=True).texts(),
        )
        table.close()
    return questions


def _elsewhere(root: Path) -> dict[Site, OtherBodyPart]:
    places = {}
    for name, table in read(root / "elsewhere.toml", root).rest():
        places[name] = place = OtherBodyPart(
            sign=table.text("sign", None),
            ask=table.text("ask", None),
            ask_first=table.text("ask_first", None),
            not_gone=table.text("not_gone", None),
            sources=table.sources(),
        )
        if place.sign and place.ask:
            raise table.refuse("sign", "either a sign or a question to ask")
        table.close()
    return places


def _ladder(root: Path) -> Ladder:
    table = read(root / "ladder.toml", root)
    rungs: list[LadderStep] = []
    for row in table.rows("rung"):
        name, form = row.text("name"), row.choice("set", tuple(Form), None)
        if name in [rung.name for rung in rungs]:
            raise row.refuse("name", f"no second {name}")
        rungs.append(
            LadderStep(
                name=name,
                form=Form(form) if form else None,
                ask=row.text("ask", None),
                then=row.text("then", None),
                score=row.text("score", None),
                position=row.choice("position", POSITIONS, None),
                needs=row.choice("needs", POSITIONS, None),
                only=row.flag("only"),
            )
        )
        if (rungs[-1].form is None) == (rungs[-1].ask is None):
            raise row.refuse("set", "either a set or a question to ask")
        row.close()
    clock = table.table("clock")
    ladder = Ladder(
        rungs=tuple(rungs),
        ask_after=clock.seconds("ask_after"),
        ask=clock.text("ask"),
        stop_after=clock.seconds("stop_after"),
        stop=clock.text("stop"),
        ways=_ways(table),
    )
    if ladder.stop_after <= ladder.ask_after:
        raise clock.refuse("stop_after", f"more than ask_after, {ladder.ask_after:g}")
    for part in (clock, table):
        part.close()
    return ladder


def _ways(table: Table) -> tuple[Way, ...]:
    ways = []
    for row in table.rows("way"):
        start, to = row.choice("from", POSITIONS), row.choice("to", POSITIONS)
        ways.append(Way(start, to, row.text("line"), row.seconds("seconds", most=MOVING)))
        row.close()
    for start, to in permutations(POSITIONS, 2):
        if [(way.start, way.to) for way in ways].count((start, to)) != 1:
            raise table.refuse("way", f"one way from {start} to {to}")
    return tuple(ways)


def _answers(root: Path) -> dict[Topic, Answer]:
    """Topics and sources, which stand with the English answers: one table is one answer."""
    answers = {}
    for name, table in read(root / "words" / "en" / "answers.toml", root).rest():
        answers[name] = Answer(table.sources(), tuple(table.table("under", optional=True).texts()))
        table.text("say")
        table.close()
    return answers


def _sources(root: Path) -> tuple[str, ...]:
    """Their ids; the rest is for whoever looks a source up."""
    names = []
    for name, table in read(root / "sources.toml", root).rest():
        table.text("title")
        table.choice("kind", ("copy", "second-hand", "memory", "design"))
        table.text("detail", None)
        table.number("year", 0)
        table.text("address", None)
        table.date("read", None)
        table.date("review_by", None)
        table.close()
        names.append(name)
    return tuple(names)


def _regions(root: Path, sources: Collection[str]) -> dict[str, dict[str, str]]:
    """Telephone numbers; whose word each is, and when that was read, is for whoever looks it up."""
    regions: dict[str, dict[str, str]] = {}
    for country, table in read(root / "regions.toml", root).rest():
        regions[country] = {}
        for key in NUMBERS:
            if not table.has(key):
                continue
            row = table.table(key)
            number = row.text("number")
            if not re.fullmatch(r"\d+( \d+)*", number):
                raise row.refuse("number", "a telephone number in digits")
            row.choice("source", sources)
            row.date("read", None)
            row.close()
            regions[country][key.upper()] = number
        table.close()
    return regions


def _drawings(root: Path) -> dict[str, Drawing]:
    """A drawing stands where its first action stands in the words; a text there names another drawing that serves as well."""
    drawings: dict[str, Drawing] = {}
    borrowed: list[tuple[str, Table, str]] = []
    for path in sorted((root / "drawings").glob("*.toml")):
        for position, table in read(path, root).rest():
            for key in table.names_of_keys():
                name = f"{path.stem}.{position}.{key}"
                if table.kind_of(key) is str:
                    borrowed.append((name, table, key))
                else:
                    drawings[name] = Drawing(tuple(_stroke(row) for row in table.rows(key)))
    return drawings | {name: drawings[table.choice(key, drawings)] for name, table, key in borrowed}


def _stroke(row: Table) -> Stroke:
    stroke = Stroke(row.text("path"), row.number("width"), row.choice("role", STROKES))
    row.close()
    return stroke


def load(root: Path = CONTENT) -> ContentLibrary:
    """All that is not words; raises ContentError at the first thing that does not fit."""
    doses, sources = _doses(root), _sources(root)
    return ContentLibrary(
        doses=doses,
        scores=_scores(root, doses),
        elsewhere=_elsewhere(root),
        limits=_limits(root),
        signs=_signs(root),
        questions=_questions(root),
        ladder=_ladder(root),
        answers=_answers(root),
        sources=sources,
        regions=_regions(root, sources),
        drawings=_drawings(root),
    )


def _flatten(prefix: str, table: Table, into: dict[str, str]) -> None:
    for key in table.names_of_keys():
        name = f"{prefix}.{key}"
        if table.kind_of(key) is dict:
            _flatten(name, table.table(key), into)
        else:
            into[name] = table.text(key)


def _voices(table: Table) -> dict[Voice, VoiceStyle]:
    """How each voice sounds."""
    voices = {}
    for voice in Voice:
        row = table.table(voice)
        rate, volume = row.text("rate"), row.choice("volume", VOLUMES)
        if not re.fullmatch(r"\d+%", rate) or not RATES[0] <= int(rate[:-1]) <= RATES[1]:
            raise row.refuse("rate", f'how fast, "{RATES[0]}%" to "{RATES[1]}%"')
        longer = row.number("longer", least=100 / RATES[1], most=100 / RATES[0])
        voices[voice] = VoiceStyle(rate, volume, row.flag("whispered"), longer)
        row.close()
    table.close()
    return voices


def load_words(locale: str, regions: Mapping[str, Mapping[str, str]], root: Path = CONTENT) -> Locale:
    """The words for a locale such as en-GB; a locale whose language is not here speaks English, with its own country's numbers."""
    folder = _spoken(locale, root)
    table = read(folder / "voice.toml", root)
    length = table.table("length")
    measured = SpeechTiming(
        letter=length.number("letter", least=0.02, most=0.2, what="seconds for a letter"),
        digit=length.seconds("digit"),
        sentence=length.seconds("sentence"),
        comma=length.seconds("comma"),
        slack=length.number("slack", least=1),
    )
    length.close()
    voices, again = _voices(table.table("voices")), _voices(table.table("again"))
    phrases = table.names("phrases", default=())
    table.close()
    forms = _forms(read(folder / "regions.toml", root))
    danger = _danger_words(read(folder / f"{DANGER_WORDS}.toml", root))
    usual = Locale(
        locale, _lines(folder, root), {}, forms, measured, voices, again, phrases, danger, _overlays(folder, root)
    )
    return in_locale(usual, locale, regions)


def _lines(folder: Path, root: Path) -> dict[str, str]:
    """Every line of a folder of words, by its name."""
    lines: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.stem == "answers":
            for topic, answer in read(path, root).rest():
                lines[f"answers.{topic}"] = answer.text("say")
                under = answer.table("under", optional=True).texts()
                lines.update((f"answers.{limit}.{topic}", text) for limit, text in under.items())
                if folder.name == "en":
                    answer.sources()  # which stand there for all languages
                answer.close()
        elif path.stem not in ("voice", "regions", "locales", DANGER_WORDS):
            _flatten(path.stem, read(path, root), lines)
    return lines


def _overlays(folder: Path, root: Path) -> dict[str, dict[str, str]]:
    """By locale, the lines of the folders that say only what differs: `words/en-GB` over `words/en`."""
    overlays: dict[str, dict[str, str]] = {}
    for overlay in sorted(folder.parent.glob(f"{folder.name}-*")):
        table = read(overlay / "locales.toml", root)
        overlays |= dict.fromkeys(table.names("locales"), _lines(overlay, root))
        table.close()
    return overlays


def _danger_words(table: Table) -> dict[Sign, tuple[str, ...]]:
    """Words by the sign of which they may tell."""
    return {sign: table.names(sign, what="a list of words, as they are said") for sign in table.names_of_keys()}


def _forms(table: Table) -> dict[str, dict[str, str]]:
    """How a language says whom to call: where the number is known, where it is not, and in some countries otherwise."""
    forms = {}
    for key in NUMBERS:
        row = table.table(key)
        for form in ("known", "unknown"):
            row.text(form)
        forms[key.upper()] = row.texts()
    table.close()
    return forms


def alone(locale: str, root: Path = CONTENT) -> str:
    """What can be said when other files of the content cannot be read; raises ContentError if not even this one can."""
    text: str = read(_spoken(locale, root) / "alone.toml", root).text("say")
    return text


def _spoken(locale: str, root: Path) -> Path:
    """The folder of the language that a locale hears."""
    language = locale.partition("-")[0]
    return root / "words" / (language if language in languages(root) else "en")


@lru_cache(maxsize=1)
def library() -> ContentLibrary:
    """The content that ships with the skill, read once."""
    return load()


@lru_cache(maxsize=32)
def words(locale: str) -> Locale:
    """The words of a locale, read once."""
    return load_words(locale, library().regions)
