"""Warning signs: what stops everything, what asks one question first, what waits for relief."""

from dataclasses import replace

from skill.core.output import SpeechPart
from skill.core.schema import ContentLibrary
from skill.core.vocabulary import NUMB, Level, Limit, Sign
from skill.dialogue import start_set
from skill.dialogue.questions import HEARD, LASTING, known_already, level, told_by_yes, wants_an_answer
from skill.dialogue.session import SetStart
from skill.dialogue.turn import Answer, Turn, lines

SIGN_LINES = "signs."  #: how the names of the signs' lines begin
MAYBE = "_maybe"  #: how the ids of words end that only ask one question first


def broken_off(turn: Turn) -> SetStart:
    """What is broken off by a question or a sign: the running move, the set that waits, or the set for this place."""
    if turn.in_set and turn.place.step:
        return SetStart(turn.place.step, turn.place.move)
    return turn.state.waiting or SetStart(turn.current_set)


def fire(turn: Turn, name: str, with_cramp: bool = False) -> Answer:
    """What this sign means for this person: its care line, its question, or a line kept for after relief."""
    library, known = turn.library, turn.state
    for limit, _ in library.limits.items():
        if limit in known.limits and limit in library.signs[name].coloured:
            name = library.signs[name].coloured[limit]
            break
    rule = library.signs[name]
    if rule.adds and rule.adds not in known.limits:
        turn = turn.with_session(limits=(*known.limits, rule.adds))
    if known.signs and (rule.level is None or rule.level is Level.SOON):
        return _beside_another(turn, name)
    if rule.ask and turn.place.question != rule.ask and wants_an_answer(library, turn.place.question):
        return _at_another(turn, name, rule.ask)
    if rule.ask and rule.action_first and not turn.in_set and not known.sets_given:
        return start_set.ask_between(turn, turn.current_set, rule.ask)
    if rule.ask:
        return _ask_first(turn, name, rule.ask)
    if rule.level is Level.SOON:
        return _later(turn, name, with_cramp)
    if rule.ends_in:  # it interrupts, and the stretch may go on after it
        turn = turn.with_session(sources=rule.sources, topic=None, doubted=None, waiting=broken_off(turn))
        return turn.ask(rule.ends_in, lines(f"{SIGN_LINES}{name}"))
    return stop(turn.with_session(waiting=broken_off(turn)), name)


def coloured(turn: Turn, limit: Limit) -> Answer | None:
    """What a limit makes of a sign that was told before it ("I'm pregnant", after "it's swollen"); None where it makes nothing."""
    known = turn.state
    waiting = tuple(line.removeprefix(SIGN_LINES) for line in known.lines_after_relief if line.startswith(SIGN_LINES))
    for sign in (*known.signs, *waiting):
        if limit in turn.library.signs[sign].coloured:
            signs = tuple(other for other in known.signs if other != sign)
            owed = tuple(line for line in known.lines_after_relief if line != f"{SIGN_LINES}{sign}")
            return fire(turn.with_session(signs=signs, lines_after_relief=owed), sign)
    return None


def _beside_another(turn: Turn, name: str) -> Answer:
    """A word that alone would only ask, said while a sign stands: it is not alone, so what is more urgent is taken as said."""
    ask = turn.library.signs[name].ask
    outcome = turn.library.questions[ask].yes if ask and name.endswith(MAYBE) else None
    if outcome is None or outcome.kind != "sign":
        return speak(turn)
    graver = level(turn.library, outcome.to) > level(turn.library, turn.state.signs[0])
    return stop(turn, outcome.to) if graver else speak(turn)


def _at_another(turn: Turn, name: str, ask: str) -> Answer:
    """A word that alone would only ask, said at the question about another: neither is alone, the more urgent is taken as said.

    What can wait waits. The check asks about so much that a word beside it is asked about by itself.
    """
    library = turn.library
    asked, new = library.questions[turn.place.question or ""], told_by_yes(library, library.questions[ask])
    if asked.checks:
        return _ask_first(turn, name, ask)
    told = known_already(asked) or told_by_yes(library, asked)
    if new is not None and level(library, new) is Level.SOON:
        return keep_for_later(turn, new)
    if told is None or new is None:
        return _ask_first(turn, name, ask)
    graver = new if level(library, new) > level(library, told) else told
    return stop(turn.with_session(waiting=broken_off(turn)), graver)


def stop(turn: Turn, name: str, confirmed: bool = False) -> Answer:
    """Everything stops; the most urgent of the signs that stand is said.

    A sign that is told again, while it stands, gets the question whether it was heard right, without the line.
    """
    known = turn.state
    if name in known.signs:
        return unclear(turn)
    signs = (name, *(sign for sign in known.signs if sign != name))
    signs = tuple(sorted(signs, key=lambda sign: -level(turn.library, sign)))
    # Taken back or not: it is checked again before anything is rubbed.
    asked = tuple(question for question in known.asked if not turn.library.questions[question].checks)
    sources = turn.library.signs[signs[0]].sources
    return speak(
        turn.with_session(
            signs=signs,
            sources=sources,
            topic=None,
            checked=False,
            cleared=False,
            asked=asked,
            reported_pain=True,
            doubted=None,
            put_off=None,
            confirmed=confirmed,
            unclear=0,
        )
    )


def speak(turn: Turn) -> Answer:
    """The care line; an emergency's asks whether it was heard right. Silence gets the line once more."""
    known = turn.state
    sign = known.signs[0]
    if level(turn.library, sign) is Level.URGENT or known.confirmed:
        return turn.send(turn.care_part(question="repeat_care"), turn.care_in_silence(), care=True)
    question = turn.question(HEARD)
    if turn.library.signs[sign].says_it:
        question = replace(question, name="heard.again")
    said = (*turn.care_lines(sign), question)
    return turn.send(SpeechPart(said, question=HEARD), turn.care_in_silence(), care=True)


def doubt(turn: Turn, name: Sign) -> Answer:
    """Ask, once in a session, about a sign that was denied though nobody had asked: it may have been told, and misheard."""
    waiting, asked = broken_off(turn), turn.library.questions.get(turn.place.question or "")
    put_off = turn.place.question if asked and (asked.checks or asked.stops) else None
    doubts = (*turn.state.doubts, name)
    turn = turn.with_session(doubted=name, doubts=doubts, unclear=0, waiting=waiting, put_off=put_off)
    return turn.send(turn.part((), HEARD), turn.care_in_silence(), care=True)


def unclear(turn: Turn) -> Answer:
    """What is neither yes nor no while a sign stands or is doubted: whether it was heard right, once.

    After a second one the line comes once more, and the session closes: nobody is kept from calling for help.
    """
    known = turn.state
    line_was_lost = (
        not known.doubted and not known.last_output
    )  # the sign was kept from attributes that could not be read
    if line_was_lost:
        return speak(turn)
    turn = turn.with_session(unclear=known.unclear + 1)
    if known.unclear == 0:
        return turn.send(turn.part((), HEARD), turn.care_in_silence(), care=True)
    sign = known.doubted or known.signs[0]
    return turn.send(turn.part(lines(f"{SIGN_LINES}{sign}", "care.open_again")), care=True)


def confirm(turn: Turn) -> Answer:
    """A yes to whether the sign was heard right: the care line, with its number, and whether to repeat it."""
    doubted = turn.state.doubted
    if doubted:
        return stop(turn.with_session(doubted=None), doubted, confirmed=True)
    return speak(replace(turn.with_session(confirmed=True, unclear=0), is_repeat=True))


def clear(turn: Turn) -> Answer:
    """A no to whether the sign was heard right: it is undone, and what the person wanted goes on at once, with nothing rubbed."""
    known = turn.state
    gone = known.doubted or known.signs[0]
    turn = turn.with_session(
        signs=tuple(sign for sign in known.signs if sign != gone),
        doubted=None,
        confirmed=False,
        unclear=0,
        massage_refused=True,
        put_off=None,
    )
    if turn.state.signs:
        return speak(turn)
    if known.put_off:
        return turn.ask(known.put_off)
    if family(turn.library, gone) == family(turn.library, turn.library.ladder.stop):  # it had not lasted so long
        asked = tuple(question for question in known.asked if question != turn.library.ladder.ask)
        turn = turn.with_session(relief_started_at=turn.now, asked=asked)
    if not known.relief_started:
        return start_set.launch(turn)
    return start_set.resume(turn, turn.gentle(known.waiting or SetStart(turn.current_set)))


def family(library: ContentLibrary, sign: Sign) -> Sign:
    """The sign that whoever denies this one means: itself, or the one that its family is named for."""
    if sign == NUMB:
        return "no_blood_flow"
    rule = library.signs[sign]
    return rule.family or sign


def takes_back(library: ContentLibrary, denied: Sign, sign: Sign) -> bool:
    """Return True if denying `denied` denies `sign`: itself, what a limit made of it, or one of its family."""
    rule = library.signs.get(denied)
    made_of_it = rule is not None and sign in rule.coloured.values()
    return made_of_it or family(library, denied) == family(library, sign)


def _ask_first(turn: Turn, name: str, question: str) -> Answer:
    """One question before anything fires. A question about a thing that can wait does not break off a set."""
    outcome = turn.library.questions[question].yes
    can_wait = outcome.kind == "sign" and level(turn.library, outcome.to) is Level.SOON
    if can_wait and (turn.in_set or turn.place.question == "gone"):
        return keep_for_later(turn, outcome.to)
    return turn.with_session(sources=turn.library.signs[name].sources).ask(question, waiting=broken_off(turn))


def _later(turn: Turn, name: str, with_cramp: bool) -> Answer:
    """A sign that never interrupts: its line follows relief; with no cramp about, it is said at once."""
    known = turn.state
    if with_cramp and not turn.in_set:
        return start_set.begin(owing(turn, name), turn.current_set)
    if known.relief_started or turn.place.question in LASTING:  # "every night" is said there of the reminder, too
        return keep_for_later(turn, name)
    turn = turn.with_session(sources=turn.library.signs[name].sources, topic=None)
    return turn.ask("cramping_now", lines(f"signs.{name}"), SetStart(turn.current_set))


def owing(turn: Turn, name: str) -> Turn:
    line, owed = f"signs.{name}", turn.state.lines_after_relief
    return turn if line in owed else turn.with_session(lines_after_relief=(*owed, line))


def keep_for_later(turn: Turn, name: str) -> Answer:
    """The set goes on; the sign's line follows relief."""
    return owing(turn, name).remark(turn.keep_going())
