"""A client of our own for the tests: requests by intent, slot and second, through the real handler, each answer judged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from lambda_handler import handler
from skill.loading import interaction_model
from skill.loading.interaction_model import Model
from skill.simulator import requests
from skill.simulator.nlu.recognizer import RecognizeResult, Slot
from skill.simulator.requests import Bedside, Device, Visit
from skill.simulator.validation.apla import DIRECTIVE
from skill.simulator.validation.response import judge

START = datetime(2026, 1, 15, 3, 0, tzinfo=UTC)
_TAG = re.compile(r"<[^>]+>")


@lru_cache(maxsize=1)
def model() -> Model:
    return interaction_model.of("en-GB")


def words(ssml: str | None) -> str:
    """What is heard of SSML."""
    return " ".join(_TAG.sub("", ssml or "").split())


@dataclass(frozen=True)
class Part:
    """Plain speech, then cues as (second, words)."""

    speech: str
    cues: tuple[tuple[float, str], ...]
    ssml: str

    @property
    def text(self) -> str:
        return " ".join([self.speech, *(text for _, text in self.cues)])


@dataclass(frozen=True)
class Answer:
    envelope: dict[str, Any]
    say: Part
    reprompt: Part | None
    ends: bool

    @property
    def text(self) -> str:
        return self.say.text

    @property
    def conversation(self) -> dict[str, Any]:
        return self.envelope.get("sessionAttributes", {}).get("conversation", {})


def read(response: dict[str, Any]) -> Answer:
    body = response["response"]
    reprompt = body.get("reprompt")
    return Answer(response, _part(body), _part(reprompt) if reprompt else None, bool(body.get("shouldEndSession")))


def _part(body: dict[str, Any]) -> Part:
    cues = []
    for directive in body.get("directives") or []:
        if directive["type"] != DIRECTIVE:
            continue
        for row in directive["document"]["mainTemplate"]["items"][0]["items"]:
            silence = sum(item["duration"] for item in row["items"] if item["type"] == "Silence")
            cues.append((silence / 1000, words(row["items"][-1]["content"])))
    ssml = (body.get("outputSpeech") or {}).get("ssml", "")
    return Part(words(ssml), tuple(cues), ssml)


class Night:
    """One session. `at` is its clock in seconds; every answer is judged as a device would judge it."""

    def __init__(self, locale: str = "en-GB", device: Device = "echo", user: str = "amzn1.ask.account.NIGHT") -> None:
        self.bedside = Bedside(device, locale, user_id=user)
        self.system: dict[str, Any] = {}  # what else its requests tell of the device
        self.attributes: dict[str, Any] = {}
        self.at = 0.0
        self.new = True

    def launch(self, after: float = 0.0) -> Answer:
        return self._send(after, requests.launch)

    def ask(self, intent: str, after: float = 0.0, **slots: str) -> Answer:
        """An intent with slot ids, `after` seconds from the last request; bare built-in names are completed."""
        name = intent if intent.endswith("Intent") else f"AMAZON.{intent}Intent"
        heard = RecognizeResult("", name, {slot: Slot(slot, value, value, value) for slot, value in slots.items()})

        def build(*frame: Any) -> dict[str, Any]:
            request = requests.intent(*[*frame, heard, model()])
            request["request"]["intent"].setdefault("slots", {})
            for slot, value in slots.items():
                request["request"]["intent"]["slots"][slot] = resolved(slot, value)
            return request

        return self._send(after, build)

    def hand_back(self, answered: dict[str, Any], after: float = 0.0, lost: bool = False) -> Answer:
        """Alexa hands back what it asked; `lost`: in a session that no longer has its attributes."""
        if lost:
            self.attributes, self.new = {}, True
        return self._send(after, lambda *frame: requests.resumed(*[*frame, answered]))

    def touch(self, what: str, after: float = 0.0) -> Answer:
        return self._send(after, lambda *frame: requests.touched(*[*frame, [what], "screen"]))

    def silence(self, after: float = 30.0) -> None:
        """The session ends by itself, and the skill is told."""
        self.at += after
        request = requests.session_ended(*self._frame(), "EXCEEDED_MAX_REPROMPTS")
        assert handler(request, None) == {"version": "1.0", "response": {}}

    def fail_audio(self, after: float = 0.0) -> Answer:
        return self._send(after, lambda *frame: requests.audio_failed(*[*frame, "reply"]))

    def _send(self, after: float, build: Any) -> Answer:
        self.at += after
        request = build(*self._frame())
        request["context"]["System"].update(self.system)
        response = handler(request, None)
        problems = judge(request, response)
        assert not problems, f"{request['request']}: {problems}"
        self.attributes, self.new = response.get("sessionAttributes", {}), False
        return read(response)

    def _frame(self) -> tuple[Bedside, Visit, datetime]:
        visit = Visit("amzn1.echo-api.session.test", self.attributes, self.new)
        return self.bedside, visit, START + timedelta(seconds=self.at)


def resolved(name: str, value: str, match: bool = True) -> dict[str, Any]:
    """A slot as Alexa sends it, resolved to an id or to none."""
    code = "ER_SUCCESS_MATCH" if match else "ER_SUCCESS_NO_MATCH"
    authority: dict[str, Any] = {"authority": f"amzn1.er-authority.echo-sdk.x.{name}", "status": {"code": code}}
    if match:
        authority["values"] = [{"value": {"name": value, "id": value}}]
    return {
        "name": name,
        "value": value,
        "confirmationStatus": "NONE",
        "resolutions": {"resolutionsPerAuthority": [authority]},
        "source": "USER",
    }
