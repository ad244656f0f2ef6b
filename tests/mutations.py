"""Sound envelopes out of the middle of real sessions, and what can happen to them on the way."""

from __future__ import annotations

import copy
import random
from functools import cache
from typing import Any

from lambda_handler import handler
from skill.alexa import handlers
from skill.simulator.requests import DEVICES, Bedside, Device, Visit
from skill.simulator.validation.response import judge
from tests.night import START, Night

ODD = [
    None,
    "",
    "x",
    0,
    -1,
    1e99,
    float("inf"),  # what JSON's 1e999 is read as
    True,
    [],
    {},
    [None],
    {"x": 1},
    "2026-01-15T03:01:00Z",
    "<&>",
    "\u0000",
    "é" * 300,
    "en-GB",
    "LaunchRequest",
]


@cache
def seeds() -> list[dict[str, Any]]:
    """Sound envelopes out of the middle of real sessions, on a speaker with a screen and on one without."""
    return [event for device in DEVICES for event in _session(device)]


def _session(device: Device) -> list[dict[str, Any]]:
    night, kept = Night(), []
    night.bedside = Bedside(device, "en-GB")
    real = night._send

    def spy(after: float, build: Any) -> Any:
        kept.append(build(night.bedside, Visit("s", night.attributes, night.new), START))
        return real(after, build)

    night._send = spy  # type: ignore[method-assign]
    night.launch()
    night.ask("RelieveIntent", after=10, Site="calf", Side="left")
    night.ask("Pause", after=20)
    night.ask("Yes", after=30)
    night.ask("StillCrampingIntent", after=90, Degree="partly")
    night.ask("No", after=60)
    night.ask("WarningSignIntent", after=5, Sign="clot_maybe")
    night.ask("AskIntent", after=5, Topic="quinine")
    night.ask("AdaptIntent", after=5, Limit="pregnant")
    night.fail_audio(after=1)
    return kept


def mutate(value: Any, dice: random.Random) -> Any:
    """The same envelope with something replaced, removed or doubled somewhere."""
    tree = copy.deepcopy(value)
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        node: Any = tree
        while isinstance(node, dict | list) and node:
            key = dice.choice(list(node)) if isinstance(node, dict) else dice.randrange(len(node))
            child = node[key]
            if not isinstance(child, dict | list) or not child or dice.random() < 0.12:
                if dice.random() < 0.3:
                    del node[key]
                else:
                    node[key] = copy.deepcopy(dice.choice(ODD))
                break
            node = child
    return tree


def unspoken(event: Any, sound: dict[str, Any]) -> list[str]:
    """What is wrong with the answer to `event`, which was `sound` once: invalid, wordless, or words where none may be."""
    request = event.get("request") if isinstance(event, dict) else None
    silent = handlers.is_silent(request.get("type") if isinstance(request, dict) else None)
    response = handler(copy.deepcopy(event), None)
    if silent:
        return ["it spoke"] if "outputSpeech" in response["response"] else []
    asked = {**sound, "request": {**sound["request"], "type": "LaunchRequest"}}  # one that must be answered in words
    return judge(asked, response)
