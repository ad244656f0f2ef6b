"""Reads the tables of `content/`, which are the same in every language, and refuses what does not fit, naming file and key.

A path tells its siblings: `content/scores/calf.toml` is the timing of a stretch, `content/words/en/calf.toml` its words in English.
What one file alone can get wrong is refused here, at load. What takes several files or languages to see is left to
`skill.tools.check`.
"""

import re
from collections.abc import Collection, Mapping
from itertools import permutations
from pathlib import Path

from skill.core import content_ids
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
from skill.core.vocabulary import Form, Level, Limit, Sign, Site, Topic
from skill.loading.content_files import CONTENT, read, shown
from skill.loading.strict_table import ContentError, Table

MOVING = 90.0  #: seconds that may be given for sitting or standing up, at most: nothing is heard in them


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
