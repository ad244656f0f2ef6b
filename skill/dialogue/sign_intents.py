"""What is said of warning signs: that there is one, that there is none, or that somebody is not sure."""

from skill.core.vocabulary import Side
from skill.dialogue import start_set, warning_signs, yes_no
from skill.dialogue.session import SetStart
from skill.dialogue.turn import Answer, Turn

NOT_UNDERSTOOD = "check"  #: what is asked about a sign that was said but not understood


def sign(turn: Turn) -> Answer:
    """A warning sign was said; with none named it means "maybe", an answer to the question that is open."""
    ask = turn.input
    if "Sign" in ask.unknown and turn.state.signs:
        return warning_signs.speak(turn)
    if "Sign" in ask.unknown:
        return turn.ask(NOT_UNDERSTOOD, waiting=warning_signs.broken_off(turn))
    if ask.sign is None:
        return yes_no.unsure(turn)
    question = turn.library.questions.get(turn.place.question or "")
    if question and ask.sign in question.says_yes and not turn.state.signs:
        return yes_no.follow(turn, question.yes)
    if ask.site and ask.site in turn.library.scores:
        turn = turn.with_session(site=ask.site)
    if ask.side and ask.side != Side.OTHER:
        turn = turn.with_session(side=ask.side)
    return warning_signs.fire(turn, ask.sign, with_cramp=ask.site is not None)


def deny(turn: Turn) -> Answer:
    """ "It is not swollen": takes a sign back, or answers the question that asked for it."""
    known = turn.state
    if known.signs:
        return _take_back(turn)
    question = turn.library.questions.get(turn.place.question or "")
    if question is not None and turn.place.question not in ("gone", "where"):
        return yes_no.no(turn)
    if turn.in_set:
        return turn.remark(turn.keep_going())
    if not known.relief_started:
        return start_set.launch(turn)
    return turn.remark(())


def _take_back(turn: Turn) -> Answer:
    known = turn.state
    denied = (turn.input.sign or "").removesuffix(warning_signs.MAYBE)
    left = tuple(sign for sign in known.signs if denied and not _same(turn, sign, denied))
    turn = turn.with_session(signs=left)
    if left:
        return warning_signs.speak(turn)
    return start_set.resume(turn, known.waiting or SetStart(turn.current_set))


def _same(turn: Turn, sign: str, denied: str) -> bool:
    """Whether taking back `denied` takes back `sign`: itself, what a limit made of it, or one of its family."""
    rule = turn.library.signs.get(denied)
    made_of_it = rule is not None and sign in rule.coloured.values()
    return sign == denied or made_of_it or turn.library.signs[sign].family == denied
