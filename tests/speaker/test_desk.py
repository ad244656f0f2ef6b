"""The desk's commands with the real skill and the real ear, as a newcomer calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from skill.simulator.validation import sdk_schema

ROOT = Path(__file__).parents[2]
ACTION = "Slowly straighten your leg. Pull your toes back towards your knee."


def _desk(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "skill", *words]
    return subprocess.run(command, cwd=ROOT, input=typed, capture_output=True, text=True, timeout=60, check=False)


def _seconds(line: str) -> int:
    return int(line[:2]) * 60 + int(line[3:5])


def test_say_guides_through_two_holds_of_thirty_seconds_and_asks_once() -> None:
    done = _desk("say", "my calf is cramping")
    assert (done.returncode, done.stderr) == (0, "")
    spoken = [line for line in done.stdout.splitlines() if line[2:3] == ":" and line[:2].isdigit()]
    assert spoken[0] == f"00:00  {ACTION}"
    hold, let_go, again, let_go_again = (
        _seconds(line) for line in spoken if "Hold there." in line or line.endswith("Hold.") or "Let go" in line
    )
    assert (let_go - hold, again - let_go, let_go_again - again) == (30, 10, 30)
    assert spoken[-1].endswith("Has the cramp gone?")
    assert done.stdout.count("?") == 1


def test_say_prints_envelopes_that_amazons_classes_know() -> None:
    done = _desk("say", "--json", "my calf is cramping", "--after", "42", "how long left")
    assert (done.returncode, done.stderr) == (0, "")
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert [turn["utterance"] for turn in turns] == ["my calf is cramping", "how long left"]
    for turn in turns:
        assert list(sdk_schema.faults(turn["request"], sdk_schema.REQUEST)) == []
        assert list(sdk_schema.faults(turn["response"], sdk_schema.RESPONSE)) == []


def test_talk_takes_piped_lines_and_leaves_at_their_end() -> None:
    done = _desk("talk", typed="open cramp coach\ncalf\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:2] == ["You: open cramp coach", f"00:00  {ACTION}"]


def test_hear_prints_intent_and_ids() -> None:
    done = _desk("hear", typed="my calf is cramping\nplay some jazz\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"utterance": "my calf is cramping", "intent": "RelieveIntent", "slots": {"Site": "calf"}},
        {"utterance": "play some jazz", "intent": "AMAZON.FallbackIntent", "slots": {}},
    ]


def test_a_screen_is_a_device_of_its_own() -> None:
    done = _desk("say", "--device", "show", "--json", "my foot is cramping")
    request = json.loads(done.stdout)["request"]
    assert "Alexa.Presentation.APL" in request["context"]["System"]["device"]["supportedInterfaces"]


def test_a_locale_without_a_model_is_refused_in_one_line() -> None:
    for command in ("say", "hear", "talk"):
        done = _desk(command, "--locale", "xx-XX", *(["calf"] if command != "talk" else []), typed="calf\n")
        assert done.returncode == 1
        assert done.stderr.startswith(f"{command}: ")
        assert done.stderr.count("\n") == 1
