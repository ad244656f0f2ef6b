"""Interruptions that know the time: each works from the second at which the person speaks."""

from dataclasses import replace

from skill.core import personalize
from skill.core.output import Line
from skill.core.timeline import LONGEST_HOLD, SHORTEST_HOLD
from skill.core.vocabulary import DEFAULT_SITE, ROUTINE, TO_STANDING, Form, Pace, Side, Voice
from skill.dialogue import cramp, information, ladder, limits, start_set, warning_signs, yes_no
from skill.dialogue.session import PACE, VOICE, SetStart
from skill.dialogue.turn import Answer, Turn, lines

NOT_CAUGHT = 6.0  #: seconds after the words within which "again" means that they were not caught
HOLDS = (SHORTEST_HOLD, 20.0, LONGEST_HOLD)  #: the holds between which "longer" and "shorter" choose, in seconds


def pause(turn: Turn) -> Answer:
    """Quiet for a minute; the broken-off hold waits."""
    if not turn.state.relief_started and not turn.in_set:
        return start_set.launch(turn)
    return turn.with_session(waiting=turn.running_play() or turn.state.waiting or SetStart(turn.current_set)).pause()


def resume(turn: Turn) -> Answer:
    """Goes on with the hold that was broken off, started anew."""
    known = turn.state
    play = turn.running_play() or known.waiting
    if play:
        return start_set.resume(turn, play)
    return start_set.launch(turn) if not known.relief_started else _again(turn)


def repeat(turn: Turn) -> Answer:
    """The step that is running, or what was said last; louder and slower where it was just said and not caught."""
    known, place = turn.state, turn.place
    turn = replace(turn, is_repeat=_not_caught(turn))
    if known.signs:
        return warning_signs.speak(turn)
    if not known.relief_started and known.topic is None and place.question is None:
        return start_set.launch(turn)
    if turn.in_set or place.finished:
        return _again(turn)
    if place.question == "where":
        return start_set.launch(turn)
    if known.topic is not None:
        return information.answer(turn, known.topic)
    return turn.remark(())


def _not_caught(turn: Turn) -> bool:
    known = turn.state
    if turn.now is None or known.last_sent_at is None or not known.last_output or turn.place.by_silence:
        return False
    return turn.now - known.last_sent_at <= known.last_output[0].lead + NOT_CAUGHT


def _again(turn: Turn) -> Answer:
    place = turn.place
    if place.step is None:
        return start_set.begin(turn, turn.current_set)
    return turn.start_set(SetStart(place.step, place.move))


def timed_audio_failed(turn: Turn) -> Answer:
    """The device cannot play timed audio: from now on sets are spoken with breaks, and this one begins again."""
    turn, place = turn.with_session(apla_failed=True), turn.place
    if place.step:
        return turn.start_set(SetStart(place.step))
    if not turn.state.relief_started and place.question is None:
        return start_set.launch(turn)  # the session's attributes did not come with it, and somebody waits in pain
    return turn.pause() if place.question == "go_on" else turn.remark(())


def forward(turn: Turn) -> Answer:
    """The next hold of the set; after the last one, what comes next if it has not gone."""
    known, place = turn.state, turn.place
    if turn.in_set and place.step and place.timeline:
        if place.move + 1 < len(place.timeline.spans):
            return turn.start_set(SetStart(place.step, place.move + 1))
        following = turn.part_two(place.step)
        if following:
            return turn.start_set(following)
        return turn.send(turn.part(lines("talk.last_hold"), turn.asked_after(place.step)), turn.after_set(place.step))
    if known.waiting and place.question != "where":
        return start_set.resume(turn, known.waiting)
    return ladder.still(turn) if known.relief_started else start_set.launch(turn)


def relieve(turn: Turn) -> Answer:
    """A cramp is named; but a routine goes from leg to leg with every hold, and there "the other leg" is the next one."""
    ask, step = turn.input, turn.place.step
    in_routine = step is not None and step.form in ROUTINE and (turn.in_set or turn.state.waiting)
    if in_routine and ask.side == Side.OTHER and not (ask.site or ask.position):
        return forward(turn)
    return cramp.relieve(turn)


def place_named(turn: Turn) -> Answer:
    """A bare place, side or position: an answer or a correction. In a running set another place is asked about."""
    ask, known = turn.input, turn.state
    if ask.position == TO_STANDING:
        return limits.stand_up(turn)
    if ask.site is None and ask.side is None:
        return yes_no.adapt_to(turn) if ask.position else yes_no.not_understood(turn)
    question = turn.library.questions.get(turn.place.question or "")
    other = ask.site is not None and ask.site != (known.site or DEFAULT_SITE)
    in_routine = turn.place.step is not None and turn.place.step.form in ROUTINE
    if turn.in_set and not in_routine and ask.site is not None:
        if not other and ask.side in (None, known.side):
            return turn.continue_set(turn.keep_going())
        if other:
            play = turn.running_play()
            return turn.with_session(other_site=ask.site).ask("here_now", waiting=play)
    if question is not None and question.checks and not other and ask.side in (None, known.side):
        return yes_no.unclear(turn)
    return relieve(turn)


def back(turn: Turn) -> Answer:
    """The hold before; where front or back was asked, "back" is the answer."""
    known, place = turn.state, turn.place
    question = turn.library.questions.get(place.question or "")
    if question and "back" in question.means:
        return start_set.stretch_for(turn, question.means["back"])
    if place.step and place.timeline:
        return turn.start_set(SetStart(place.step, place.move if place.finished else max(0, place.move - 1)))
    if known.waiting and place.question != "where":
        return start_set.resume(turn, SetStart(known.waiting.step, max(0, known.waiting.move - 1)))
    return start_set.launch(turn) if not known.relief_started or place.question == "where" else turn.remark(())


def start_over(turn: Turn) -> Answer:
    """The whole set from its first hold."""
    known = turn.state
    play = turn.running_play() or (SetStart(turn.place.step) if turn.place.step else known.waiting)
    if play is None or turn.place.question == "where":
        return start_set.launch(turn)
    step = replace(play.step, form=Form.PLAIN) if play.step.form is Form.STILL_TIGHT else play.step
    return start_set.resume(turn, SetStart(step))


def time_left(turn: Turn) -> Answer:
    """What is left of the hold and of the set, to the second."""
    place, words = turn.place, turn.words
    if not turn.in_set or place.timeline is None:
        if not turn.state.relief_started and place.question is None:
            return turn.remark(lines("talk.time_left_none"))
        return turn.remark(lines("talk.no_more") if place.finished else lines("talk.time_left_none"))
    span = place.timeline.spans[place.move]
    whole = words.duration(place.timeline.ends - place.second)
    holding = span.hold_from <= place.second < span.hold_to
    if holding:
        return turn.continue_set(
            (Line("talk.time_left_hold", {"HOLD": words.duration(span.hold_to - place.second), "SET": whole}),)
        )
    soon = place.second < span.hold_from < span.hold_to
    return turn.continue_set((Line("talk.time_left_soon" if soon else "talk.time_left_rest", {"SET": whole}),))


def voice(turn: Turn) -> Answer:
    """Another voice, from this word on: "too loud" is quieter than it was, and "I can't hear you" gets what was missed."""
    known = turn.state
    if turn.input.voice is None:
        return turn.remark(turn.keep_going())
    wish = Voice(turn.input.voice)
    if wish is Voice.SOFT and known.last_sent_at is not None and known.voice is Voice.SOFT:
        wish = Voice.WHISPER
    missed = wish is Voice.NORMAL and _not_caught(turn) and not _holding(turn)
    turn = replace(
        turn.with_preference(VOICE, voice=wish), is_repeat=wish is Voice.NORMAL and known.voice is Voice.NORMAL
    )
    return repeat(turn) if missed else turn.remark(lines("talk.voice_kept"))


def _holding(turn: Turn) -> bool:
    """Whether a set has come to its first hold, which no word about the voice begins anew."""
    place = turn.place
    return turn.in_set and place.timeline is not None and place.second >= place.timeline.spans[0].hold_from


def pace(turn: Turn) -> Answer:
    """Slower gaps, or longer and shorter holds, from the running hold on."""
    known = turn.state
    match turn.input.pace:
        case Pace.SLOWER if known.slower:
            return turn.remark(lines("ladder.slowest"))
        case Pace.SLOWER:
            return _at_pace(turn.with_preference(PACE, slower=True), lines("talk.slow"))
        case Pace.FASTER if not known.slower:
            return turn.remark(lines("ladder.fastest"))
        case Pace.FASTER:
            return _at_pace(turn.with_preference(PACE, slower=False), lines("talk.fast"))
        case Pace.LONGER | Pace.SHORTER as wish:
            held = known.hold or _hold_of(turn)
            longer = wish == Pace.LONGER
            further = [hold for hold in HOLDS if (hold > held if longer else hold < held)]
            chosen = (min(further) if longer else max(further)) if further else held
            wished = turn.with_preference(PACE, hold=chosen)
            if _hold_of(wished) == _hold_of(turn):  # as far as it goes, for this person
                return turn.remark(lines("ladder.longest" if longer else "ladder.shortest"))
            return _at_pace(wished, lines("talk.long" if longer else "talk.short"))
        case _:
            return turn.remark(turn.keep_going())


def _hold_of(turn: Turn) -> float:
    """The hold that this person's set has, in seconds."""
    timeline = personalize.timeline(turn.library, turn.place.step or turn.current_set, turn.state.person)
    span = timeline.spans[min(turn.place.move, len(timeline.spans) - 1)]
    return span.hold_to - span.hold_from


def _at_pace(turn: Turn, heard: tuple[Line, ...]) -> Answer:
    play = turn.running_play()
    return turn.start_set(play) if play else turn.remark(heard)
