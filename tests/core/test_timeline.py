"""The score: holds last what they say, whatever is done to the rest."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from skill.core import personalize
from skill.core.personalize import Person
from skill.core.timeline import MoveWindow, TimedCue, Timeline
from skill.core.vocabulary import Form, Position, Step
from skill.loading.content import library, words

SITES = ("calf", "lower_calf", "foot", "toes", "front_thigh", "back_thigh", "shin", "inner_thigh", "buttock")
LARGE = ("calf", "lower_calf", "front_thigh", "back_thigh", "inner_thigh", "buttock")
LIMITS = tuple(library().limits)


ANYBODY = Person()


def rows(step: Step, person: Person = ANYBODY) -> list[tuple[float, str]]:
    timeline = personalize.timeline(library(), step, person)
    return [(beat.at, words("en-GB").text(beat.line)) for beat in timeline.beats]


def test_the_calf_lying_is_as_it_was_written_out() -> None:
    assert rows(Step("calf", "lying")) == [
        (0, "Push your heel away."),
        (3, "Hold there. Breathe out slowly."),
        (13, "No hands needed. Firm, not sharp."),
        (23, "Ten more seconds."),
        (33, "Let go slowly. If it's gone, just rest."),
        (40, "Again. Heel away."),
        (43, "Toes back. Hold."),
        (53, "Long, slow breath out."),
        (63, "Ten more seconds."),
        (73, "Let go slowly."),
        (83, "Has the cramp gone?"),
    ]


def test_the_foot_lying_is_as_it_was_written_out() -> None:
    assert [at for at, _ in rows(Step("foot", "lying"))] == [0, 3, 13, 23, 30, 33, 43, 53, 60, 63, 73, 83]
    assert rows(Step("foot", "lying"))[-1][1] == "Let go slowly. Has the cramp gone?"


@pytest.mark.parametrize(("site", "position"), list(itertools.product(SITES, Position)))
def test_every_place_in_every_position_has_its_dose(site: str, position: str) -> None:
    """80 seconds of hold and rest: 30, 10, 30, 10 for big muscles, 20, 10, 20, 10, 20 for small ones."""
    timeline = personalize.timeline(library(), Step(site, position), Person())
    holds = [span.hold_to - span.hold_from for span in timeline.spans]
    must_rest = [later.hold_from - span.hold_to for span, later in itertools.pairwise(timeline.spans)]
    assert holds == ([30, 30] if site in LARGE else [20, 20, 20])
    assert must_rest == [10] * (len(holds) - 1)
    assert [beat.lasts for beat in timeline.beats if beat.lasts] == holds
    assert timeline.ends == (84.5 if site == "buttock" else 83)  # which takes a pose up first


@given(
    site=st.sampled_from([*SITES, "hand", "arm", "bedtime"]),
    position=st.sampled_from(list(Position)),
    form=st.sampled_from(list(Form)),
    limits=st.sets(st.sampled_from(LIMITS)),
    hold=st.sampled_from([None, 15.0, 20.0, 30.0]),
    slower=st.booleans(),
)
def test_a_hold_lasts_what_it_says_for_everybody(
    site: str, position: str, form: Form, limits: set[str], hold: float | None, slower: bool
) -> None:
    """From the onset of the cue that opens a hold to the onset of the one that ends it; no two cues at once; all in order."""
    person = Person(tuple(sorted(limits)), hold, slower)
    step = personalize.adapt_set(library(), Step(site, position, form), person.limits)
    assume((library().scores[site].dose, step.form) in library().doses)
    timeline = personalize.timeline(library(), step, person)
    ends = {beat.at for beat in timeline.beats}
    for beat in timeline.beats:
        if beat.lasts:
            assert beat.at + beat.lasts in ends
            assert 10 <= beat.lasts <= 30
            if "child" in limits:
                assert beat.lasts == 10
    onsets = [beat.at for beat in timeline.beats]
    assert onsets == sorted(set(onsets))
    assert len(onsets) <= 14


@given(
    second=st.floats(0, 83),
    spoken=st.floats(0.5, 6),
    site=st.sampled_from(SITES),
    position=st.sampled_from(list(Position)),
)
def test_a_word_in_mid_set_moves_no_boundary(second: float, spoken: float, site: str, position: str) -> None:
    """After a word, "let go" still comes when it would have come, or at once where the word ran over it; nothing overlaps."""
    timeline = personalize.timeline(library(), Step(site, position), Person())
    voice = words("en-GB")

    def length(line: str) -> float:
        return voice.seconds(voice.text(line))

    rest, late = timeline.since(second, spoken, length)
    assert 0 <= late < 4
    for span in timeline.spans:
        if span.hold_to >= second + spoken:
            assert any(abs(beat.at - (span.hold_to - second - spoken + late)) < 1e-6 for beat in rest.beats)
            assert late == 0 or any(second <= turn < second + spoken for turn in (span.hold_from, *ends(timeline)))
    assert rest.beats[-1].line == timeline.beats[-1].line
    for one, following in itertools.pairwise(rest.beats):
        assert one.at + length(one.line) <= following.at + 1e-6


def ends(timeline: Timeline) -> list[float]:
    return [second for span in timeline.spans for second in (span.hold_from, span.hold_to)]


def test_letting_go_of_one_leg_comes_before_the_other() -> None:
    """In the routine the legs change in five seconds: a word that runs over "let go" delays the rest, and swallows nothing."""
    timeline = personalize.timeline(library(), Step("bedtime", "standing", Form.PART_ONE), Person())
    rest, late = timeline.since(timeline.spans[1].hold_to - 1, 4.5, lambda line: 2.0)
    assert rest.beats[0].line == "bedtime.standing.right"
    assert rest.beats[1].at == 2.0
    assert late == pytest.approx(0.5)


def test_within_two_seconds_after_a_boundary_it_is_the_earlier_step() -> None:
    timeline = Timeline(
        (TimedCue(0, "a", 0), TimedCue(40, "b", 1)), (MoveWindow(0, 3, 33, 40), MoveWindow(40, 43, 73, 83))
    )
    assert [timeline.move_at(second, slack=2) for second in (39, 40, 41.9, 42, 500)] == [0, 0, 0, 1, 1]


def test_slower_stretches_the_gaps_and_never_the_holds() -> None:
    default_position = personalize.timeline(library(), Step("calf", "lying"), Person())
    slower = personalize.timeline(library(), Step("calf", "lying"), Person(slower=True))
    assert [beat.lasts for beat in slower.beats] == [beat.lasts for beat in default_position.beats]
    assert slower.spans[1].hold_from - slower.spans[0].hold_to == 15
    assert slower.ends > default_position.ends


def test_the_routine_keeps_the_seconds_of_its_trial_at_any_pace() -> None:
    for form in (Form.PART_ONE, Form.PART_TWO):
        step = Step("bedtime", "standing", form)
        default_position = personalize.timeline(library(), step, Person())
        assert default_position == personalize.timeline(library(), step, Person(hold=30, slower=True))
        assert [beat.lasts for beat in default_position.beats if beat.lasts] == [10] * 6
    both = [
        personalize.timeline(library(), Step("bedtime", "standing", form), Person()).ends
        for form in (Form.PART_ONE, Form.PART_TWO)
    ]
    assert sum(both) == pytest.approx(230, abs=10)
