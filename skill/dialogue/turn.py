"""One request being answered: what all topics build their replies from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from skill.core import personalize
from skill.core.locale import Locale
from skill.core.output import Line, Output, SpeechPart
from skill.core.personalize import Person
from skill.core.preferences import NOTICE
from skill.core.schema import ContentLibrary, Way
from skill.core.timeline import TimedCue, Timeline
from skill.core.vocabulary import DEFAULT_SITE, ROUTINE, Form, Level, Position, Side, Sign, Site, Step
from skill.dialogue.input import Input
from skill.dialogue.questions import CHECK, CHECK_BOTH, HEARD, IN_CALM, STEADY, danger, level
from skill.dialogue.session import PlaybackPosition, SentPart, SessionState, SetStart

Answer = tuple[SessionState, Output]
OWN_CHOICE = "design"  #: the source of what this skill chose by itself
LONG_WAY = 45.0  #: seconds on the way into a position after which a set has one hold
PAUSE = 60.0  #: seconds of silence after "pause"


def lines(*names: str) -> tuple[Line, ...]:
    return tuple(Line(name) for name in names)


@dataclass(frozen=True)
class Turn:
    input: Input
    now: float | None
    place: PlaybackPosition
    state: SessionState
    library: ContentLibrary
    words: Locale
    is_repeat: bool = False  #: the reply repeats what was not caught
    after_action: tuple[Line, ...] = ()  #: said after the first action of the set that starts

    def with_session(self, **changes: Any) -> "Turn":
        """The same turn, with something changed in what the session knows."""
        return replace(self, state=replace(self.state, **changes))

    def mark_once(self, notice: str) -> "Turn":
        """The same turn, with something said or offered that is never said again."""
        known = self.state.notices
        return self if notice in known else self.with_session(notices=(*known, notice))

    def with_preference(self, what: str, **changes: Any) -> "Turn":
        """The same turn, with something changed that is to last."""
        wishes = self.state.changed_preferences
        return self.with_session(**changes, changed_preferences=wishes if what in wishes else (*wishes, what))

    # --- what is known ------------------------------------------------------------------------------------------------

    @property
    def in_set(self) -> bool:
        return self.place.running

    @property
    def calm(self) -> bool:
        """Whether nobody is known to be in the middle of a cramp."""
        return not self.in_set and self.place.question in IN_CALM

    def running_play(self) -> SetStart | None:
        """The set that is running, from the hold in which it is broken off; in a rest, from the next hold."""
        place = self.place
        return SetStart(place.step, place.next_hold) if place.running and place.step else None

    @property
    def current_set(self) -> Step:
        """The plain set for this place and position."""
        known = self.state
        return self.plain(known.site or DEFAULT_SITE)

    def plain(self, site: Site) -> Step:
        """The plain set for a place, in the position that was said, or in the one that suits best."""
        known = self.state
        position = known.position or personalize.default_position(self.library, site, known.limits)
        return personalize.adapt_set(self.library, Step(site, position), known.limits)

    def seconds(self, part_lines: Sequence[Line], again: bool = False) -> float:
        texts = (self.words.text(line.name, line.places) for line in part_lines)
        return sum(self.words.seconds(text, self.state.voice, again) for text in texts)

    def clock(self) -> dict[str, Any]:
        """The changes with which the session's clock starts, at its first action for a cramp."""
        known = self.state
        return {
            "relief_started": True,
            "relief_started_at": self.now if known.relief_started_at is None else known.relief_started_at,
        }

    # --- parts --------------------------------------------------------------------------------------------------------

    def question(self, name: str) -> Line:
        """A question in full: one about a reminder names its time whenever it is asked; one about a warning sign is grave."""
        known = self.state
        if name == HEARD:
            return Line(f"heard.{known.doubted or known.signs[0]}", grave=True)
        places = {}
        if known.remind_at:
            places["TIME"] = self.words.time_of_day(known.remind_at)
        if known.other_site:
            places["SITE"] = self.words.text(f"places.{known.other_site}")
        line = self.limit_variant(self.library.questions[name].line).name
        return Line(line, places, grave=danger(self.library, name) is not None)

    def part(self, said: tuple[Line, ...], question: str | None = None) -> SpeechPart:
        """Lines, and a question after them."""
        return SpeechPart((*said, self.question(question)) if question else said, question=question)

    def set_part(
        self, play: SetStart, said: tuple[Line, ...] = (), usual_pace: bool = False, way: Way | None = None
    ) -> SpeechPart:
        """The way into the position and the first action, then, with time for that way, the set from one of its moves on."""
        delay = way.seconds if way else 0.0
        person = self.state.person.at_usual_pace if usual_pace else self.state.person
        timeline = personalize.timeline(self.library, play.step, person)
        start = timeline.spans[play.move].start - delay
        said = said or self.first_lines(play, person)
        if usual_pace:  # a reprompt: it has room for little
            said = lines("bedtime.next") if play.step.form is Form.PART_TWO else said[:1]
        said = (*(lines(way.line) if way else ()), *said)
        return SpeechPart(
            said, timeline.from_move(play.move, delay), self.asked_after(play.step), play.step, start, usual_pace
        )

    def first_lines(self, play: SetStart, person: Person) -> tuple[Line, ...]:
        """The first action. A routine changes legs with every hold: where it goes on with one, the change is the action."""
        step = play.step
        if step.form is Form.STILL_TIGHT:
            return lines("cues.still_tight")
        if step.form in ROUTINE and play.move and self.state.sets_given[-1:] == (step.id,):
            timeline = personalize.timeline(self.library, step, person)
            changes = timeline.spans[play.move - 1].hold_to
            return lines(next(beat.line for beat in timeline.beats if beat.at >= changes))
        said = lines(personalize.first(self.library, step, person))
        if self.state.side == Side.BOTH and step.site in self.library.scores:
            said += lines("cues.both_in_turn" if step.position == Position.STANDING else "cues.both_together")
        return said

    def asked_after(self, step: Step) -> str:
        """The question that ends a set."""
        if step.form is Form.PART_ONE and not personalize.one_part(self.library, step, self.state.limits):
            return "next_part"
        return "stop_there" if step.form in ROUTINE else "gone"

    # --- replies ------------------------------------------------------------------------------------------------------

    def send(
        self,
        say: SpeechPart,
        reprompt: SpeechPart | None = None,
        action_lines: int = 0,
        care: bool = False,
        **more: Any,
    ) -> Answer:
        """The reply (`more` of its fields), and what the session must know to find the person's place in it."""
        asked = self.library.questions.get(say.question or "")
        care = care or bool(asked and asked.stops)  # a question that stops everything is asked like a care line
        reply = Output(say, reprompt, action_lines, care, self.state.voice, self.is_repeat, **more)
        said = (self._said(say, self.is_repeat), *([self._said(reprompt)] if reprompt else []))
        return replace(self.state, last_sent_at=self.now, last_output=said), reply

    def _said(self, part: SpeechPart, again: bool = False) -> SentPart:
        lead = self.seconds(part.lines, again)
        length = lead
        if part.timeline:
            length += part.timeline.ends + self.seconds(lines(part.timeline.beats[-1].line), again)
        return SentPart(round(lead, 2), round(length, 2), part.question, part.step, part.start, part.usual_pace)

    def start_set(self, play: SetStart, heard: tuple[Line, ...] = ()) -> Answer:
        """Start a set, or go on with it from a move: the one door to timed audio; `start_set_in_silence` is its reprompt.

        The first action comes first. The set is made to suit the limits, nothing is rubbed or warmed that the check has not
        cleared, and where a limit wants the check first, the check comes after the action and before the set. Whoever is in
        another position is first told the way into the set's, and has time for it. `heard` comes after the action.
        """
        before = self.asked_before()
        if before:
            return self.with_session(**self.clock()).ask(before, waiting=play)
        if self.must_check(play.step) and CHECK in self.state.asked:  # it was left unanswered
            return self.with_session(massage_refused=True).start_set(self.gentle(play), heard)
        known, play = self.state, self.safe_form(play)
        step = play.step
        if step.position == Position.STANDING and known.steady is None:
            return self.ask(STEADY, self.after_action, play)
        way, heard = self.way_to(step), (*self.after_action, *heard)
        if way and way.seconds > LONG_WAY:  # there is room for one hold
            play = SetStart(replace(step, form=Form.ONCE))
            step = play.step
        position = step.position if way else known.position
        if self.must_check(step):
            said = (*(lines(way.line) if way else ()), *self.first_lines(play, known.person), *heard)
            turn = self.with_session(
                **self.clock(),
                asked=(*known.asked, CHECK),
                ladder_step=known.ladder_step or self.library.ladder.rungs[0].name,
                position=position,
                sources=personalize.sources(self.library, step),
            )
            return turn.ask(turn.check_question, said, play, action_lines=1)
        given = known.sets_given if known.sets_given[-1:] == (step.id,) else (*known.sets_given, step.id)
        turn = self.with_session(
            sets_given=given,
            **({} if step.form in ROUTINE else self.clock()),
            waiting=self.part_two(step),
            sources=personalize.sources(self.library, step),
            topic=None,
            position=position,
        )
        say = turn.set_part(play, (*self.first_lines(play, known.person), *heard), way=way)
        return turn.send(say, turn.after_set(step), action_lines=1)

    def start_set_in_silence(self, play: SetStart) -> SpeechPart | None:
        """Return the reprompt that starts this set: by the rules of `start_set`, so it may be the check alone.

        None for the first part of the routine: it is longer than a reprompt may be, so silence ends the session there.
        """
        if self.asked_before():
            return None
        if self.must_check(play.step) and CHECK in self.state.asked:
            return self.with_session(massage_refused=True).start_set_in_silence(self.gentle(play))
        play = self.safe_form(play)
        if play.step.position == Position.STANDING and not self.state.steady:
            play = replace(play, step=self.not_standing(play.step))
        if play.step.form is Form.PART_ONE:
            return None
        if self.must_check(play.step):
            return self.part((), self.check_question)
        way = self.way_to(play.step)
        if way and play.step.form is Form.GENTLE:  # there is room for no more than rest, where the person is
            rest = self.not_standing(Step(personalize.REST, self.state.position or play.step.position))
            return self.set_part(SetStart(rest), usual_pace=True)
        if way:  # there is room for one hold
            play = SetStart(replace(play.step, form=Form.ONCE))
        return self.set_part(play, usual_pace=True, way=way)

    def way_to(self, step: Step) -> Way | None:
        """Return how the person comes into the position of a set; None where they are in it, or any position serves.

        Whoever said nothing lies, unless a limit forbids that.
        """
        score, limits = self.library.scores[step.site], self.state.limits
        if step.form in ROUTINE or step.form is Form.STILL_TIGHT or step.position not in score.sources:
            return None
        if not score.place and step.position != Position.STANDING:
            return None
        if personalize.must_rest(self.library, step, limits):
            return None
        seated = any(Position.LYING in rule.never for _, rule in personalize.rules(self.library, limits))
        here = self.state.position or (step.position if seated else Position.LYING)
        return self.library.ladder.way(here, step.position)

    @property
    def check_question(self) -> str:
        """The check as it is asked of this person."""
        return CHECK_BOTH if self.state.side == Side.BOTH else CHECK

    def asked_before(self) -> str | None:
        """The question that a limit wants answered with yes before any action; None where there is none, or it was."""
        rules = (rule.ask_before for _, rule in personalize.rules(self.library, self.state.limits))
        return next((name for name in rules if name and name not in self.state.unlocked), None)

    def not_standing(self, step: Step) -> Step:
        """The step for somebody who is not steady: seated if that suits, else lying; a walk becomes jiggling."""
        limits = self.state.limits
        allowed = [p for p in personalize.positions(self.library, step.site, limits) if p != Position.STANDING]
        if not allowed:
            loose = personalize.helps(self.library, "jiggle", self.current_set.site)
            return Step("jiggle" if loose else personalize.REST, Position.SITTING)
        position = Position.SITTING if Position.SITTING in allowed else allowed[0]
        return personalize.adapt_set(self.library, replace(step, position=position), limits)

    def must_check(self, step: Step) -> bool:
        """Return True if a limit wants the check before this set, and it was neither answered no nor left unanswered."""
        known = self.state
        if known.checked or known.cleared or known.massage_refused or step.form in ROUTINE:
            return False
        return any(step.site in rule.check_first for _, rule in personalize.rules(self.library, known.limits))

    def after_set(self, step: Step) -> SpeechPart | None:
        """What silence after a set's question gets: one more hold, and then nothing."""
        following = self.part_two(step)
        if following or step.form in ROUTINE:
            return self.start_set_in_silence(following) if following else None
        return self.start_set_in_silence(SetStart(replace(step, form=Form.STILL_TIGHT)))

    def part_two(self, step: Step) -> SetStart | None:
        """The second part of a routine, after its first."""
        return SetStart(replace(step, form=Form.PART_TWO)) if self.asked_after(step) == "next_part" else None

    def continue_set(self, said: tuple[Line, ...]) -> Answer:
        """A word in mid-set; the set goes on at that second, its holds ending when they would have."""
        place, step = self.place, self.place.step
        assert step is not None
        assert place.timeline is not None
        spoken = self.seconds(said, self.is_repeat)

        def length(line: str) -> float:
            return self.seconds(lines(line), self.is_repeat) * self.words.length.slack

        rest, late = place.timeline.since(place.second, spoken, length)
        say = SpeechPart(said, rest, self.asked_after(step), step, place.second + spoken - late)
        return self.send(say, self.after_set(step))

    def remark(self, said: tuple[Line, ...]) -> Answer:
        """A short word that changes nothing: then the set goes on, or the open question is asked again."""
        if self.in_set:
            return self.continue_set(said)
        question, step = self.place.question, self.place.step
        after = self.after_set(step) if step and question == "gone" else self.silence(question)
        if self.state.signs and question not in (HEARD, "repeat_care"):
            question = HEARD
        return self.send(self.part(said, question or "what_to_know"), after)

    def keep_going(self) -> tuple[Line, ...]:
        """What a running set is told when nothing changes."""
        if not self.in_set or self.place.timeline is None:
            return ()
        span = self.place.timeline.spans[self.place.move]
        if span.hold_from == span.hold_to:
            return lines("talk.keep_on")
        return lines("talk.keep_holding" if self.place.second < span.hold_to else "talk.keep_resting")

    def silence(self, question: str | None) -> SpeechPart | None:
        """What the reprompt performs when this question gets no answer."""
        outcome = self.library.questions[question].silence if question else None
        if outcome is None:
            return None
        waiting = self.state.waiting or SetStart(self.current_set)
        if outcome.kind == "go" and outcome.to == "gently":
            return self.with_session(massage_refused=True).start_set_in_silence(self.gentle(waiting))
        if outcome.kind == "go" and outcome.to == "care":
            return self.care_in_silence()
        if outcome.kind == "go":
            return self.start_set_in_silence(waiting)
        if outcome.kind == "set":
            return self.start_set_in_silence(SetStart(self.plain(outcome.to)))
        if outcome.kind == "rung":
            rung = self.library.ladder.rung(outcome.to)
            score = rung.score or self.current_set.site
            if not personalize.helps(self.library, score, self.current_set.site):
                score = personalize.REST
            step = Step(score, rung.position or self.current_set.position)
            return self.start_set_in_silence(SetStart(step))
        if outcome.kind == "sign":
            return self.part(lines(f"signs.{outcome.to}"))
        return self.part((self.limit_variant(outcome.to),))

    def safe_form(self, play: SetStart) -> SetStart:
        """Return the set as it suits by now; nothing is rubbed, warmed or cooled before the check was answered no."""
        known = self.state
        play = replace(play, step=personalize.adapt_set(self.library, play.step, known.limits))
        if play.step.position == Position.STANDING and known.steady is False:
            play = replace(play, step=self.not_standing(play.step))
        form = play.step.form
        unchecked = not known.checked and form in (Form.MASSAGE, Form.WARM, Form.COLD)
        if unchecked or (known.massage_refused and form is Form.MASSAGE):
            play = self.gentle(play)
        moves = len(personalize.timeline(self.library, play.step, known.person).spans)
        return replace(play, move=min(play.move, moves - 1))

    def gentle(self, play: SetStart) -> SetStart:
        """The same set with nothing rubbed or warmed, where the person is; a routine has nothing of the kind."""
        known, step = self.state, play.step
        if step.form in ROUTINE:
            return play
        step = replace(step, form=Form.GENTLE, position=known.position or step.position)
        return SetStart(personalize.adapt_set(self.library, step, known.limits), play.move)

    def limit_variant(self, name: str) -> Line:
        """A line, or what it becomes under one of this person's limits: `care.dialysis.whole_body` for `care.whole_body`."""
        file, _, key = name.partition(".")
        variants = (f"{file}.{limit}.{key}" for limit, _ in personalize.rules(self.library, self.state.limits))
        return Line(next((variant for variant in variants if variant in self.words.lines), name))

    def care_part(self, after: tuple[Line, ...] = (), question: str | None = None) -> SpeechPart:
        """The care line of the most urgent sign that was not taken back."""
        return self.part((*self.care_lines(self.state.signs[0]), *after), question)

    def care_lines(self, sign: Sign) -> tuple[Line, ...]:
        """The care line of a sign; an emergency at the wheel is first told to stop safely."""
        before: tuple[Line, ...] = ()
        if level(self.library, sign) is Level.EMERGENCY:
            names = (f"limits.{limit}.before_care" for limit in self.state.limits)
            before = lines(*(name for name in names if self.words.has(name)))
        return (*before, *lines(f"signs.{sign}"))

    def care_in_silence(self) -> SpeechPart:
        """The care line that follows silence: of a sign that stands, or of one that was denied, and is asked about.

        Only an emergency tells somebody to wake others.
        """
        sign = self.state.doubted or self.state.signs[0]
        alarm = lines("care.alarm") if level(self.library, sign) is Level.EMERGENCY else ()
        return self.part((*self.care_lines(sign), *alarm))

    def ask(
        self, question: str, before: tuple[Line, ...] = (), waiting: SetStart | None = None, action_lines: int = 0
    ) -> Answer:
        """A question; `waiting` is the set that its answer may lead on to."""
        known = self.state
        asked = tuple(source for source in self.library.questions[question].sources if source != OWN_CHOICE)
        turn = self.with_session(waiting=waiting or known.waiting, sources=asked or known.sources)
        return turn.send(turn.part(before, question), turn.silence(question), action_lines)

    def pause(self) -> Answer:
        """One minute of silence, then whether to go on; unanswered, the session ends."""
        quiet = Timeline((TimedCue(PAUSE, self.library.questions["go_on"].line, 0),), ())
        return self.send(SpeechPart(lines("talk.paused"), quiet, "go_on"))

    def goodbye(self, said: tuple[Line, ...]) -> Answer:
        """The last words of a session: all that waited for relief, signs first, and the notice if it was not heard yet."""
        known, turn = self.state, self
        said += lines(*sorted(known.lines_after_relief, key=lambda line: not line.startswith("signs.")))
        if (known.sets_given or known.topic) and NOTICE not in known.notices:
            said, turn = (*said, *lines("talk.notice")), self.mark_once(NOTICE)
        return turn.with_session(lines_after_relief=()).send(turn.part(said), card=True)
