"""Words by day and at the end: answers, sources, help, goodbye, and what was not understood."""

from skill.core import personalize
from skill.core.output import Line
from skill.core.preferences import NOTICE
from skill.core.schema import Question
from skill.core.vocabulary import Form, Level, Position, Step
from skill.dialogue import reminders, start_set, warning_signs
from skill.dialogue.questions import HEARD, IN_CALM, LASTING, danger, is_grave, known_already, level
from skill.dialogue.session import SetStart
from skill.dialogue.turn import Answer, Turn, lines

#: Questions after which one has asked already, and stays in calm.
ASKED_BEFORE = ("anything_else", "what_to_know")


def ask(turn: Turn) -> Answer:
    """A question about cramps."""
    topic = turn.input.topic
    return no_answer(turn) if topic is None else answer(turn, topic)


def no_answer(turn: Turn) -> Answer:
    """A question that the skill has no answer to: that is said, and what was under way goes on."""
    said = lines("talk.no_answer")
    play = turn.running_play()
    if play:
        return turn.ask("go_on_after_answer", said, play)
    if turn.place.question is None:
        return turn.ask("anything_else", said)
    return turn.remark(said)


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


def coach(turn: Turn) -> Answer:
    """What is asked or told about the movement: a short word, and it goes on."""
    matter, site = turn.input.matter, turn.current_set.site
    if not turn.state.relief_started and not turn.in_set and turn.place.question is None:
        return start_set.launch(turn)
    if matter is None:
        return turn.remark(turn.keep_going())
    own = f"coaching.{site}.{matter}"
    said = lines(own if turn.words.has(own) else f"coaching.{matter}")
    return turn.continue_set(said) if turn.in_set else turn.remark(said)


def cancel(turn: Turn) -> Answer:
    """ "Never mind": as "stop", but while a sign stands it asks once whether that was heard right."""
    if (turn.state.signs or turn.state.doubted) and not turn.state.unclear:
        return warning_signs.unclear(turn)
    return stop(turn)


def stop(turn: Turn) -> Answer:
    """A quiet end, with the gravest line that is owed; while an emergency stands, the last word is to wake someone."""
    known = turn.state
    if known.signs and level(turn.library, known.signs[0]) is Level.EMERGENCY:
        return turn.send(turn.part(lines("care.alarm")), care=True)
    if known.signs:
        return turn.send(turn.part(lines("talk.goodbye")), care=True)
    gravest = sorted(known.lines_after_relief, key=lambda line: not line.startswith("signs."))[:1]
    asked = turn.library.questions.get(turn.place.question or "")
    goodbye = "talk.goodbye"
    if asked and asked.no.kind == "say" and turn.place.question in LASTING:
        goodbye = asked.no.to
    elif asked and (warning := _left_open(turn, asked)):
        return turn.send(turn.part(lines(warning)), care=True)
    said = lines(goodbye, *gravest)
    return turn.with_session(lines_after_relief=()).send(turn.part(said), card=True)


#: The last word where a question about a sign got "stop" for an answer.
_IF_YES = {Level.EMERGENCY: "care.if_yes_emergency", Level.URGENT: "care.if_yes_urgent"}


def _left_open(turn: Turn, asked: Question) -> str | None:
    """The last word where a question about a warning sign got "stop" for an answer: whom to call, and when."""
    if turn.place.question == HEARD:
        doubted = turn.state.doubted
        return _IF_YES.get(level(turn.library, doubted)) if doubted else None
    silence, known = asked.silence, known_already(asked)
    if known:
        return f"signs.{known}"
    if silence and silence.kind == "say" and turn.words.names_help(silence.to):
        return silence.to
    return _IF_YES.get(danger(turn.library, turn.place.question) or Level.SOON)


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
    usual = Position.STANDING if known.steady else Position.SITTING
    step = Step("bedtime", known.position or usual, Form.PART_ONE)
    if not personalize.positions(turn.library, step.site, known.limits):
        return turn.remark(lines("bedtime.none"))
    play = SetStart(personalize.adapt_set(turn.library, step, known.limits))
    return turn.start_set(play, lines("bedtime.claim"))


def eased(turn: Turn) -> Answer:
    """It has gone: two lines of aftercare and a quiet end."""
    known = turn.state
    if not known.relief_started:
        return turn.with_session(reported_pain=True).ask("what_to_know", lines("talk.eased_early"))
    return turn.goodbye(lines("talk.aftercare", "talk.come_back"))
