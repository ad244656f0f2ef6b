"""`say` and `hear`, as on the command line."""

from __future__ import annotations

import io
import json
from argparse import ArgumentParser
from collections.abc import Callable

import pytest

from skill.cli import common, hear, say
from skill.simulator.device import Speaker
from skill.simulator.nlu.recognizer import RecognizeResult
from tests.speaker.small_skill import SmallEar, SmallSkill, ssml

Build = Callable[..., Speaker]
CALF = "my lower leg is cramping"


def _parse(*words: str) -> tuple[list[str | float], bool, str, str]:
    parser = ArgumentParser(prog="say")
    say.add_arguments(parser)
    args = parser.parse_args(list(words))
    return args.turns, args.json, args.device, args.locale


@pytest.mark.parametrize(
    ("words", "parsed"),
    [
        ((CALF,), ([CALF], False, "echo", "en-US")),
        (("a", "b", "c"), (["a", "b", "c"], False, "echo", "en-US")),
        (
            ("a", "--after", "42", "pause", "--after", "5", "resume"),
            (["a", 42.0, "pause", 5.0, "resume"], False, "echo", "en-US"),
        ),
        (("--json", "a", "--after", "1.5", "b", "c"), (["a", 1.5, "b", "c"], True, "echo", "en-US")),
        (("a", "--json", "b", "--device", "show", "c"), (["a", "b", "c"], True, "show", "en-US")),
        (("--locale", "en-GB", "a", "--after", "3", "--json", "b"), (["a", 3.0, "b"], True, "echo", "en-GB")),
        (("a", "--json"), (["a"], True, "echo", "en-US")),
    ],
)
def test_utterances_and_options_stand_in_any_order(words: tuple[str, ...], parsed: object) -> None:
    assert _parse(*words) == parsed


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("a", "--after", "soon", "b"), "'soon' is not a number of seconds"),
        (("a", "--after", "nan", "b"), "'nan' is not a number of seconds"),
        (("a", "--after=-3", "b"), "'-3' is not a number of seconds"),
        (("--device", "toaster", "a"), "'toaster' is not one of echo, show"),
    ],
)
def test_nonsense_on_the_command_line_is_refused(
    words: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        _parse(*words)
    assert left.value.code == 2
    assert complaint in capsys.readouterr().err


def _run(monkeypatch: pytest.MonkeyPatch, speaker: Speaker, *words: str) -> int:
    monkeypatch.setattr(common, "make_device", lambda args: speaker)
    parser = ArgumentParser(prog="say")
    say.add_arguments(parser)
    return say.run(parser.parse_args(list(words)))


def test_each_turn_is_performed_in_order_with_its_clock_times(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], skill: SmallSkill, speaker_for: Build
) -> None:
    assert _run(monkeypatch, speaker_for(skill), CALF, "yes") == 0
    assert capsys.readouterr().out.splitlines() == [
        "You: my lower leg is cramping",
        "00:00  Slowly straighten your leg.",
        "00:01  Push your heel away.",
        "00:04  Hold there.",
        "00:34  Let go.",
        "00:44  Has the cramp gone?",
        "       (listening)",
        "You: yes",
        "00:45  Sleep well.",
    ]


def test_an_interruption_cuts_the_turn_off_at_its_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], skill: SmallSkill, speaker_for: Build
) -> None:
    assert _run(monkeypatch, speaker_for(skill), CALF, "--after", "34", "yes") == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "00:00  Slowly straighten your leg.",
        "00:01  Push your heel away.",
        "00:04  Hold there.",
        "You: yes",
        "00:34  Sleep well.",
    ]


def test_an_answer_that_comes_late_hears_the_reprompt_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], skill: SmallSkill, speaker_for: Build
) -> None:
    assert _run(monkeypatch, speaker_for(skill), CALF, "--after", "60", "yes") == 0
    assert capsys.readouterr().out.splitlines()[5:] == [
        "00:44  Has the cramp gone?",
        "       (listening)",
        "00:53  Still tight? Hold again.",
        "You: yes",
        "01:00  Sleep well.",
    ]


def test_an_empty_utterance_is_silence_until_the_session_is_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], skill: SmallSkill, speaker_for: Build
) -> None:
    assert _run(monkeypatch, speaker_for(skill), CALF, "", "yes") == 0
    assert capsys.readouterr().out.splitlines()[6:] == [
        "       (listening)",
        "You: (nothing)",
        "00:53  Still tight? Hold again.",
        "01:24  Has it gone?",
        "       (listening)",
        "       (asleep)",
        "       (a new session)",
        "You: yes",
        "01:33  Sleep well.",
    ]
    assert skill.types == ["RelieveIntent", "SessionEndedRequest", "AMAZON.YesIntent"]


def test_json_is_one_object_a_turn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], skill: SmallSkill, speaker_for: Build
) -> None:
    assert _run(monkeypatch, speaker_for(skill), "--json", CALF, "--after", "42", "pause") == 0
    turns = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(turn) for turn in turns] == [{"utterance", "request", "response"}] * 2
    assert [turn["utterance"] for turn in turns] == [CALF, "pause"]
    assert turns[1]["request"]["request"]["timestamp"] == "2026-01-01T03:00:42Z"
    assert turns[1]["request"]["session"]["attributes"] == turns[0]["response"]["sessionAttributes"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "say: nothing was said"),
        (("--after", "3", "yes"), "say: --after stands between two utterances"),
        (("yes", "--after", "3"), "say: --after stands between two utterances"),
        (("yes", ""), "say: silence, but no session is open"),
    ],
)
def test_a_conversation_that_cannot_be_had_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    skill: SmallSkill,
    speaker_for: Build,
    words: tuple[str, ...],
    complaint: str,
) -> None:
    assert _run(monkeypatch, speaker_for(skill), *words) == 1
    error = capsys.readouterr().err
    assert error.startswith(complaint)
    assert error.count("\n") == 1


def test_what_a_device_would_reject_ends_in_one_line_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], speaker_for: Build
) -> None:
    bad = {"version": "1.0", "response": {"outputSpeech": ssml("Rest & sleep."), "shouldEndSession": True}}
    assert _run(monkeypatch, speaker_for(lambda event, context: bad), CALF) == 1
    error = capsys.readouterr().err
    assert error.startswith(
        "say: a device would reject the answer to RelieveIntent: response.outputSpeech.ssml: not well-formed"
    )
    assert error.count("\n") == 1


def _hear(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> list[object]:
    monkeypatch.setattr(hear, "recognizer_for", lambda locale: SmallEar())
    parser = ArgumentParser(prog="hear")
    hear.add_arguments(parser)
    assert hear.run(parser.parse_args(list(words))) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_hear_reads_lines_and_prints_ids(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = f"{CALF}\n\nremind me at ten\nmy elbow is cramping\nplay some jazz\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert _hear(monkeypatch, capsys) == [
        {"utterance": CALF, "intent": "RelieveIntent", "slots": {"Site": "calf"}},
        {"utterance": "remind me at ten", "intent": "RemindIntent", "slots": {"Time": "22:00"}},
        {"utterance": "my elbow is cramping", "intent": "RelieveIntent", "slots": {}},
        {"utterance": "play some jazz", "intent": "AMAZON.FallbackIntent", "slots": {}},
    ]


def test_hear_takes_arguments(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    heard = _hear(monkeypatch, capsys, "yes", "open cramp coach")
    assert [entry["intent"] for entry in heard] == ["AMAZON.YesIntent", "LaunchRequest"]  # type: ignore[index]


def test_only_what_was_said_is_listed() -> None:
    entry = hear.entry(SmallEar(), RecognizeResult("yes", "AMAZON.YesIntent", {}))  # type: ignore[arg-type]
    assert entry == {"utterance": "yes", "intent": "AMAZON.YesIntent", "slots": {}}
