"""The requests that Alexa would send, field by field, for a speaker with or without a screen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from skill.loading.interaction_model import Model
from skill.simulator.nlu.recognizer import RecognizeResult, Slot

Json = dict[str, Any]
Device = Literal["echo", "show"]
DEVICES: tuple[Device, ...] = ("echo", "show")
Shape = Literal["hub", "large", "small", "round"]


@dataclass(frozen=True)
class Screen:
    """A show's screen in pixels, at 160 to the inch; `arc` is how large it looks from the bed, in minutes of arc."""

    width: int
    height: int
    arc: tuple[int, int]
    round: bool = False


SCREENS: dict[Shape, Screen] = {
    "hub": Screen(1024, 600, (246, 144)),
    "large": Screen(1280, 800, (346, 216)),
    "small": Screen(960, 480, (230, 115)),
    "round": Screen(480, 480, (144, 144), round=True),
}

#: The stand-in has no Amazon behind it, and sends nobody there: a port on which nothing listens.
NO_API = "https://127.0.0.1:9"


def unique(kind: str) -> str:
    """An identifier in Amazon's manner, new at each call; `kind` such as "echo-api.request"."""
    return f"amzn1.{kind}.{uuid.uuid4()}"


@dataclass(frozen=True)
class Bedside:
    """The speaker on the night table and the account it belongs to: the same in every request.

    `shape` is that of a show's screen.
    """

    device: Device = "echo"
    locale: str = "en-US"
    skill_id: str = "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
    user_id: str = field(default_factory=lambda: unique("ask.account"))
    device_id: str = field(default_factory=lambda: unique("ask.device"))
    shape: Shape = "hub"

    def context(self, shown: str | None = None) -> Json:
        """What Alexa tells about the device; `shown` is the token of the screen's document, if any."""
        interfaces: Json = {"AudioPlayer": {}}
        context: Json = {
            "System": {
                "application": {"applicationId": self.skill_id},
                "user": {"userId": self.user_id},
                "device": {"deviceId": self.device_id, "supportedInterfaces": interfaces},
                "apiEndpoint": NO_API,
                "apiAccessToken": "stand-in",
            },
            "AudioPlayer": {"playerActivity": "IDLE"},
        }
        if self.device == "show":
            interfaces["Alexa.Presentation.APL"] = {"runtime": {"maxVersion": "2024.3"}}
            screen = SCREENS[self.shape]
            context["Viewport"], context["Viewports"] = _viewport(screen), [_typed_viewport(screen)]
            if shown is not None:
                context["Alexa.Presentation.APL"] = {
                    "token": shown,
                    "version": "stand-in",
                    "componentsVisibleOnScreen": [],
                }
        return context


@dataclass(frozen=True)
class Visit:
    """One session as the request tells of it: attributes are those that the last response carried."""

    session_id: str
    attributes: Json
    new: bool


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC; whole seconds as Alexa sends them, milliseconds only where the moment has them."""
    moment += timedelta(microseconds=500)  # isoformat cuts digits off; this rounds to the nearest millisecond
    precision = "milliseconds" if moment.microsecond >= 1000 else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def launch(bedside: Bedside, visit: Visit, moment: datetime, shown: str | None = None) -> Json:
    """The skill was opened without a word about what for."""
    return _envelope(bedside, visit, moment, shown, {"type": "LaunchRequest"})


def intent(
    bedside: Bedside, visit: Visit, moment: datetime, heard: RecognizeResult, model: Model, shown: str | None = None
) -> Json:
    """Something was said; the model tells which slots the intent has, said or not, and their types."""
    types = slot_types(model, heard.intent)
    slots = {name: _slot(name, kind, heard.slots.get(name), model, bedside.skill_id) for name, kind in types.items()}
    said: Json = {"name": heard.intent, "confirmationStatus": "NONE"}
    if slots:
        said["slots"] = slots
    return _envelope(bedside, visit, moment, shown, {"type": "IntentRequest", "intent": said})


def session_ended(bedside: Bedside, visit: Visit, moment: datetime, reason: str, shown: str | None = None) -> Json:
    """The session is over, not by the skill: USER_INITIATED, ERROR or EXCEEDED_MAX_REPROMPTS."""
    return _envelope(bedside, visit, moment, shown, {"type": "SessionEndedRequest", "reason": reason})


def audio_failed(bedside: Bedside, visit: Visit, moment: datetime, token: str, shown: str | None = None) -> Json:
    """The APLA document that was sent under `token` could not be rendered."""
    error = {
        "type": "RENDER_ERROR",
        "reason": "UNKNOWN_ERROR",
        "message": "The document could not be rendered.",
    }
    failure = {"type": "Alexa.Presentation.APLA.RuntimeError", "token": token, "errors": [error]}
    return _envelope(bedside, visit, moment, shown, failure)


def resumed(bedside: Bedside, visit: Visit, moment: datetime, answered: Json, shown: str | None = None) -> Json:
    """Alexa hands back what it asked by itself, with the answer."""
    return _envelope(bedside, visit, moment, shown, answered)


def touched(bedside: Bedside, visit: Visit, moment: datetime, arguments: list[Any], shown: str) -> Json:
    """Something was pressed on the screen's document; `arguments` are those that the document sends along."""
    event: Json = {
        "type": "Alexa.Presentation.APL.UserEvent",
        "token": shown,
        "arguments": arguments,
        "source": {"type": "TouchWrapper", "handler": "Press", "id": ""},
        "components": {},
    }
    return _envelope(bedside, visit, moment, shown, event)


def slot_types(model: Model, intent_name: str) -> Mapping[str, str]:
    """The slots that an intent declares in a model, name -> type; none for an intent it does not list."""
    return model.intents[intent_name].slots if intent_name in model.intents else {}


def _envelope(bedside: Bedside, visit: Visit, moment: datetime, shown: str | None, request: Json) -> Json:
    common = {
        "requestId": unique("echo-api.request"),
        "timestamp": timestamp(moment),
        "locale": bedside.locale,
    }
    session = {
        "new": visit.new,
        "sessionId": visit.session_id,
        "application": {"applicationId": bedside.skill_id},
        "attributes": visit.attributes,
        "user": {"userId": bedside.user_id},
    }
    return {
        "version": "1.0",
        "session": session,
        "context": bedside.context(shown),
        "request": {**request, **common},
    }


def _slot(name: str, kind: str, said: Slot | None, model: Model, skill_id: str) -> Json:
    slot: Json = {"name": name, "confirmationStatus": "NONE"}
    if said is None:
        return slot
    if kind.startswith("AMAZON."):
        value = said.id if said.id is not None else said.said
        return {**slot, "value": value, "slotValue": {"type": "Simple", "value": value}}
    resolution: Json = {"authority": f"amzn1.er-authority.echo-sdk.{skill_id}.{kind}"}
    if said.id is None:
        resolution["status"] = {"code": "ER_SUCCESS_NO_MATCH"}
    else:
        resolution["status"] = {"code": "ER_SUCCESS_MATCH"}
        # Alexa reports a resolved value by its canonical name, whichever synonym was said.
        resolution["values"] = [{"value": {"name": model.types[kind][said.id][0], "id": said.id}}]
    resolutions = {"resolutionsPerAuthority": [resolution]}
    return {
        **slot,
        "value": said.said,
        "resolutions": resolutions,
        "slotValue": {"type": "Simple", "value": said.said, "resolutions": resolutions},
    }


def _viewport(screen: Screen) -> Json:
    width, height = screen.arc
    return {
        "experiences": [{"arcMinuteWidth": width, "arcMinuteHeight": height, "canRotate": False, "canResize": False}],
        "mode": "HUB",
        "shape": _outline(screen),
        "pixelWidth": screen.width,
        "pixelHeight": screen.height,
        "dpi": 160,
        "currentPixelWidth": screen.width,
        "currentPixelHeight": screen.height,
        "touch": ["SINGLE"],
    }


def _typed_viewport(screen: Screen) -> Json:
    size = {"type": "DISCRETE", "pixelWidth": screen.width, "pixelHeight": screen.height}
    return {
        "type": "APL",
        "id": "main",
        "shape": _outline(screen),
        "dpi": 160,
        "presentationType": "STANDARD",
        "canRotate": False,
        "configuration": {"current": {"mode": "HUB", "size": size}},
    }


def _outline(screen: Screen) -> str:
    return "ROUND" if screen.round else "RECTANGLE"
