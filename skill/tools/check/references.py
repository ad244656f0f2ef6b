"""What names what: each name that the content or the code says is there, and leads somewhere that it may."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from skill.core import content_ids
from skill.core.locale import Locale
from skill.core.schema import ContentLibrary, LadderStep, Outcome
from skill.core.vocabulary import ROUTINE
from skill.loading.content_files import languages, read, shown
from skill.loading.strict_table import ContentError

MAYBE = "_maybe"  #: how the ids of words end that only ask one question first

Problems = Iterator[ContentError]


def problems(root: Path, content: ContentLibrary) -> Problems:
    yield from _named(root, content)
    yield from _signs_and_questions(root, content)
    yield from _places(root, content)
    yield from _ladder(root, content)
    yield from _limits(root, content)
    yield from _danger_words(root, content)
    for topic, answer in content.answers.items():
        yield from _known(root, "words/en/answers.toml", f"{topic}.sources", answer.sources, content.sources)
        yield from _known(root, "words/en/answers.toml", f"{topic}.under", answer.under, content.limits)


def _named(root: Path, content: ContentLibrary) -> Problems:
    """What the code names is there, and so is the timing of each stretch that is drawn."""
    rungs = [rung.name for rung in content.ladder.rungs]
    for file, names, there in (
        ("questions.toml", content_ids.QUESTIONS, content.questions),
        ("ladder.toml", content_ids.RUNGS, rungs),
    ):
        for name in names:
            if name not in there:
                yield ContentError(shown(root / file, root), name, None, "this, for the code names it")
    for path in sorted((root / "drawings").glob("*.toml")):
        if path.stem not in content.scores:
            score = shown(root / "scores" / path.name, root)
            yield ContentError(score, "(file)", None, f"the timing of what drawings/{path.name} shows")


def _danger_words(root: Path, content: ContentLibrary) -> Problems:
    """Words in a question only ever lead to a sign's question."""
    asking = [name for name, sign in content.signs.items() if sign.ask]
    for language in languages(root):
        file = f"words/{language}/danger_words.toml"
        yield from _known(root, file, "(key)", read(root / file, root).names_of_keys(), asking)


def _known(root: Path, file: str, key: str, names: Iterable[str | None], among: Iterable[str]) -> Problems:
    known = sorted(among)
    for name in names:
        if name is not None and name not in known:
            yield ContentError(shown(root / file, root), key, name, f"one of {', '.join(known)}")


def _signs_and_questions(root: Path, content: ContentLibrary) -> Problems:
    among = {
        "sign": list(content.signs),
        "ask": list(content.questions),
        "rung": [rung.name for rung in content.ladder.rungs],
        "set": list(content.scores),
    }
    for name, sign in content.signs.items():
        for key, found, there in (
            ("ask", sign.ask, content.questions),
            ("adds", sign.adds, content.limits),
            ("family", sign.family, content.signs),
            ("ends_in", sign.ends_in, content.questions),
        ):
            yield from _known(root, "signs.toml", f"{name}.{key}", (found,), there)
        for limit, other in sign.coloured.items():
            yield from _known(root, "signs.toml", f"{name}.coloured", (limit,), content.limits)
            yield from _known(root, "signs.toml", f"{name}.coloured.{limit}", (other,), content.signs)
        if name.endswith(MAYBE) and not (sign.ask and sign.family):
            file = shown(root / "signs.toml", root)
            yield ContentError(file, f"{name}.family", sign.family, "a question, and the sign that it asks about")
        yield from _known(root, "signs.toml", f"{name}.sources", sign.sources, content.sources)
    for name, question in content.questions.items():
        yield from _known(root, "questions.toml", f"{name}.sources", question.sources, content.sources)
        yield from _known(root, "questions.toml", f"{name}.means", question.means, content.slot_ids()["Site"])
        yield from _known(root, "questions.toml", f"{name}.means", question.means.values(), content.scores)
        yield from _known(
            root, "questions.toml", f"{name}.says_yes", question.says_yes, {**content.signs, **content.limits}
        )
        yield from _known(root, "questions.toml", f"{name}.tells", question.tells, content.signs)
        yield from _known(root, "questions.toml", f"{name}.tells", question.tells.values(), content.signs)
        for answer in ("yes", "no", "unsure", "silence"):
            outcome: Outcome | None = getattr(question, answer)
            if outcome and outcome.kind in among:
                key = f"{name}.{answer}.{outcome.kind}"
                yield from _known(root, "questions.toml", key, (outcome.to,), among[outcome.kind])


def _places(root: Path, content: ContentLibrary) -> Problems:
    for site, place in content.elsewhere.items():
        yield from _known(root, "elsewhere.toml", f"{site}.sign", (place.sign,), content.signs)
        if site not in content.scores and not (place.sign or place.ask):
            file = shown(root / "elsewhere.toml", root)
            yield ContentError(file, f"{site}.ask", None, "a sign or a question, for it has no score")
        for key in ("ask", "ask_first", "not_gone"):
            yield from _known(root, "elsewhere.toml", f"{site}.{key}", (getattr(place, key),), content.questions)
        yield from _known(root, "elsewhere.toml", f"{site}.sources", place.sources, content.sources)
    for site, score in content.scores.items():
        if score.place and score.leg == (site in content.elsewhere):
            file, expected = (
                shown(root / "scores" / f"{site}.toml", root),
                f"either leg = true, or [{site}] in elsewhere.toml",
            )
            yield ContentError(file, "leg", score.leg, expected)
        yield from _known(root, f"scores/{site}.toml", "bent_knee", (score.bent_knee,), content.scores)
        yield from _known(root, f"scores/{site}.toml", "only_for", score.only_for, content.scores)
        for position, sources in score.sources.items():
            yield from _known(root, f"scores/{site}.toml", f"{position}.sources", sources, content.sources)


def _ladder(root: Path, content: ContentLibrary) -> Problems:
    ladder, file = content.ladder, "ladder.toml"
    for rung in ladder.rungs:
        yield from _known(root, file, f"{rung.name}.ask", (rung.ask,), content.questions)
        yield from _known(root, file, f"{rung.name}.then", (rung.then,), [each.name for each in ladder.rungs])
        yield from _known(root, file, f"{rung.name}.score", (rung.score,), content.scores)
        yield from _form(root, content, rung)
    yield from _known(root, file, "clock.ask", (ladder.ask,), content.questions)
    yield from _known(root, file, "clock.stop", (ladder.stop,), content.signs)


def _form(root: Path, content: ContentLibrary, rung: LadderStep) -> Problems:
    """A rung's form is timed for every place that climbs to it, and is no part of the routine before sleep."""
    climbing = [site for site, score in content.scores.items() if score.place and site not in content.elsewhere]
    doses = {content.scores[site].dose for site in ([rung.score] if rung.score else climbing) if site in content.scores}
    forms = {form for _, form in content.doses if all((dose, form) in content.doses for dose in doses)} - set(ROUTINE)
    if rung.form and rung.form not in forms:
        fit = ", ".join(sorted(forms))
        yield ContentError(shown(root / "ladder.toml", root), f"{rung.name}.set", str(rung.form), f"one of {fit}")


def _limits(root: Path, content: ContentLibrary) -> Problems:
    for name, rule in content.limits.items():
        yield from _known(root, "limits.toml", f"{name}.sites", rule.sites, content.scores)
        yield from _known(root, "limits.toml", f"{name}.ask_before", (rule.ask_before,), content.questions)
        for site, cell in rule.sites.items():
            key = f"{name}.sites.{site}.silent_with"
            yield from _known(root, "limits.toml", key, cell.silent_with, content.limits)
        yield from _known(root, "limits.toml", f"{name}.check_first", rule.check_first, content.scores)
        yield from _known(root, "limits.toml", f"{name}.sources", rule.sources, content.sources)


def coverage(root: Path, words: Locale) -> Problems:
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
