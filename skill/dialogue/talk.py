"""Words by day and at the end: answers, sources, help, goodbye, and what was not understood."""

from skill import adapt
from skill.body import Form, Position, Step, Voice
from skill.dialogue import sets
from skill.dialogue.conversation import Play
from skill.dialogue.turn import Answer, Turn, lines
from skill.reply import Line

#: Questions (or none) at which nobody is known to be in the middle of a cramp.
IN_CALM = (None, "where", "anything_else", "what_to_know", "cramping_now", "next_part", "stop_there")


def ask(turn: Turn) -> Answer:
    """A question about cramps."""
    topic = turn.ask.topic
    return not_understood(turn) if topic is None else answer(turn, topic)


def answer(turn: Turn, topic: str) -> Answer:
    """Two sentences and, the first time, the notice; in mid-set the set waits and silence takes it up again."""
    known, entry = turn.conversation, turn.library.answers[topic]
    limit = next((limit for limit, _ in adapt.rules(turn.library, known.limits) if limit in entry.under), None)
    said = lines(f"answers.{limit}.{topic}" if limit else f"answers.{topic}")
    turn = turn.but(sources=entry.sources, topic=topic)
    play = turn.running_play()
    if play or turn.place.question in ("go_on", "go_on_after_answer"):
        return turn.put("go_on_after_answer", said, play)
    if turn.place.question not in IN_CALM:
        return turn.aside(said)
    if not known.noticed:
        said += lines("talk.notice")
    return turn.but(noticed=True).put("anything_else", said)


def source(turn: Turn) -> Answer:
    """Whose word the last thing said was."""
    known = turn.conversation
    if not known.sources:
        return turn.aside(lines("talk.no_source"))
    named = [turn.words.text(f"sources.{name}") for name in known.sources]
    spoken = named[0]
    for name in named[1:]:
        spoken = turn.words.text("talk.sources_joined", {"SOURCE": spoken, "MORE": name})
    return turn.aside((Line("talk.source", {"SOURCE": spoken}),))


def help_(turn: Turn) -> Answer:
    """In a cramp, one calm word and on; the menu only in calm, or when it is asked for twice at the launch."""
    if turn.in_set:
        return turn.go_on((*lines("talk.breathe"), *turn.keep_going()))
    known, question = turn.conversation, turn.place.question
    if question == "where" and "where" not in known.asked:
        return turn.but(asked=(*known.asked, "where")).aside(lines("talk.breathe"))
    if question not in IN_CALM:
        return turn.aside(lines("talk.breathe"))
    return menu(turn)


def menu(turn: Turn) -> Answer:
    """What can be asked, and the notice."""
    return turn.but(noticed=True).put("what_to_know", lines("talk.help", "talk.notice"))


def not_understood(turn: Turn) -> Answer:
    """Before any set the launch action; in a set it goes on; else the open question again."""
    if turn.in_set:
        return turn.go_on(turn.keep_going())
    if turn.place.question in (None, "where", "what_to_know", "anything_else") and not turn.conversation.given:
        return turn.aside(lines("talk.not_for_that")) if turn.conversation.topic else sets.launch(turn)
    return turn.aside(())


def stop(turn: Turn) -> Answer:
    """A quiet end; while a sign stands, the last word is to wake someone."""
    if turn.conversation.signs:
        return turn.send(turn.part(lines("care.alarm")), care=True)
    return turn.goodbye(lines("talk.goodbye"))


def voice(turn: Turn) -> Answer:
    wish = turn.ask.voice
    return (
        turn.aside(turn.keep_going()) if wish is None else turn.but(voice=Voice(wish)).aside(lines("talk.voice_kept"))
    )


def nothing_kept(turn: Turn) -> Answer:
    return turn.aside(lines("talk.no_storing"))


def no_reminders(turn: Turn) -> Answer:
    return turn.aside(lines("talk.no_reminders"))


def no_reminder_to_cancel(turn: Turn) -> Answer:
    return turn.aside(lines("talk.no_reminder_to_cancel"))


def bedtime(turn: Turn) -> Answer:
    """The routine before sleep, in the position that suits."""
    known = turn.conversation
    step = Step("bedtime", known.position or Position.STANDING, Form.PART_ONE)
    if not adapt.positions(turn.library, step.site, known.limits):
        return turn.aside(lines("bedtime.none"))
    play = Play(adapt.suit(turn.library, step, known.limits))
    return turn.perform(play, lines("bedtime.claim"))
