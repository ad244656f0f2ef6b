"""What Alexa asks by itself when a skill hands over to it, and what it tells the skill of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from skill.loading import spoken_language
from skill.simulator.nlu.normalizer import Normalizer
from skill.simulator.nlu.recognizer import RecognizeResult

Json = dict[str, Any]
Output = Literal["yes", "no", "silence"]

PERMISSION, OFFER = "Connections.SendRequest", "Connections.StartConnection"
STATUS: dict[Output, str] = {"yes": "ACCEPTED", "no": "DENIED", "silence": "NOT_ANSWERED"}


@dataclass(frozen=True)
class Handover:
    """A question of Alexa's own; `token` is the skill's, and comes back to it. Alexa offers to do a `wish` at a `phrase`."""

    kind: str
    token: str
    phrase: str = ""
    wish: str = ""

    def question(self, locale: str) -> str:
        """What Alexa asks in the locale's language."""
        asks = spoken_language.of(locale)
        return asks.permission if self.kind == PERMISSION else asks.offer.format(phrase=self.phrase, wish=self.wish)

    def answered(self, reply: Output) -> Json:
        """The request, but for what all requests have, that tells the skill what came of it."""
        if self.kind == PERMISSION:
            return {
                "type": "Connections.Response",
                "name": "AskFor",
                "status": {"code": "200", "message": "OK"},
                "payload": {"status": STATUS[reply], "isCardThrown": False},
                "token": self.token,
            }
        result = {"offerAutomationResponse": {"reason": "REJECTED_BY_CUSTOMER"}}
        taken = reply == "yes"
        cause: Json = {
            "type": "ConnectionCompleted",
            "token": self.token,
            "status": {"code": "200", "message": "OK"} if taken else {"code": "204", "message": "No Content"},
            "result": {} if taken else result,
        }
        return {"type": "SessionResumedRequest", "cause": cause}


def of(response: Json | None) -> Handover | None:
    """The handover of a response, if it has one."""
    body: Json = (response or {}).get("response") or {}
    for directive in body.get("directives") or []:
        token = str(directive.get("token") or "")
        if directive["type"] == PERMISSION:
            return Handover(PERMISSION, token)
        if directive["type"] == OFFER:
            phrase = directive["input"]["automation"]["trigger"]["payload"]["utterances"][0]
            does = directive["input"]["renderingData"]["operations"].values()
            return Handover(OFFER, token, phrase, ", ".join(one["descriptionPrompt"] for one in does))
    return None


def reply(heard: RecognizeResult, locale: str) -> Output:
    """What somebody has answered her: a plain yes, words of approval, a refusal; all else Alexa does not take for an answer."""
    known = spoken_language.of(locale)
    spoken = Normalizer(known)
    approved = spoken.without_wake_word(spoken.words(heard.utterance)) in map(spoken.words, known.approvals)
    if approved or heard.intent == "AMAZON.YesIntent":
        return "yes"
    return "no" if heard.intent in ("AMAZON.NoIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent") else "silence"
