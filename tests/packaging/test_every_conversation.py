"""What is tested is the source tree; what runs in the cloud is the bundle. Every conversation sounds the same from both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lambda_handler import handler
from tests.conversations import test_conversations
from tests.packaging.bundle import printed

#: Answers envelopes, one a line, with one answer a line.
ANSWER = """
import json, sys
from lambda_handler import handler
for line in sys.stdin:
    print(json.dumps(handler(json.loads(line), None)))
"""


def test_every_conversation_sounds_the_same_from_the_bundle(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    answers: list[Any] = []

    def noting(event: Any, context: object) -> Any:
        events.append(json.dumps(event))
        answer = handler(event, context)
        answers.append(json.loads(json.dumps(answer)))
        return answer

    monkeypatch.setattr(test_conversations, "handler", noting)
    for parameters in test_conversations.conversations():
        conversation = parameters.values[0]
        if conversation.get("kept") or conversation.get("reminders"):
            continue  # what comes of these lies outside of the function
        sleeper = test_conversations.Sleeper(
            conversation.get("locale", "en-GB"), conversation.get("device", "echo"), None
        )
        for turn in conversation["turn"]:
            sleeper.take(turn)
    assert len(events) > 1_000
    heard = printed(bundle / "function", ANSWER, "\n".join(events)).splitlines()
    differing = [event for event, answer, one in zip(events, answers, heard, strict=True) if json.loads(one) != answer]
    assert not differing, differing[0]
