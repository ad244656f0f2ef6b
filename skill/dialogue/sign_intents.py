"""What is said of warning signs: that there is one, that there is none, or that somebody is not sure."""

from dataclasses import replace

from skill.core.schema import Question
from skill.core.vocabulary import Level, Side, Sign
from skill.dialogue import elsewhere, information, limits, start_set, warning_signs, yes_no
from skill.dialogue.questions import CHECK, DANGER, is_grave, level, told_by_yes
from skill.dialogue.turn import Answer, Turn

#: Questions that a denial without a name does not answer: then it means the muscle.
ABOUT_THE_CRAMP = ("gone", "where", "go_on", "go_on_after_answer")


def sign(turn: Turn) -> Answer:
    """A warning sign was said. With no value it is an unsure answer to the open question, or a reason to check."""
    turn = _place_told(limits.noted(turn))
    ask, library = turn.input, turn.library
    if ask.sign is None:
        return _without_value(turn)
    question = library.questions.get(turn.place.question or "")
    if question and ask.sign in question.says_yes and not turn.state.signs:
        return yes_no.follow(turn, question.yes)
    told = library.signs[ask.sign].at.get(ask.site or "", ask.sign)
    if question and not turn.state.signs:
        told = question.tells.get(told, told)
    rule = library.signs[told]
    not_a_leg = ask.site in library.elsewhere and ask.site not in library.scores
    if not_a_leg and rule.level is Level.SOON and not turn.state.signs:
        return elsewhere.ask(warning_signs.owing(turn, told), ask.site or "")
    return warning_signs.fire(turn, told, with_cramp=ask.site is not None)


def other_question(turn: Turn) -> Answer:
    """A question that no topic answers; where its words may tell of a sign, that is asked about first."""
    ask = turn.input
    told = turn.words.sign_in(ask.subject) if ask.subject else None
    if told is None:
        return information.no_answer(turn)
    return sign(replace(turn, input=replace(ask, sign=told)))


def unmatched(turn: Turn) -> Answer | None:
    """The answer to words that resolve to nothing and may tell of a sign: that is asked about; None where they tell of none.

    Alexa may put a sign's words into any open slot: "can't breathe" into Limit, and then no set may go on.
    """
    ask = turn.input
    told = turn.words.sign_in(ask.unmatched) if ask.unmatched and ask.sign is None else None
    if told is None or ask.intent == "DenySignIntent":
        return None
    return sign(replace(turn, input=replace(ask, sign=told, unknown=(), unmatched="")))


def _place_told(turn: Turn) -> Turn:
    ask = turn.input
    if ask.site and ask.site in turn.library.scores:
        turn = turn.with_session(site=ask.site)
    if ask.side and ask.side != Side.OTHER:
        turn = turn.with_session(side=ask.side)
    return turn


def _without_value(turn: Turn) -> Answer:
    """A sign that was not said, or resolves to nothing."""
    place, known = turn.place, turn.state
    if known.signs or known.doubted:
        return warning_signs.unclear(turn)
    if turn.input.site in turn.library.scores and not turn.in_set:  # a cramp is told: the action first, then the check
        return start_set.ask_between(turn, turn.current_set, turn.check_question)
    if place.question is not None and not turn.in_set:
        return yes_no.unsure(turn)
    if CHECK in known.asked:
        return turn.remark(turn.keep_going()) if known.relief_started else start_set.launch(turn)
    asked = (*known.asked, CHECK)
    return turn.with_session(asked=asked).ask(turn.check_question, waiting=warning_signs.broken_off(turn))


def deny(turn: Turn) -> Answer:
    """A sign is denied: one that stands, one that the open question names, or one that nobody asked about."""
    known, denied = turn.state, turn.input.finding or turn.input.sign
    if known.signs:
        return _take_back(turn, denied)
    if known.doubted:
        return warning_signs.unclear(turn)
    if denied is None:
        return _deny_without_name(turn)
    question = turn.library.questions.get(turn.place.question or "")
    if question is not None and not turn.in_set and names(turn, question, denied):
        return yes_no.no(turn)
    family = warning_signs.family(turn.library, denied)
    if level(turn.library, family) is not Level.SOON and family not in known.doubts:
        return warning_signs.doubt(turn, family)
    if turn.in_set:
        return turn.remark(turn.keep_going())
    return turn.remark(()) if known.relief_started else start_set.launch(turn)


def names(turn: Turn, question: Question, denied: Sign) -> bool:
    """Return True if the question names this finding, so that its denial is a no to it."""
    library = turn.library
    told = told_by_yes(library, question)
    named = {*([told] if told else []), *question.tells, *question.tells.values()}
    named |= {name for name in question.says_yes if name in library.signs}
    return any(warning_signs.takes_back(library, denied, sign) for sign in named)


def _deny_without_name(turn: Turn) -> Answer:
    """A denial that names nothing is never a no: while a set runs or has ended, it means the wrong muscle."""
    known, place = turn.state, turn.place
    if "Finding" in turn.input.unknown or "Sign" in turn.input.unknown:
        return yes_no.unclear(turn)
    if not known.relief_started and not turn.in_set and place.question is None:
        return start_set.launch(turn)
    if turn.in_set or place.question in ABOUT_THE_CRAMP:
        return turn.ask("which_part", waiting=warning_signs.broken_off(turn))
    return yes_no.unclear(turn)


def _take_back(turn: Turn, denied: Sign | None) -> Answer:
    """A U sign is undone by its own denial. Whatever else is denied asks whether the sign was heard right."""
    known, library = turn.state, turn.library
    left = tuple(
        sign
        for sign in known.signs
        if denied is None
        or level(library, sign) is Level.EMERGENCY
        or not warning_signs.takes_back(library, denied, sign)
    )
    if left:
        return warning_signs.unclear(turn.with_session(signs=left))
    return warning_signs.clear(turn.with_session(signs=known.signs[:1]))


def something_wrong(turn: Turn) -> Answer:
    """The phrase that always works: the question about danger, in every state; said to that question it is a yes."""
    known, question = turn.state, turn.library.questions.get(turn.place.question or "")
    if known.signs or known.doubted:
        return warning_signs.unclear(turn)
    if question is not None and question.stops and is_grave(turn.library, turn.place.question):
        return yes_no.follow(turn, question.yes)
    turn = turn.with_session(reported_pain=True)
    return turn.ask(DANGER, waiting=warning_signs.broken_off(turn))
