"""The shape of what people say about danger and limits, in every language that has it."""

import re

import pytest

from skill.loading import interaction_model
from skill.loading.interaction_model import Model

ORDINARY = {
    "breathing",
    "breathe",
    "breath",
    "heart",
    "chest",
    "feel",
    "leg",
    "foot",
    "calf",
}  #: the skill says them too
NEGATORS = {"no", "nope", "nah", "not", "isn't", "don't"}
#: What makes a clause of a value: a person who does something, or a verb that only a clause has.
CLAUSE = re.compile(r"\b(i|i'm|i've|he|she|can't|cannot|won't|is|are|has|have|hurts)\b")

DENIES = re.compile(r"\b(no|not|never|neither|none|nothing|can't|\w+n't)\b")


@pytest.fixture(scope="module")
def english() -> Model:
    return interaction_model.of("en-US")


def test_no_ordinary_word_of_the_body_is_a_sign(english: Model) -> None:
    said = {name for names in english.types["Sign"].values() for name in names}
    assert not said & ORDINARY


def test_every_negator_stands_before_the_sign(english: Model) -> None:
    """A clause after "no" is a danger told, so nothing after it may turn it round."""
    for sample in english.intents["WarningSignIntent"].samples:
        _, sign, after = sample.partition("{Sign}")
        assert not sign or not NEGATORS & set(after.split()), sample


def test_a_denial_needs_its_negator(english: Model) -> None:
    """A text without a word that denies is never taken for a denial of a finding."""
    for sample in english.intents["DenySignIntent"].samples:
        if "{Finding}" in sample:
            assert DENIES.search(sample.partition("{Finding}")[0]), sample


def test_a_finding_is_no_clause(english: Model) -> None:
    for names in english.types["Finding"].values():
        for name in names:
            assert not CLAUSE.search(name), name


def test_no_text_is_a_sign_and_a_limit(english: Model) -> None:
    signs = {name for names in english.types["Sign"].values() for name in names}
    limits = {name for names in english.types["Limit"].values() for name in names}
    assert not signs & limits


@pytest.mark.parametrize("lead", ["no", "nope", "not yet", "not really", "i don't know", "it's gone but", "yes but"])
def test_a_danger_after_a_no_is_a_sample_of_the_warning(english: Model, lead: str) -> None:
    samples = set(english.intents["WarningSignIntent"].samples)
    assert {f"{lead} i {{Sign}}", f"{lead} my {{Sign}}", f"{lead} it's {{Sign}}"} <= samples


@pytest.mark.parametrize("subject", ["i", "he", "she", "my husband", "my wife", "my mum", "the baby"])
def test_a_danger_is_told_of_anybody(english: Model, subject: str) -> None:
    assert f"{subject} {{Sign}}" in english.intents["WarningSignIntent"].samples


def test_a_limit_and_a_danger_are_said_in_one_breath(english: Model) -> None:
    samples = english.intents["WarningSignIntent"].samples
    assert {"i'm {Limit} and my leg is {Sign}", "i've got {Limit} and my leg is {Sign}"} <= set(samples)


def test_a_place_never_stands_right_before_a_sign(english: Model) -> None:
    """ "my chest is tight" would be a place and a sign, or one sign: a text has one reading."""
    assert "my {Site} {Sign}" not in english.intents["WarningSignIntent"].samples
