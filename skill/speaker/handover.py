"""What Alexa asks by herself when a skill hands over to her, and what she tells it of the answer. Her words are English here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
Reply = Literal["yes", "no", "silence"]

PERMISSION, OFFER = "Connections.SendRequest", "Connections.StartConnection"
STATUS: dict[Reply, str] = {"yes": "ACCEPTED", "no": "DENIED", "silence": "NOT_ANSWERED"}
APPROVALS = ("i approve", "approve", "yes i approve")


@dataclass(frozen=True)
class Handover:
    """A question of Alexa's own; `token` is the skill's, and comes back to it."""

    kind: str
    question: str
    token: str

    def answered(self, reply: Reply) -> Json:
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
            asked = "Do you give Cramp Coach permission to update your reminders? You can say I approve, or no."
            return Handover(PERMISSION, asked, token)
        if directive["type"] == OFFER:
            offered = directive["input"]["automation"]["trigger"]["payload"]["utterances"][0]
            does = directive["input"]["renderingData"]["operations"].values()
            wish = " and ".join(one["descriptionPrompt"] for one in does)
            return Handover(
                OFFER, f'I can make a routine: when you say "{offered}", {wish}. Would you like that?', token
            )
    return None
