"""How a sentence template becomes sentences: the base first, then one choice at a time, then pairs, up to a cap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hassil.parse_expression import parse_sentence
from hassil.sample import sample_sentence

from skill.loading.sentence_templates import Line, Rules, expand, read_file
from skill.loading.strict_table import ContentError

FILE = "interaction_model/en/intents/EasedIntent.txt"


def expanded(template: str, cap: int = 40, pairs: int = 1000, **rules: str) -> list[str]:
    lines = {name: Line("interaction_model/en/rules.txt", 1, text) for name, text in rules.items()}
    return expand(Line(FILE, 1, template), Rules({}, lines), cap, pairs)[0]


@pytest.mark.parametrize(
    ("template", "sentences"),
    [
        ("it's gone", ["it's gone"]),
        ("  my   {Site}  is fine ", ["my {Site} is fine"]),
        ("[my] {Site}", ["{Site}", "my {Site}"]),
        (
            "[my|the] {Site} [now]",
            ["{Site}", "my {Site}", "the {Site}", "{Site} now", "my {Site} now", "the {Site} now"],
        ),
        ("cal(f|ves)", ["calf", "calves"]),
        ("it is|it's", ["it is", "it's"]),
        ("(a|b) (c|d)", ["a c", "b c", "a d", "b d"]),
        ("(a [x]|b [y])", ["a", "b", "a x", "b y"]),  # a choice in an alternative goes with that alternative alone
        ("(a|(b|c)) [d]", ["a", "b", "c", "a d", "b d", "c d"]),
        ("[a [b]] c", ["c", "a c", "a b c"]),
        ("[a] [a] b", ["b", "a b", "a a b"]),
        ("(one|one) word", ["one word"]),
    ],
)
def test_the_base_comes_first_then_one_choice_then_pairs(template: str, sentences: list[str]) -> None:
    assert expanded(template) == sentences


def test_a_rule_is_written_once_and_used_anywhere() -> None:
    assert expanded("<my> {Site} [<now>]", my="(my|the)", now="(now|by <now2>)", now2="now") == [
        *("my {Site}", "the {Site}", "my {Site} now", "my {Site} by now", "the {Site} now", "the {Site} by now")
    ]


def test_three_choices_are_not_varied_together() -> None:
    sentences = expanded("[a] [b] [c] d")
    assert sentences == ["d", "a d", "b d", "c d", "a b d", "a c d", "b c d"]


def test_a_cap_keeps_every_single_choice_and_spreads_the_pairs() -> None:
    template = "(a|b|c|d) (e|f|g|h) (i|j|k|l)"
    whole = expanded(template, 1000)
    assert len(whole) == 1 + 3 * 3 + 3 * 9
    for cap in range(10, len(whole)):
        some = expanded(template, cap)
        assert some[:10] == whole[:10]
        assert len(set(some)) == len(some) == cap
        assert set(some) <= set(whole)
    pairs = expanded(template, 16)[10:]
    varied = {tuple(one != other for one, other in zip(pair.split(), "aei", strict=True)) for pair in pairs}
    assert len(varied) == 3  # each two of the three choices


def test_fewer_pairs_may_be_wanted_and_no_single_choice_is_lost() -> None:
    template = "(a|b|c|d) (e|f|g|h) (i|j|k|l)"
    assert len(expanded(template, pairs=0)) == 10
    assert expanded(template, pairs=6) == expanded(template, 16)


def test_every_choice_is_made_whatever_else_is_left_out() -> None:
    """What the cap would cut off is counted, so that `check` can name the template."""
    line = Line(FILE, 1, "(a|b|c|d) e")
    assert expand(line, Rules({}, {}), 3, 3) == (["a e", "b e", "c e"], 4)
    assert expand(line, Rules({}, {}), 4, 4) == (["a e", "b e", "c e", "d e"], 4)


@pytest.mark.parametrize(
    "template",
    [
        "[oh] my (calf|foot) [really|so] hurts [a lot]",
        "[(oh|ah) [no|dear]] (my|the [very] same) (cal(f|ves)|foot) [is [still] tight]",
        "it is|it's [not] (gone|over)",
    ],
)
def test_hassil_knows_every_sentence(template: str) -> None:
    every = {" ".join(text.split()) for text in sample_sentence(parse_sentence(template))}
    found = expanded(template, 1000)
    assert len(set(found)) == len(found)
    assert set(found) <= every
    assert found == expanded(template, 1000)
    assert {word for text in found for word in text.split()} == {word for text in every for word in text.split()}


@pytest.mark.parametrize(
    ("rules", "found", "expected"),
    [
        ({"one": "a <two>", "two": "b <one>"}, "<one>", "rules that do not use each other in a circle"),
        ({"one": "a <none>"}, "<none>", "a rule that this file or rules.txt has"),
        ({"one": "(a"}, "(a", "each bracket closed"),
    ],
)
def test_a_rule_that_leads_nowhere_is_named(rules: dict[str, Any], found: str, expected: str) -> None:
    with pytest.raises(ContentError) as refused:
        expanded("<one> b", **rules)
    assert refused.value.file == "interaction_model/en/rules.txt"
    assert f"found {found!r}" in str(refused.value)
    assert expected in str(refused.value)


def test_a_file_has_rules_of_its_own_remarks_and_headings(tmp_path: Path) -> None:
    path = tmp_path / "Site.txt"
    path.write_text(
        "# Places.\n<up> = (upper|top)\n\n[calf]\n  calf\n# Another.\nmy <up> calf\n[foot]\nfoot\n", encoding="utf-8"
    )
    found = read_file(path, "slots/Site.txt", headings=True)
    assert found.rules == {"up": Line("slots/Site.txt", 2, "(upper|top)")}
    assert found.sections == {
        "calf": (Line("slots/Site.txt", 5, "calf"), Line("slots/Site.txt", 7, "my <up> calf")),
        "foot": (Line("slots/Site.txt", 9, "foot"),),
    }


def test_a_rule_has_one_place(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("<my> = my\n<my> = the\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"^a\.txt: line 2: .* the other is in line 1"):
        read_file(path, "a.txt")
    line = Line("rules.txt", 1, "my")
    with pytest.raises(
        ContentError, match=r"^a\.txt: line 3: found '<my>', expected a name that rules\.txt does not have"
    ):
        Rules({"my": line}, {"my": Line("a.txt", 3, "the")})
    rules = Rules({}, {"my": line, "your": Line("rules.txt", 2, "your")})
    expand(Line(FILE, 1, "<my> leg"), rules, 40, 40)
    assert [str(problem) for problem in rules.unused()] == [
        "rules.txt: line 2: found '<your>', expected a rule that a template uses"
    ]


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ContentError, match=r"^a\.txt: \(file\): .* expected text in UTF-8"):
        read_file(tmp_path / "a.txt", "a.txt")
