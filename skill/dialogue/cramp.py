"""Relief: a cramp is named, the person says what does not suit them, and the cramp goes."""

from dataclasses import replace

from skill.core import personalize
from skill.core.output import Line
from skill.core.vocabulary import DEFAULT_SITE, ROUTINE, Form, Side, Step
from skill.dialogue import ladder, start_set, warning_signs
from skill.dialogue.session import Play
from skill.dialogue.turn import Answer, Turn, lines

_OPPOSITE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def relieve(turn: Turn) -> Answer:
    """A cramp is named, with any mix of place, side and position; what is not said stays as it was."""
    turn = turn.but(hurts=True)
    ask, known = turn.ask, turn.conversation
    question = turn.library.questions.get(turn.place.question or "")
    said = question.means.get(ask.site, ask.site) if question and ask.site else ask.site
    site = said or known.site or DEFAULT_SITE
    side = _side(known.side, ask.side)
    moved = site != (known.site or DEFAULT_SITE) or (ask.side is not None and side != known.side)
    turn = turn.but(side=side, position=ask.position or known.position)
    if site in turn.library.elsewhere and site not in turn.library.scores:
        return _elsewhere(turn, site)
    turn = turn.but(site=site)
    if known.relieved:
        return start_set.came_back(turn)
    if moved:
        turn = turn.but(rung=None, checked=False, asked=())
    return start_set.begin(turn, turn.here)


def _side(known: str | None, said: str | None) -> str | None:
    """The other side of a known one; with no side known, "other" drops it."""
    if said == Side.OTHER:
        return _OPPOSITE.get(Side(known)) if known else None
    return said or known


def _elsewhere(turn: Turn, site: str) -> Answer:
    """Not a place to stretch: its line, and the one question that matters there."""
    place = turn.library.elsewhere[site]
    if place.sign:
        return warning_signs.fire(turn, place.sign)
    assert place.ask is not None
    return turn.put(place.ask, lines(f"elsewhere.{site}"), Play(turn.here))


def noted(turn: Turn) -> Turn:
    """The limit and the position that were said, kept for the rest of the session; what a limit owes follows relief."""
    ask, known = turn.ask, turn.conversation
    turn = turn.but(position=ask.position or known.position)
    if ask.limit is None or ask.limit in known.limits:
        return turn
    owed = f"limits.{ask.limit}.after"
    new = (owed,) if turn.words.has(owed) and owed not in known.owed else ()
    return turn.but(limits=(*known.limits, ask.limit), owed=(*known.owed, *new))


def change(turn: Turn) -> Answer:
    """What somebody cannot do, or where they are now: everything after this suits it."""
    ask, known, place = turn.ask, turn.conversation, turn.place
    heard: tuple[Line, ...] = ()
    if ask.limit and turn.words.has(f"limits.{ask.limit}.heard"):
        heard = lines(f"limits.{ask.limit}.heard")
    turn = noted(turn)
    if place.step is None and known.waiting is None:
        in_a_cramp = known.begun and place.question is not None
        return turn.aside(heard or lines("talk.noted")) if in_a_cramp else _changed_in_calm(turn)
    if place.finished and not ask.position:
        return turn.aside(heard or lines("talk.noted"))
    if place.step is None and turn.place.question not in (None, "where", "go_on", "go_on_after_answer"):
        return turn.aside(heard or lines("talk.noted"))
    broken = turn.running_play() or known.waiting or Play(place.step or turn.here)
    if broken.step.form in ROUTINE:
        return _routine_changed(turn, broken)
    if not _can_go_on(turn, broken.step):
        return ladder.take(turn, turn.library.ladder.rung("jiggle"))
    step = personalize.suit(
        turn.library, replace(broken.step, position=ask.position or broken.step.position), turn.conversation.limits
    )
    moves = len(personalize.timeline(turn.library, step, turn.conversation.person).spans)
    play = Play(step, min(broken.move, moves - 1))
    if turn.place.question == "where" and not turn.must_check(step):
        return start_set.launch(turn.but(waiting=None)) if not ask.position else start_set.begin(turn, turn.here)
    return start_set.resume(turn, play, heard)


def _can_go_on(turn: Turn, step: Step) -> bool:
    """Whether a walk or the like may go on: not for somebody who sits or cannot stand."""
    score = turn.library.scores[step.site]
    wanted = turn.ask.position or step.position
    allowed = personalize.positions(turn.library, step.site, turn.conversation.limits)
    return score.place or (wanted in score.sources and bool(allowed))


def _routine_changed(turn: Turn, broken: Play) -> Answer:
    """The routine goes on in another position, or is over where the limits leave none of it."""
    library, limits = turn.library, turn.conversation.limits
    if not personalize.positions(library, broken.step.site, limits):
        return turn.put("anything_else", lines("bedtime.none"))
    if broken.step.form is Form.PART_TWO and personalize.one_part(library, broken.step, limits):
        return turn.put("anything_else", lines("bedtime.enough"))
    position = turn.ask.position or broken.step.position
    return turn.start_set(Play(personalize.suit(library, replace(broken.step, position=position), limits), broken.move))


def _changed_in_calm(turn: Turn) -> Answer:
    if turn.ask.position:
        return start_set.begin(turn, turn.here)
    return start_set.launch(turn)


def eased(turn: Turn) -> Answer:
    """It has gone: two lines of aftercare and a quiet end."""
    known = turn.conversation
    if not known.begun:
        return turn.but(hurts=True).put("what_to_know", lines("talk.eased_early"))
    return turn.but(relieved=True).goodbye(lines("talk.aftercare", "talk.come_back"))
