"""Write labelled sets for Amazon's utterance profiler (`ask smapi profile-nlu`), which whoever has an account can ask.

The profiler takes one utterance a call. A line of the file is a JSON object: `request` is the call's body, whose utterance is the
command's `--utterance`; `expected` has, for each right reading, the part of the response that the label tells. Amazon's batch tool,
which took whole sets of annotations, is gone (developer.amazon.com, "Deprecated Features", read 2026-11-30).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.understanding.cases import ANYTHING, Case, Label, LabelledSet

Json = dict[str, Any]


def write(labelled: LabelledSet, folder: Path) -> Path:
    """Write one set as <name>.jsonl; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{labelled.name}.jsonl"
    rows = (json.dumps(row(case), ensure_ascii=False) for case in labelled.cases)
    path.write_text("".join(f"{line}\n" for line in rows), encoding="utf-8")
    return path


def row(case: Case) -> Json:
    """Return one case: the request's body, and every response that is right."""
    return {
        "request": {"utterance": case.utterance},
        "expected": [_response(intent, label) for label in _labels(case) for intent in label.intents],
    }


def _labels(case: Case) -> tuple[Label, ...]:
    if case.signs:
        return (Label(("WarningSignIntent",), {"Sign": case.signs}),)
    if case.topic:
        return (Label(("AskIntent",), {"Topic": tuple(case.topic.split("/"))}),)
    return tuple(label for label in case.labels if label.intents != (ANYTHING,))


def _response(intent: str, label: Label) -> Json:
    slots = {
        name: {"name": name, **({} if values == (ANYTHING,) else {"resolutions": _resolutions(values)})}
        for name, values in label.slots.items()
        if name not in label.optional
    }
    return {"selectedIntent": {"name": intent, **({"slots": slots} if slots else {})}}


def _resolutions(ids: tuple[str, ...]) -> Json:
    values = [{"id": identity} for identity in ids]
    return {"resolutionsPerAuthority": [{"status": {"code": "ER_SUCCESS_MATCH"}, "values": values}]}
