"""`check` finds each text that has two intents or two meanings, and each carrier that intents share."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Hashable, Mapping
from itertools import product
from pathlib import Path

import pytest

from skill.__main__ import main
from skill.loading.content import library
from skill.loading.interaction_model import Model, read
from skill.tools.check import models, utterances

MODEL_TOML = """
invocation_name = "cramp coach"
fallback_sensitivity = "LOW"
[caps]
default = 40
"""
Intents = Mapping[str, list[str]]
Values = Mapping[str, Mapping[str, list[str]]]


def ids(filled: Mapping[str, str]) -> Hashable:
    return tuple(sorted(filled.items()))


def model_of(folder: Path, intents: Intents, values: Values, more: str = "", rules: str = "") -> Model:
    """A model as its folder would be."""
    files = {f"intents/{name}.txt": lines for name, lines in intents.items()}
    files |= {
        f"slots/{name}.txt": [line for identity, names in found.items() for line in (f"[{identity}]", *names)]
        for name, found in values.items()
    }
    files |= {"model.toml": [MODEL_TOML + more], "rules.txt": [rules]}
    for name, lines in files.items():
        path = folder / "interaction_model" / "en" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
    return read(folder / "interaction_model" / "en")


def found(model: Model) -> list[str]:
    return [str(problem) for problem in utterances.problems(model, ids)]


VALUES = {"Site": {"calf": ["calf"], "left": ["left foot"], "foot": ["foot"]}, "Side": {"left": ["left", "left hand"]}}


def test_pairs_are_limited_by_folder_and_by_file(tmp_path: Path) -> None:
    intents, values = {name: ["[a] [b] [c] {Site} is"] for name in ("A", "B")}, {"Site": {"calf": ["[a] [b] [c] calf"]}}
    for more, counts in (
        ("", (7, 7, 7)),
        ("[pairs]\nintents = 1", (5, 5, 7)),
        ("[pairs]\nintents = 0\nB = 2\nslots = 0", (4, 6, 4)),
    ):
        model = model_of(tmp_path, intents, values, more)
        found = (*(len(model.intents[name].samples) for name in intents), len(model.types["Site"]["calf"]))
        assert found == counts


def test_one_text_of_two_intents_is_named_with_both_lines(tmp_path: Path) -> None:
    model = model_of(tmp_path, {"A": ["fine", "my [poor] {Site} hurts"], "B": ["my calf hurts"]}, VALUES)
    assert found(model) == [
        "interaction_model/en/intents/B.txt: line 1: found 'my calf hurts', expected one intent for one text: "
        "'my calf hurts' here, 'my {Site} hurts' (Site calf) in interaction_model/en/intents/A.txt line 2"
    ]


def test_values_of_two_slots_are_compared_word_by_word(tmp_path: Path) -> None:
    values = {"Sign": {"breath": ["can't breathe"]}, "Limit": {"stand": ["breathe", "stand"]}}
    (problem,) = found(model_of(tmp_path, {"A": ["i {Sign}"], "B": ["i can't {Limit} now", "i can't {Limit}"]}, values))
    assert 'found "i can\'t breathe"' in problem
    assert "'i {Sign}' (Sign breath)" in problem
    assert '"i can\'t {Limit}" (Limit stand)' in problem


def test_one_text_of_two_meanings_is_named_unless_they_are_as_urgent(tmp_path: Path) -> None:
    model = model_of(tmp_path, {"A": ["my {Side} {Site}", "my {Site}", "my {Side}"]}, VALUES)
    (problem,) = found(model)
    assert "found 'my left foot', expected one meaning for one text" in problem
    assert "'my {Site}' (Site left)" in problem
    assert "'my {Side} {Site}' (Side left, Site foot)" in problem
    assert list(utterances.problems(model, lambda filled: None)) == []


def test_a_value_that_ends_in_another_is_followed_both_ways(tmp_path: Path) -> None:
    values = {"Site": {"a": ["calf"], "b": ["calf muscle"]}, "Sign": {"c": ["muscle swollen"], "d": ["swollen"]}}
    (problem,) = found(model_of(tmp_path, {"A": ["my {Site} {Sign} now", "{Site}", "{Sign}"]}, values))
    assert "found 'my calf muscle swollen now'" in problem
    assert "(Site a, Sign c)" in problem
    assert "(Site b, Sign d)" in problem


def test_a_conflict_in_the_middle_is_found_before_the_same_slot(tmp_path: Path) -> None:
    values = {"Site": {"a": ["calf"]}, "Sign": {"c": ["swollen", "swollen and hot"], "d": ["hot"]}}
    (problem,) = found(
        model_of(
            tmp_path, {"A": ["my {Site} is {Sign}"], "B": ["my calf is {Sign}"], "C": ["{Site}", "on {Sign}"]}, values
        )
    )
    assert "found 'my calf is swollen'" in problem


@pytest.mark.parametrize("seed", range(60))
def test_it_finds_what_listing_every_text_finds(tmp_path: Path, seed: int) -> None:
    """In small models: which intents have a text in common, and which samples of one intent have one in two meanings."""
    chance = random.Random(seed)
    words = ["a", "b", "c"]
    values: dict[str, dict[str, list[str]]] = {}
    taken: dict[str, set[str]] = defaultdict(set)
    for slot in ("X", "Y"):
        values[slot] = {}
        for identity in ("one", "two"):
            names = {" ".join(chance.choices(words, k=chance.randint(1, 3))) for _ in range(2)} - taken[slot]
            taken[slot] |= names
            if names:
                values[slot][identity] = sorted(names)
    samples: dict[str, list[str]] = {}
    used: set[str] = set()
    for intent in ("A", "B", "C"):
        drawn = {" ".join(chance.choices([*words, "{X}", "{Y}"], k=chance.randint(1, 4))) for _ in range(3)} - used
        samples[intent] = sorted(text for text in drawn if max(map(text.count, ("{X}", "{Y}"))) < 2)
        used |= drawn
    # Each slot alone, behind a word that nothing else has.
    samples["D"] = ["d {X}", "d d {Y}"]
    model = model_of(tmp_path, {name: lines for name, lines in samples.items() if lines}, values)
    said: dict[str, set[tuple[str, str, tuple[tuple[str, str], ...]]]] = defaultdict(set)
    for name, rule in model.intents.items():
        for sample in rule.samples:
            slots = re.findall(r"\{(\w)\}", sample)
            choices = [[(slot, i, text) for i, texts in values[slot].items() for text in texts] for slot in slots]
            for chosen in product(*choices):
                text = sample
                for slot, _, value in chosen:
                    text = text.replace(f"{{{slot}}}", value)
                said[text].add((name, sample, tuple(sorted((slot, i) for slot, i, _ in chosen))))
    intents = {
        frozenset((one[:2], other[:2]))
        for ways in said.values()
        for one in ways
        for other in ways
        if one[0] != other[0]
    }
    meanings = {text for text, ways in said.items() if len({name for name, _, _ in ways}) < len({w[::2] for w in ways})}
    problems = [problem for problem in found(model) if " for one text: " in problem]
    named = set()
    for problem in problems:
        match = re.search(r"^\S+/(\w)\.txt: line \d+: found '([^']*)', expected one (\w+) for", problem)
        other = re.search(r"here, '([^']+)'.* in \S+/(\w)\.txt line \d+$", problem)
        mine = re.search(r"text: '([^']+)'", problem)
        assert match
        assert other
        assert mine
        assert match[2] in said  # it is really a text of both
        if match[3] == "intent":
            named.add(frozenset(((match[1], mine[1]), (other[2], other[1]))))
        else:
            assert match[2] in meanings
    assert named == intents
    assert bool(meanings) == any("one meaning" in problem for problem in problems)


def test_a_carrier_of_two_intents_is_argued_or_refused(tmp_path: Path) -> None:
    values = {"Sign": {"a": ["ill"]}, "Limit": {"b": ["old"]}}
    intents = {"A": ["i'm [really] {Sign}", "yes i'm {Sign}"], "B": ["i'm {Limit}", "yes i'm {Limit}"]}
    problems = found(model_of(tmp_path, intents, values))
    assert len(problems) == 4
    assert problems[0] == (
        'interaction_model/en/intents/A.txt: line 1: found "i\'m {Sign}", expected another sentence, for B has "i\'m *" too; '
        "or the reason why that is safe in model.toml"
    )
    argued = '[[shared]]\nreason = "both are asked about"\nintents = ["A", "B"]\ncarriers = ["[<yes>] i\'m *"]\n'
    assert found(model_of(tmp_path, intents, values, argued, "<yes> = (yes|yeah)")) == []


def test_a_reason_that_nothing_needs_is_refused(tmp_path: Path) -> None:
    values = {"Sign": {"a": ["ill"]}, "Limit": {"b": ["old"]}}
    intents = {"A": ["i'm {Sign}"], "B": ["i'm {Limit}"], "C": ["are you {Limit}"]}
    argued = '[[shared]]\nreason = "so it is"\nintents = ["A", "B", "C"]\ncarriers = ["i\'m *", "i am *"]\n'
    assert found(model_of(tmp_path, intents, values, argued)) == [
        'interaction_model/en/model.toml: shared[0].carriers: found "i\'m *", expected a carrier that C shares',
        "interaction_model/en/model.toml: shared[0].carriers: found 'i am *', expected a carrier that A, B, C shares",
    ]


@pytest.mark.parametrize("carrier", ["i'm {Sign}", "I'm *", "(i'm *", "<none> *"])
def test_a_carrier_is_written_as_a_template(tmp_path: Path, carrier: str) -> None:
    more = f'[[shared]]\nreason = "so"\nintents = ["A", "B"]\ncarriers = ["{carrier}"]\n'
    with pytest.raises(Exception, match=r"^interaction_model/en/model\.toml: shared\[0\]\.carriers: found "):
        model_of(tmp_path, {"A": ["{Site}", "{Side}"]}, VALUES, more)


def test_a_sample_has_three_slots_and_its_halves_and_a_value_six_words(tmp_path: Path) -> None:
    values = {slot: {"a": [f"{slot.lower()} b"]} for slot in "VWXYZ"} | {
        "Z": {"a": ["one two three four five six seven"]}
    }
    problems = found(model_of(tmp_path, {"A": ["{V} {W} {X} {Y}", "{V}", "{W} a", "{X} a", "see {Z}"]}, values))
    assert [problem.partition(": found ")[2] for problem in problems] == [
        "'{V} {W} {X} {Y}', expected at most 3 slots in a sentence",
        "'{V} {W} {X} {Y}', expected also a sentence with {Y} as its only slot: half may be said",
        "'one two three four five six seven', expected at most 6 words; the subject belongs into the intent's sentence",
    ]


def test_readings_are_as_urgent_as_their_sign_limit_position_and_place() -> None:
    urgency = models.urgency(library())
    assert urgency({"Sign": "stroke"}) == urgency({"Finding": "chest_or_breath", "Site": "calf"})
    assert urgency({"Sign": "chest_or_breath"}) != urgency({"Sign": "frequent_cramps"}) != urgency({})
    assert urgency({"Limit": "cannot_stand"}) != urgency({"Position": "standing"}) != urgency({"Position": "lying"})
    assert urgency({"Site": "calf"}) == urgency({"Site": "foot", "Side": "left"}) != urgency({"Site": "chest"})


def test_no_text_has_two_readings_and_each_shared_carrier_is_argued() -> None:
    assert list(map(str, models.readings(library()))) == []


def test_check_tells_how_much_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--model"])
    assert re.search(r"^en: \d+ intents, \d+ sentences, \d+ values, \d+ kB of Amazon's JSON; ", capsys.readouterr().out)
