"""The promises, from any state under any request: a machine walks through the dialogue and looks at every reply."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from skill.alexa import response, session_attributes
from skill.core.output import Output, SpeechPart
from skill.core.preferences import NOTICES, Preferences
from skill.core.vocabulary import (
    NUMB,
    ROUTINE,
    TO_STANDING,
    Degree,
    EffectResult,
    Form,
    Matter,
    Method,
    Pace,
    Position,
    Side,
    Voice,
)
from skill.dialogue import INTENT_HANDLERS, PERMISSION, TASK_DONE, TWINS, Input, SessionState, heard_out, respond
from skill.dialogue.input import LAUNCH
from skill.dialogue.session import locate
from skill.loading.content import library, words
from skill.simulator.validation.response import judge
from tests.core.safety_rules import RULES, Seen
from tests.night import words as heard

STEPS = int(os.environ.get("CRAMP_COACH_STEPS", "50"))
RUNS = int(os.environ.get("CRAMP_COACH_RUNS", "210"))  # of up to 50 steps: some 10,500 requests

CONTENT, VOICE = library(), words("en-GB")
SITES = [*(site for site, score in CONTENT.scores.items() if score.place), *CONTENT.elsewhere]
PLAIN = [intent for intent in INTENT_HANDLERS if not intent.startswith(("Relieve", "Adapt", "Warning"))]
KEPT = st.none() | st.builds(
    Preferences,
    voice=st.none() | st.sampled_from(Voice),
    slower=st.booleans(),
    hold=st.sampled_from([None, 15.0, 20.0, 30.0]),
    notices=st.sampled_from([(), NOTICES[:1], NOTICES[:2], NOTICES]),
    reminders=st.sampled_from([(), ("one",)]),
)
REQUEST = {
    "request": {"type": "LaunchRequest", "locale": "en-GB"},
    "context": {"System": {"device": {"supportedInterfaces": {"Alexa.Presentation.APL": {}}}}},
}
#: what begins a set: its first action, or in a routine the change of legs
BEGINS = ("first", "second", "left", "right", "left_two", "right_two")
ACTIONS = {text for line, text in VOICE.lines.items() if line.rpartition(".")[2] in BEGINS} | {
    VOICE.text(line) for line in (*(way.line for way in CONTENT.ladder.ways), "cues.still_tight")
}
ELAPSED = st.one_of(
    st.floats(0, 200),
    st.sampled_from([0.0, 8.0, 42.0, 90.0, 100.0, 140.0, 700.0, 1000.0, -5.0, 7200.0, 1e9]),
    st.none(),
)


def optional(values: object) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from([str(value) for value in values]))  # type: ignore[attr-defined]


ASKS = st.one_of(
    st.builds(
        Input,
        st.sampled_from(["RelieveIntent", "PlaceIntent"]),
        site=optional(SITES),
        side=optional(Side),
        position=optional([*Position, TO_STANDING]),
        limit=optional(CONTENT.limits),
        person=st.sampled_from([None, None, "mum"]),
    ),
    st.builds(
        Input,
        st.sampled_from(["AdaptIntent", "DenyLimitIntent"]),
        limit=optional(CONTENT.limits),
        position=optional([*Position, TO_STANDING]),
    ),
    st.builds(
        Input,
        st.just("WarningSignIntent"),
        sign=optional(CONTENT.signs),
        site=optional(SITES),
        side=optional(Side),
        limit=optional(CONTENT.limits),
    ),
    st.builds(Input, st.just("DenySignIntent"), finding=optional([*CONTENT.signs, NUMB])),
    st.builds(Input, st.just("CoachingIntent"), matter=optional(Matter)),
    st.builds(Input, st.just("OtherQuestionIntent"), subject=st.just("zinc")),
    st.builds(Input, st.sampled_from(list(TWINS))),
    st.builds(Input, st.just("StillCrampingIntent"), degree=optional(Degree)),
    st.builds(Input, st.just("AskIntent"), topic=optional(CONTENT.answers)),
    st.builds(Input, st.just("MethodIntent"), method=optional(Method)),
    st.builds(Input, st.just("PaceIntent"), pace=optional(Pace)),
    st.builds(Input, st.just("VoiceIntent"), voice=optional(Voice)),
    st.builds(Input, st.just("RemindIntent"), time=st.sampled_from([None, "22:00", "10:00", "NI", "00:05", "x"])),
    st.builds(
        Input,
        st.just(PERMISSION),
        answer=st.sampled_from(["ACCEPTED", "DENIED", "NOT_ANSWERED", "None"]),
        time=st.sampled_from(["22:00", "None", ""]),
    ),
    st.builds(Input, st.sampled_from(PLAIN)),
    st.builds(Input, st.sampled_from(list(INTENT_HANDLERS)), unknown=st.just(("Site",))),
    st.builds(Input, st.just("WarningSignIntent"), site=optional(SITES), unknown=st.just(("Sign",))),
    st.builds(Input, st.just("DenySignIntent"), unknown=st.just(("Finding",))),
)
LIKELY = st.sampled_from(
    [
        Input(LAUNCH),
        Input("RelieveIntent", site="calf"),
        Input("RelieveIntent", site="foot"),
        Input("AMAZON.NoIntent"),
        Input("AMAZON.YesIntent"),
        Input("StillCrampingIntent"),
        Input("AMAZON.PauseIntent"),
        Input("AMAZON.ResumeIntent"),
        Input("BedtimeRoutineIntent"),
    ]
)


class AnyNight(RuleBasedStateMachine):
    requests = 0  #: in all runs

    def __init__(self) -> None:
        super().__init__()
        self.conversation, self.now = SessionState(), 1_800_000_000.0

    @rule(ask=st.one_of(LIKELY, ASKS), elapsed=ELAPSED, result=st.sampled_from(EffectResult), kept=KEPT)
    def say(self, ask: Input, elapsed: float | None, result: EffectResult, kept: Preferences | None) -> None:
        """A request; between any two, what earlier sessions left may be read."""
        AnyNight.requests += 1
        now = None if elapsed is None else self.now + elapsed
        before = self.conversation.with_kept(kept) if kept else self.conversation
        after, reply = respond(before, ask, now, CONTENT, VOICE)
        if reply.effect is not None:
            ask = Input(TASK_DONE, task=reply.effect.task, result=result, time=reply.effect.time or None)
            after, reply = respond(after, ask, now, CONTENT, VOICE)
        self.holds_its_promises(before, ask, now, after, reply)
        carried = session_attributes.attributes(after)
        assert session_attributes.conversation(carried, CONTENT, VOICE) == after, "the session is carried over whole"
        self.conversation = SessionState() if reply.asks_nothing else after
        self.now = max(self.now, now or 0.0) if (elapsed or 0) < 1e6 else self.now

    def holds_its_promises(
        self, before: SessionState, ask: Input, now: float | None, after: SessionState, reply: Output
    ) -> None:
        screen = AnyNight.requests % 5 == 0  # which takes as long as all the rest
        device = response.Device(timed_audio=not after.apla_failed, screen=screen, skill_id="amzn1.ask.skill.x")
        built = {
            "version": "1.0",
            "sessionAttributes": session_attributes.attributes(after),
            "response": plain(response.response(reply, VOICE, CONTENT, device)),
        }
        problems = judge(REQUEST, built)
        assert not problems, problems
        self.stops_while_a_sign_stands(after, reply)
        self.begins_with_the_action(after, reply)
        self.rubs_only_after_the_check(after, reply)
        self.checks_first(after, reply)
        place = locate(before, now, CONTENT)
        known = heard_out(before, place, CONTENT)
        turn = Seen(known, ask, TWINS.get(ask.intent, ask.intent), now, place, after, reply)
        for rule_ in RULES:
            rule_(turn)
        self.never_loops(heard_out(before, locate(before, now, CONTENT), CONTENT), ask, after)
        said = " ".join(text(part) for part in (reply.speech, reply.reprompt) if part)
        assert "you still there" not in said

    def stops_while_a_sign_stands(self, after: SessionState, reply: Output) -> None:
        """After an emergency or urgent sign that was not taken back: its care line, and no stretch."""
        if after.signs:
            for part in (reply.speech, reply.reprompt):
                assert part is None or part.timeline is None
            assert reply.care

    def begins_with_the_action(self, after: SessionState, reply: Output) -> None:
        """No first words but the action in a reply that starts a set."""
        if reply.action_lines:
            assert VOICE.text(reply.speech.lines[0].name) in ACTIONS
            assert len(VOICE.text(reply.speech.lines[0].name).split()) <= 12

    def checks_first(self, after: SessionState, reply: Output) -> None:
        """No set at a place where a limit wants the check first, by whatever way, before the check or its silence."""
        rules = [CONTENT.limits[limit] for limit in after.limits]
        asked = reply.speech.question and CONTENT.questions[reply.speech.question].checks
        for part in (reply.speech, reply.reprompt):
            step = part.step if part else None
            if step and step.form not in ROUTINE and any(step.site in rule.check_first for rule in rules):
                by_silence = part is reply.reprompt and (asked or "check" in after.asked)
                assert (
                    after.checked or after.cleared or after.massage_refused or (by_silence and step.form is Form.GENTLE)
                )

    def rubs_only_after_the_check(self, after: SessionState, reply: Output) -> None:
        for part in (reply.speech, reply.reprompt):
            if part and part.step and part.step.form in (Form.MASSAGE, Form.WARM, Form.COLD):
                assert after.checked
                assert part.step.form is not Form.MASSAGE or not after.massage_refused

    def never_loops(self, before: SessionState, ask: Input, after: SessionState) -> None:
        """ "Still cramping" gives a step that was not given yet, the return of a cramp excepted."""
        if ask.intent != "StillCrampingIntent" or ask.unknown or before.relief_started_at is None or before.signs:
            return
        new = after.sets_given[len(before.sets_given) :]
        if (
            "danger_when_worse" not in after.asked and CONTENT.ladder.ask not in after.asked
        ):  # the ladder is not over yet
            assert not set(new) & set(before.sets_given), (before.sets_given, after.sets_given)
        assert new[:1] != before.sets_given[-1:] or not new, (before.sets_given, after.sets_given)
        if after.sets_given == before.sets_given:
            question = after.last_output[0].question
            assert (
                after.signs
                or question is None
                or question not in before.asked
                or question == before.last_output[0].question
            )


def text(part: SpeechPart) -> str:
    spoken = [VOICE.text(line.name, line.places) for line in part.lines]
    return heard(" ".join(spoken + [VOICE.text(beat.line) for beat in (part.timeline.beats if part.timeline else ())]))


def plain(model: object) -> object:
    """A model of the SDK as the JSON that goes out."""
    from ask_sdk_core.serialize import DefaultSerializer

    return DefaultSerializer().serialize(model)


AnyNight.TestCase.settings = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # shrinking a night takes longer than reading one
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class TestAnyNight(AnyNight.TestCase):  # type: ignore[valid-type,misc]  # hypothesis makes it as it runs
    def runTest(self) -> None:
        """And it was a long walk: over ten thousand requests, unless fewer runs were asked for."""
        super().runTest()
        assert AnyNight.requests >= min(10_000, RUNS * 40)
