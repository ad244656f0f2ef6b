"""A small skill and a small ear, so that the speaker is tested by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from skill.loading.interaction_model import Intent, Model
from skill.simulator.nlu.recognizer import RecognizeResult, Slot
from skill.simulator.requests import Json

MODEL = Model(
    folder="interaction_model/en",
    invocation="cramp coach",
    sensitivity="MEDIUM",
    intents={
        "RelieveIntent": Intent(("{Site}",), {"Site": "SITE", "Side": "SIDE"}),
        "RemindIntent": Intent((), {"Time": "AMAZON.TIME"}),
        "AMAZON.YesIntent": Intent((), {}),
    },
    types={"SITE": {"calf": ("calf", "lower leg")}, "SIDE": {"left": ("left",)}},
    lines={},
)
NIGHT = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)


class SmallEar:
    """Knows a handful of sentences."""

    model = MODEL
    sentences: ClassVar[dict[str, tuple[str, dict[str, Slot]]]] = {
        "open cramp coach": ("LaunchRequest", {}),
        "my lower leg is cramping": ("RelieveIntent", {"Site": Slot("Site", "lower leg", "calf")}),
        "my elbow is cramping": ("RelieveIntent", {"Site": Slot("Site", "elbow", None)}),
        "remind me at ten": ("RemindIntent", {"Time": Slot("Time", "22:00", None)}),
        "pause": ("AMAZON.PauseIntent", {}),
        "yes": ("AMAZON.YesIntent", {}),
    }

    def __init__(self, model: Model = MODEL) -> None:
        self.asked: list[tuple[str, bool]] = []

    def recognize(self, utterance: str, *, one_shot: bool = False) -> RecognizeResult:
        self.asked.append((utterance, one_shot))
        intent, slots = self.sentences.get(utterance, ("AMAZON.FallbackIntent", {}))
        return RecognizeResult(utterance, intent, slots)


def a_second_each(text: str, voice: str, rate: float) -> float:
    """An estimate that makes sums easy: whatever is said takes one second."""
    return 1.0


def cue(at: float, text: str, name: str = "") -> Json:
    """A cue pinned to a second of the timed audio."""
    speech: Json = {"type": "Speech", "contentType": "SSML", "content": f"<speak>{text}</speak>"}
    if name:
        speech["id"] = name
    silence = [{"type": "Silence", "duration": round(at * 1000)}] if at else []
    return {"type": "Sequencer", "items": [*silence, speech]}


def timed(*cues: Json) -> Json:
    """The directive that plays cues together."""
    document = {
        "type": "APLA",
        "version": "0.91",
        "mainTemplate": {"items": [{"type": "Mixer", "items": list(cues)}]},
    }
    return {"type": "Alexa.Presentation.APLA.RenderDocument", "token": "set", "document": document}


def ssml(text: str) -> Json:
    """Plain output speech."""
    return {"type": "SSML", "ssml": f"<speak>{text}</speak>"}


def guided() -> Json:
    """A response like the skill's: the action, a hold of 30 s, the question; a reprompt of another hold."""
    return {
        "version": "1.0",
        "sessionAttributes": {"turn": 1},
        "response": {
            "outputSpeech": ssml("Slowly straighten your leg."),
            "directives": [
                timed(
                    cue(0, "Push your heel away."),
                    cue(3, "Hold there.", "hold-30"),
                    cue(33, "Let go."),
                    cue(43, "Has the cramp gone?"),
                )
            ],
            "reprompt": {
                "outputSpeech": ssml("Still tight? Hold again."),
                "directives": [timed(cue(30, "Has it gone?"))],
            },
            "shouldEndSession": False,
        },
    }


def goodbye() -> Json:
    """A response that closes the session."""
    return {"version": "1.0", "response": {"outputSpeech": ssml("Sleep well."), "shouldEndSession": True}}


class SmallSkill:
    """Guides whoever speaks, says goodbye to a yes, and keeps every request."""

    def __init__(self) -> None:
        self.requests: list[Json] = []

    def __call__(self, event: Json, context: object) -> Any:
        self.requests.append(event)
        request = event["request"]
        if request["type"] == "SessionEndedRequest":
            return {"version": "1.0", "response": {}}
        response = goodbye() if request.get("intent", {}).get("name") == "AMAZON.YesIntent" else guided()
        response["sessionAttributes"] = {"turn": event["session"]["attributes"].get("turn", 0) + 1}
        return response

    @property
    def types(self) -> list[str]:
        """What arrived, by request type and intent."""
        return [event["request"].get("intent", {}).get("name", event["request"]["type"]) for event in self.requests]
