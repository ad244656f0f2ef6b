"""What no limit may hear, and every way up the ladder: from each position, with each limit, with "still cramping" to the end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from skill.core import personalize
from skill.core.locale import places_of
from skill.core.personalize import Person
from skill.core.schema import ANY
from skill.core.vocabulary import Form, Limit, Position, Site, Step
from skill.dialogue import Input, SessionState, respond
from skill.loading.content import library, words
from skill.tools.check import every_set

CONTENT, VOICE = library(), words("en-GB")
COACHED = [site for site, score in CONTENT.scores.items() if score.place and ANY not in score.sources]
FOOT_AND_ANKLE = ("calf", "lower_calf", "foot", "toes", "shin")
WAYS = {way.line for way in CONTENT.ladder.ways}


def said(step: Step, limits: tuple[Limit, ...]) -> list[str]:
    """The names of all that is said in a set."""
    person = Person(limits)
    timeline = personalize.timeline(CONTENT, step, person)
    return [personalize.first(CONTENT, step, person), *(beat.line for beat in timeline.beats)]


def sets_with(limit: Limit) -> Iterator[tuple[Step, tuple[Limit, ...]]]:
    for step, person in every_set(CONTENT):
        if limit in person.limits and person == person.at_usual_pace:
            yield step, person.limits


def test_nothing_is_rubbed_or_warmed_that_a_limit_forbids() -> None:
    looked_at = 0
    for step, person in every_set(CONTENT):
        rules = [rule for _, rule in personalize.rules(CONTENT, person.limits)]
        names = said(step, person.limits)
        if any(rule.massage == "none" for rule in rules):
            looked_at += 1
            assert not [name for name in names if name.endswith((".rub", ".rub_on"))], (step.id, person.limits)
        if not all(rule.heat for rule in rules):
            looked_at += 1
            assert not re.search(r"\b(warm|cold)\b", " ".join(map(VOICE.text, names))), (step.id, person.limits)
    assert looked_at > 100


def test_a_new_hip_hears_no_leaning_reaching_or_hugging() -> None:
    for step, limits in sets_with("hip_replacement"):
        for sentence in re.findall(r"[^.?!]+[.?!]", " ".join(map(VOICE.text, said(step, limits)))):
            if not re.search(r"Unless your hip is new|\bDo not\b|\bNo reaching\b", sentence, re.IGNORECASE):
                assert not re.search(r"\b(lean|reach|hug|cross|towel round)\b", sentence, re.IGNORECASE), (
                    step.id,
                    limits,
                )


@pytest.mark.parametrize(
    "limit", ["pregnant", "child", "cannot_stand", "helper", "driving", "cast", "cannot_straighten"]
)
def test_who_must_not_stand_is_given_no_standing_set(limit: Limit) -> None:
    for step, limits in sets_with(limit):
        if CONTENT.scores[step.site].place and not personalize.must_rest(CONTENT, step, limits):
            assert step.position != Position.STANDING or ANY in CONTENT.scores[step.site].sources, (step.id, limits)


def test_no_set_of_a_pregnant_person_is_done_standing() -> None:
    for step, limits in sets_with("pregnant"):
        if step.site in COACHED and not personalize.must_rest(CONTENT, step, limits):
            assert step.position != Position.STANDING, (step.id, limits)


def test_a_childs_holds_are_short() -> None:
    for step, limits in sets_with("child"):
        timeline = personalize.timeline(CONTENT, step, Person(limits))
        assert all(beat.lasts is None or beat.lasts <= 10 for beat in timeline.beats), (step.id, limits)


@pytest.mark.parametrize("site", COACHED)
def test_nothing_in_a_cast_is_stretched(site: Site) -> None:
    step = Step(site, Position.LYING)
    assert personalize.must_rest(CONTENT, step, ("cast",))
    for limits in (("cast",), ("cast", "hip_replacement"), ("cast", "child")):
        assert said(step, limits)[0] == "rest.cast.first", limits


@pytest.mark.parametrize("site", COACHED)
def test_a_helper_has_words_for_every_place_and_moves_only_the_foot_with_a_new_hip(site: Site) -> None:
    step = Step(site, Position.LYING)
    assert said(step, ("helper",))[0] == f"{site}.helper.first"
    with_hip = any(".helper." in name for name in said(step, ("helper", "hip_replacement")))
    assert with_hip == (site in FOOT_AND_ANKLE)
    assert not re.search(r"under the(ir)? knee", VOICE.text(f"{site}.helper.first"))


def test_a_crisis_names_whom_to_call_and_may_go_on_with_the_leg() -> None:
    assert places_of(VOICE.lines["signs.crisis"]) == {"EMERGENCY", "CRISIS"}
    question = CONTENT.questions[CONTENT.signs["crisis"].ends_in or ""]
    assert (question.yes.kind, question.yes.to) == ("go", "on")
    assert question.silence is not None
    assert question.silence.to == "signs.crisis"


# --- up the ladder ----------------------------------------------------------------------------------------------------

ANSWERS = {
    "gone": "StillCrampingIntent",
    "steady": "AMAZON.YesIntent",
    "driving": "AMAZON.YesIntent",
    "where": "AMAZON.YesIntent",
}


@pytest.mark.parametrize("limit", [None, *CONTENT.limits])
@pytest.mark.parametrize("position", [None, *Position])
def test_every_way_up_the_ladder_is_one_that_a_body_can_go(limit: Limit | None, position: str | None) -> None:
    for site in COACHED:
        state, clock, before = SessionState(), 0.0, None
        request = Input("RelieveIntent", site=site, position=position, limit=limit)
        for _ in range(14):
            at = state.position or (Position.SITTING if limit == "driving" else Position.LYING)
            state, reply = respond(state, request, clock, CONTENT, VOICE)
            names = tuple(line.name for line in reply.speech.lines)
            assert names != before, (site, names)
            before = names
            step = reply.speech.step
            if step is not None:
                rules = personalize.rules(CONTENT, state.limits)
                assert not any(step.position in rule.never for _, rule in rules) or personalize.must_rest(
                    CONTENT, step, state.limits
                ), (site, step.id)
                at = position if request.intent == "RelieveIntent" and position else at
                moved = step.position != at and step.position in CONTENT.scores[step.site].sources
                if moved and not personalize.must_rest(CONTENT, step, state.limits):
                    assert names[0] in WAYS or not CONTENT.scores[step.site].place, (site, step.id, at, names)
                assert step.form in Form
            if reply.asks_nothing or state.signs:
                break
            request = Input(ANSWERS.get(reply.speech.question or "", "AMAZON.NoIntent"))
            clock += 95.0
