"""The bench of understanding: it reads its sets strictly, counts rightly, and judges a reply by what it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.understanding import profile_nlu
from bench.understanding.cases import SETS, Case, Label, SetError, read_set
from bench.understanding.engines import plain, training_rows
from bench.understanding.measures import fits, macro, micro
from bench.understanding.replies import Dialogue
from skill.loading import interaction_model
from skill.simulator.nlu.recognizer import RecognizeResult, Slot
from skill.simulator.validation.sdk_schema import faults

REQUEST = "ask_smapi_model.v1.skill.evaluations.profile_nlu_request.ProfileNluRequest"
RESPONSE = "ask_smapi_model.v1.skill.evaluations.profile_nlu_response.ProfileNluResponse"


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return Dialogue("en-US")


def _read(tmp_path: Path, text: str) -> tuple[Case, ...]:
    (tmp_path / "some.tsv").write_text(text, encoding="utf-8")
    return read_set(tmp_path / "some.tsv").cases


@pytest.mark.parametrize("path", sorted(SETS.glob("*.tsv")), ids=lambda path: path.stem)
def test_a_set_of_the_project_tells_of_itself(path: Path) -> None:
    labelled = read_set(path)
    assert labelled.brief != "unknown"
    assert labelled.first_run != "not yet"


def test_the_form_of_a_set_from_elsewhere_is_told_by_its_columns(tmp_path: Path) -> None:
    assert _read(tmp_path, "my calf is cramping\tRelieveIntent\tSite=calf\ttell\n")[0].labels
    assert _read(tmp_path, "he's gone grey\tchest_or_breath\tE\theart\n")[0].level == "E"
    assert _read(tmp_path, "does honey help\thoney\tfood\n")[0].topic == "honey"
    assert _read(tmp_path, "the towel fell\tobject\n")[0].kind == "object"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("utterance\tkind\nthe towel fell\n", "some.tsv:2: 1 columns"),
        ("utterance\tintent\tslots\tkind\nhi\tNoIntent\tSite\t-\n", "some.tsv:2: slot Site"),
        ("utterance\tsign\tlevel\tkind\nhi\tclot\tbad\t-\n", "some.tsv:2: level bad"),
        ("# use: seen\nutterance\tkind\nhi\t-\n", "some.tsv: use: seen"),
        ("", "some.tsv: no rows"),
    ],
)
def test_what_does_not_fit_is_told_by_file_and_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SetError, match=told):
        _read(tmp_path, text)


def test_a_label_holds_alternatives_free_values_and_forbidden_ones() -> None:
    case = Case("both my calves", "-")
    label = Label(
        ("RelieveIntent",), {"Site": ("calf", "foot"), "Side": ("*",)}, frozenset({"Side"}), {"Position": "standing"}
    )

    def heard(**slots: str) -> RecognizeResult:
        return RecognizeResult(
            "", "RelieveIntent", {name: Slot(name, value, value, value) for name, value in slots.items()}
        )

    assert fits(label, case, heard(Site="foot"), exact=True)
    assert fits(label, case, heard(Site="calf", Side="left"), exact=True)
    assert not fits(label, case, heard(Site="hand"), exact=True)
    assert not fits(label, case, heard(Site="calf", Limit="child"), exact=True)
    assert fits(label, case, heard(Site="calf", Limit="child"), exact=False)
    assert not fits(label, case, heard(Site="calf", Position="standing"), exact=False)
    assert not fits(label, case, RecognizeResult("", "PlaceIntent"), exact=True)


def test_a_built_in_intent_and_its_twin_are_one() -> None:
    assert fits(Label(("AMAZON.NoIntent",)), Case("nah not really", "-"), RecognizeResult("", "NoIntent"), exact=True)


def test_shares_have_their_intervals() -> None:
    half = micro([True] * 50 + [False] * 50)
    assert (half.value, round(half.low, 3), round(half.high, 3)) == (0.5, 0.404, 0.596)
    whole = micro([True] * 20)
    assert whole.high == 1.0
    assert round(whole.low, 3) == 0.839
    both = macro([[True] * 30, [False]])
    assert both.value == 0.5
    assert 0.1 < both.low < 0.25


def test_the_classifier_learns_every_value_once_an_intent() -> None:
    model = interaction_model.of("en-US")
    rows = [text for text, intent in training_rows(model) if intent == "AskIntent"]
    names = [name for names in model.types["Topic"].values() for name in names]
    assert [name for name in names if not any(name in text for text in rows)] == []


def test_text_is_written_as_alexa_writes_it() -> None:
    assert plain("  It’s my CALF, please! ") == "it's my calf please"


def test_a_reply_is_judged_by_what_it_does(dialogue: Dialogue) -> None:
    def reply(intent: str, in_set: bool, **slots: str) -> tuple[bool, bool, bool, bool]:
        turn = dialogue.labelled(intent, slots)
        assert turn is not None
        found = dialogue.reply(turn, in_set)
        return found.alarms, found.asks_of_danger, found.asks, found.stretches

    assert reply("WarningSignIntent", True, Sign="chest_or_breath") == (True, False, False, False)
    assert reply("WarningSignIntent", True, Sign="no_blood_flow_maybe") == (False, True, True, False)
    assert reply("RelieveIntent", False, Site="calf") == (False, False, False, True)
    assert not any(reply("AskIntent", False, Topic="magnesium")[:2])


def test_a_label_that_the_model_lacks_has_no_reply(dialogue: Dialogue) -> None:
    assert dialogue.labelled("NoSuchIntent", {}) is None
    assert dialogue.labelled("RelieveIntent", {"Site": "elbow"}) is None
    assert dialogue.labelled("RelieveIntent", {"Topic": "magnesium"}) is None


@pytest.mark.parametrize("path", sorted(SETS.glob("*.tsv")), ids=lambda path: path.stem)
def test_amazons_own_classes_know_what_is_written_for_the_profiler(path: Path) -> None:
    for case in read_set(path).cases:
        row = profile_nlu.row(case)
        assert list(faults(row["request"], REQUEST)) == []
        assert [fault for one in row["expected"] for fault in faults(one, RESPONSE)] == []
