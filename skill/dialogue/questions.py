"""The questions that the code names, and of which warning sign an answer to a question tells."""

from skill.core.schema import ContentLibrary, Question
from skill.core.vocabulary import Level, Sign

CHECK = "check"  #: the question about swelling, heat, cold and injury
CHECK_BOTH = "check_both"  #: the same for both legs at once, which have no other leg to compare with
DANGER = "danger_when_worse"  #: whether it is more than a cramp: asked when it gets worse, or something is wrong
HEARD = "heard"  #: whether a sign was heard right: the one that stands, or the one that is doubted
STEADY = "steady_here"  #: whether somebody is steady enough for a set that is done standing
#: Questions about what lasts.
LASTING = ("reminder_time", "set_reminder", "cancel_reminder", "offer_reminder", "forget")
#: Questions (or none) at which nobody is known to be in the middle of a cramp.
IN_CALM = (
    None,
    "where",
    "anything_else",
    "what_to_know",
    "cramping_now",
    "next_part",
    "stop_there",
    *LASTING,
)


def level(library: ContentLibrary, sign: str) -> Level:
    return library.signs[sign].level or Level.SOON


def told_by_yes(library: ContentLibrary, question: Question) -> Sign | None:
    """The sign of which a yes to this question tells; where yes leads to another question, the one that silence gets there."""
    outcome = library.questions[question.yes.to].silence if question.yes.kind == "ask" else question.yes
    return outcome.to if outcome and outcome.kind == "sign" else None


def known_already(question: Question) -> Sign | None:
    """The sign of which any answer to this question tells: where no leads to one too, it is the one that silence gets."""
    silence = question.silence
    return silence.to if silence and silence.kind == "sign" and question.no.kind in ("sign", "ask") else None


def danger(library: ContentLibrary, name: str | None) -> Level | None:
    """How urgent a yes to this question would be; None where it is about no warning sign."""
    question = library.questions.get(name or "")
    sign = told_by_yes(library, question) if question else None
    return level(library, sign) if sign else None


def is_grave(library: ContentLibrary, name: str | None) -> bool:
    """Whether a yes to this question would be an urgent sign, or an emergency."""
    if name == HEARD:
        return True
    return danger(library, name) in (Level.URGENT, Level.EMERGENCY)


def wants_an_answer(library: ContentLibrary, name: str | None) -> bool:
    """Whether a set may not go on before this question is answered: a grave one, on which silence would not go on either."""
    silence = library.questions[name].silence if name and name != HEARD else None
    return is_grave(library, name) and not (silence and silence.kind == "go")
