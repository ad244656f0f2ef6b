"""After a night of fifty symptoms, what is left of it anywhere: in the log and its metrics, in a row, on a card, in a file."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.understanding.cases import SETS, read_set
from lambda_handler import handler
from skill.alexa import handlers
from skill.alexa.request_log import OTHER
from skill.simulator.device import Speaker
from skill.simulator.nlu.recognizer import Recognizer, RecognizeResult, recognizer_for
from skill.simulator.requests import Bedside
from tests.alexa.test_observe import FIELDS

LOCALE = "en-GB"
PEOPLE = SETS / "people.tsv"
TELLING = ("Sign", "Site", "Limit")  #: the slots that tell of somebody's health
LINE = FIELDS - {"requestId"} | {"fault", "reason"}


def _symptoms() -> list[str]:
    """One thing that people say for each sign, place and limit, as far as the list has one; then more, up to fifty."""
    heard: dict[tuple[str, str], str] = {}
    more = []
    for case in read_set(PEOPLE).cases:
        slots = [(name, value) for label in case.labels for name, values in label.slots.items() for value in values]
        for told in slots:
            known = heard.setdefault(told, case.utterance) if told[0] in TELLING else case.utterance
            if known != case.utterance and len(case.utterance.split()) > 8:
                more.append(case.utterance)
    chosen = list(dict.fromkeys(heard.values()))
    return (
        chosen + [utterance for utterance in dict.fromkeys(more) if utterance not in chosen][: max(0, 50 - len(chosen))]
    )


SYMPTOMS = _symptoms()


@pytest.fixture(scope="module")
def ear() -> Recognizer:
    return recognizer_for(LOCALE)


@contextmanager
def _watched() -> Iterator[list[tuple[str, Any]]]:
    """Every file opened for writing and every connection made meanwhile, by whatever code."""
    seen: list[tuple[str, Any]] = []
    watching = [True]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching:
            return
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            seen.append(("open", str(arguments[0])))
        elif event in ("socket.connect", "socket.sendto", "subprocess.Popen", "os.system"):
            seen.append((event, arguments))

    sys.addaudithook(hook)  # it cannot be taken out again, only told to look away
    try:
        yield seen
    finally:
        watching.clear()


class Night:
    """A wish that lasts, then fifty symptoms, three to a session, said to the real handler through the stand-in's ear."""

    def __init__(self, ear: Recognizer, device: Any = "echo") -> None:
        self.bedside = Bedside(device, LOCALE)
        self.heard: list[RecognizeResult] = []
        self.requests: list[dict[str, Any]] = []
        self.cards: list[Any] = []
        speaker = Speaker(self._handle, ear, self.bedside)
        speaker.say("open cramp coach")
        speaker.say("please whisper", after=5)
        for number, utterance in enumerate(SYMPTOMS, 1):
            turn = speaker.say(utterance, after=None if number % 5 else 12)
            assert turn.heard is not None
            self.heard.append(turn.heard)
            if number % 3 == 0:
                speaker.say("goodbye", after=5)
        speaker.stay_silent()

    def _handle(self, request: dict[str, Any], context: object) -> Any:
        self.requests.append(request)
        response = handler(request, context)
        if card := response["response"].get("card"):
            self.cards.append(card)
        return response

    def people(self) -> set[str]:
        """The ids of the person, the device, the sessions and the skill."""
        sessions = {request["session"]["sessionId"] for request in self.requests}
        return {self.bedside.user_id, self.bedside.device_id, self.bedside.skill_id, *sessions}

    def told(self) -> set[str]:
        """All that would tell what somebody had: the utterances, their words, what the slots held and what it resolved to."""
        slots = [slot for heard in self.heard for slot in heard.slots.values()]
        values = {slot.said for slot in slots} | {slot.id for slot in slots if slot.id}
        words = {word for utterance in SYMPTOMS for word in re.findall(r"[a-z]{4,}", utterance.lower())}
        return {*SYMPTOMS, *values, *words}


def _found(told: set[str], text: str) -> set[str]:
    """Which of these stand in a text, as whole words, in whatever case."""
    lowered = text.lower()
    return {entry for entry in told if re.search(rf"(?<![\w.-]){re.escape(entry.lower())}(?![\w-])", lowered)}


def _line_fits(line: dict[str, Any], night: Night) -> None:
    """Each field of a request's line holds what may stand there, and nothing else can be in it."""
    asked = [request["request"] for request in night.requests]
    assert set(line) <= LINE | {"function", "_aws"}
    assert line["event"] == "request"
    assert line["alexaRequestId"] in {request["requestId"] for request in asked}
    assert line["type"] in {"LaunchRequest", "IntentRequest", "SessionEndedRequest"}
    assert line.get("intent", "HelpIntent").removeprefix("AMAZON.").isalpha()
    assert line["locale"] == LOCALE
    assert line["reply"] in ("speech", "silence")
    assert line.get("ends") in (True, False, None)
    assert all(isinstance(line[name], int | float) for name in ("latency", "cold", "faults"))


def test_there_are_fifty_and_every_sign_place_and_limit_that_people_tell_of() -> None:
    assert len(SYMPTOMS) >= 50


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of preferences that the night is kept in."""
    monkeypatch.delenv("PREFERENCES_TABLE", raising=False)
    monkeypatch.setenv("PREFERENCES_FILE", str(tmp_path / "preferences.db"))
    return tmp_path / "preferences.db"


@pytest.mark.parametrize("device", ["echo", "show"])
def test_no_log_line_row_card_or_file_tells_what_somebody_had(
    device: str,
    ear: Recognizer,
    kept: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "cramp-coach")
    caplog.set_level(logging.DEBUG)
    with _watched() as seen:
        night = Night(ear, device)
    told, people = night.told(), night.people()
    assert len(told) > 150

    printed, errors = capfd.readouterr()
    lines = [json.loads(row) for row in printed.splitlines()]
    assert len(lines) == len(night.requests) > 50
    for line in lines:
        _line_fits(line, night)
        assert line["faults"] == 0
    values = "\n".join(str(value) for line in lines for name, value in line.items() if name != "_aws")
    assert _found((told | people) - {OTHER}, values) == set()  # the log's own word for an intent that it does not name
    assert errors == ""
    assert [record.getMessage() for record in caplog.records] == []

    rows = "".join(
        path.read_bytes().decode("latin-1") for path in kept.parent.iterdir()
    )  # the database, and its journal
    assert night.bedside.user_id in rows
    assert "whisper" in rows
    assert _found(told, rows) == set()

    (card,) = {json.dumps(card) for card in night.cards}
    assert card == json.dumps(_card_of_somebody_else(ear))

    own = str(kept.parent)
    written = {path for kind, path in seen if kind == "open" and "__pycache__" not in path and not path.startswith(own)}
    assert written == set()
    assert [entry for entry in seen if entry[0] != "open"] == []


def _card_of_somebody_else(ear: Recognizer) -> Any:
    """The card of one who told nothing of what hurts."""
    cards: list[Any] = []

    def answered(request: dict[str, Any], context: object) -> Any:
        response = handler(request, context)
        cards.append(response["response"].get("card"))
        return response

    speaker = Speaker(answered, ear, Bedside(locale=LOCALE))
    speaker.say("open cramp coach")
    speaker.say("goodbye", after=10)
    return cards[-1]


def test_nor_does_a_night_on_which_everything_fails(
    ear: Recognizer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A store that cannot be had, and a skill that fails with what was said in its mouth, on every other request."""
    monkeypatch.setenv("PREFERENCES_FILE", str(tmp_path / "no-such-folder" / "preferences.db"))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "cramp-coach")
    real, calls = handlers.respond, []

    def fails(before: Any, asked: Any, *rest: Any) -> Any:
        calls.append(asked)
        if len(calls) % 2 and asked.intent != "LaunchRequest":
            raise LookupError(f"{asked} {SYMPTOMS[len(calls) % 50]}")
        return real(before, asked, *rest)

    monkeypatch.setattr(handlers, "respond", fails)
    caplog.set_level(logging.DEBUG)
    night = Night(ear)
    printed, errors = capfd.readouterr()
    logged = [record.getMessage() for record in caplog.records]
    assert any("LookupError" in message for message in logged)
    assert errors == ""
    for line in map(json.loads, printed.splitlines()):
        _line_fits(line, night)
    ours = {"fault", "line", "failed", "preferences"}  # words of the messages themselves
    assert _found((night.told() - ours) | night.people(), "\n".join(logged)) == set()
