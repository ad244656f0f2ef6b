"""Words by day and at the end: answers, sources, help, goodbye, and what was not understood."""

from skill.core import personalize
from skill.core.output import Line
from skill.core.preferences import NOTICE
from skill.core.schema import Question
from skill.core.vocabulary import Form, Level, Position, Step
from skill.dialogue import reminders, start_set
from skill.dialogue.session import SetStart
from skill.dialogue.turn import IN_CALM, LASTING, Answer, Turn, danger, is_grave, known_already, lines

#: Questions after which one has asked already, and stays in calm.
ASKED_BEFORE = ("anything_else", "what_to_know")


def ask(turn: Turn) -> Answer:
    """A question about cramps."""
    topic = turn.input.topic
    return not_understood(turn) if topic is None else answer(turn, topic)


def answer(turn: Turn, topic: str) -> Answer:
    """Two sentences and, the first time, the notice; in mid-set the set waits and silence takes it up again."""
    known, entry = turn.state, turn.library.answers[topic]
    limit = next((limit for limit, _ in personalize.rules(turn.library, known.limits) if limit in entry.under), None)
    said = lines(f"answers.{limit}.{topic}" if limit else f"answers.{topic}")
    turn = turn.with_session(sources=entry.sources, topic=topic)
    play = turn.running_play()
    if play or turn.place.question in ("go_on", "go_on_after_answer"):
        return turn.ask("go_on_after_answer", said, play)
    if turn.place.question not in IN_CALM:
        return turn.remark(said)
    if NOTICE not in known.notices:
        return turn.mark_once(NOTICE).ask("anything_else", (*said, *lines("talk.notice")))
    offered = reminders.offer(turn, said) if turn.place.question in ASKED_BEFORE else None
    return offered or turn.ask("anything_else", said)


def source(turn: Turn) -> Answer:
    """Whose word the last thing said was."""
    known = turn.state
    if not known.sources:
        return turn.remark(lines("talk.no_source"))
    named = [turn.words.text(f"sources.{name}") for name in known.sources]
    spoken = named[0]
    for name in named[1:]:
        spoken = turn.words.text("talk.sources_joined", {"SOURCE": spoken, "MORE": name})
    return turn.remark((Line("talk.source", {"SOURCE": spoken}),))


def help_(turn: Turn) -> Answer:
    """In a cramp, one calm word and on; the menu only in calm, or when it is asked for twice at the launch."""
    if turn.in_set:
        return turn.continue_set((*lines("talk.breathe"), *turn.keep_going()))
    known, question = turn.state, turn.place.question
    if question == "where" and "where" not in known.asked:
        return turn.with_session(asked=(*known.asked, "where")).remark(lines("talk.breathe"))
    if question not in IN_CALM:
        return turn.remark(lines("talk.breathe"))
    return menu(turn)


def menu(turn: Turn) -> Answer:
    """What can be asked, and the notice."""
    return turn.mark_once(NOTICE).ask("what_to_know", lines("talk.help", "talk.notice"))


def not_understood(turn: Turn) -> Answer:
    """Before any set the launch action; in a set it goes on; else the open question again."""
    if turn.in_set:
        return turn.continue_set(turn.keep_going())
    if turn.place.question in (None, "where", "what_to_know", "anything_else") and not turn.state.sets_given:
        return turn.remark(lines("talk.not_for_that")) if turn.state.topic else start_set.launch(turn)
    return turn.remark(())


def stop(turn: Turn) -> Answer:
    """A quiet end; while a sign stands, the last word is to wake someone. What lasts is told to be as it was."""
    if turn.state.signs:
        return turn.send(turn.part(lines("care.alarm")), care=True)
    asked = turn.library.questions.get(turn.place.question or "")
    if asked and asked.no.kind == "say" and turn.place.question in LASTING:
        return turn.goodbye(lines(asked.no.to))
    warning = _left_open(turn, asked) if asked else None
    if warning:
        return turn.send(turn.part(lines(warning)), care=True)
    return turn.goodbye(lines("talk.goodbye"))


def _left_open(turn: Turn, asked: Question) -> str | None:
    """The last word where a question about a warning sign got "stop" for an answer: whom to call, and when."""
    silence, known = asked.silence, known_already(asked)
    if known:
        return f"signs.{known}"
    if silence and silence.kind == "say" and turn.words.names_help(silence.to):
        return silence.to
    urgent = {Level.EMERGENCY: "care.if_yes_emergency", Level.URGENT: "care.if_yes_urgent"}
    return urgent.get(danger(turn.library, turn.place.question) or Level.SOON)


def good_night(turn: Turn) -> Answer:
    """The end of the routine before sleep."""
    return reminders.offer(turn) or turn.goodbye(lines("bedtime.sleep_well"))


def bedtime(turn: Turn) -> Answer:
    """The routine before sleep, in the position that suits."""
    known = turn.state
    if is_grave(turn.library, turn.place.question):
        return turn.remark(())  # it wants an answer before anything else
    if turn.place.question in ("reminder_time", "offer_reminder"):
        return turn.ask("reminder_time")  # "before bed" is no hour
    step = Step("bedtime", known.position or Position.STANDING, Form.PART_ONE)
    if not personalize.positions(turn.library, step.site, known.limits):
        return turn.remark(lines("bedtime.none"))
    play = SetStart(personalize.adapt_set(turn.library, step, known.limits))
    return turn.start_set(play, lines("bedtime.claim"))
