"""Relief: a cramp is named, the person says what does not suit them, and the cramp goes."""

from skill.core.schema import Question
from skill.core.vocabulary import DEFAULT_SITE, ROUTINE, Side
from skill.dialogue import elsewhere, ladder, limits, start_set, yes_no
from skill.dialogue.turn import Answer, Turn, lines

_OPPOSITE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def relieve(turn: Turn) -> Answer:
    """A cramp is named, with any mix of place, side and position; what is not said stays as it was."""
    ask, known = turn.input, turn.state
    turn = limits.noted(turn.with_session(reported_pain=True), told=ask.intent == "RelieveIntent")
    question = turn.library.questions.get(turn.place.question or "")
    said = question.means.get(ask.site, ask.site) if question and ask.site else ask.site
    site = said or known.site or DEFAULT_SITE
    side = _side(known.side, ask.side)
    moved = site != (known.site or DEFAULT_SITE) or (ask.side is not None and side != known.side)
    again = (
        not moved
        and ask.side in (None, known.side)
        and turn.state.limits == known.limits
        and turn.state.position == known.position
    )
    if again and ask.intent == "RelieveIntent" and known.sets_given:
        told_again = _told_again(turn, question)
        if told_again:
            return told_again
    turn = turn.with_session(side=side)
    if site in turn.library.elsewhere and site not in turn.library.scores:
        return elsewhere.ask(turn, site)
    turn = turn.with_session(site=site)
    if moved:
        turn = turn.with_session(ladder_step=None, checked=False, asked=())
    return start_set.begin(turn, turn.current_set)


def _told_again(turn: Turn, question: Question | None) -> Answer | None:
    """The same cramp told again: in a running set, ease off; at the check, silence; after a set, it is still cramping."""
    if turn.place.step and turn.place.step.form in ROUTINE:
        return None
    if turn.in_set:
        return turn.continue_set(lines("coaching.hurts_to_pull"))
    if question is not None and question.checks:
        return yes_no.silence(turn)
    if turn.place.finished or turn.place.question == "gone":
        return ladder.still(turn)
    return None


def _side(known: str | None, said: str | None) -> str | None:
    """The other side of a known one; with no side known, "other" drops it."""
    if said == Side.OTHER:
        return _OPPOSITE.get(Side(known)) if known else None
    return said or known
