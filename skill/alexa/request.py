"""From Alexa's envelope to an Ask: slot values by their ids, and the request's own time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ask_sdk_core.handler_input import HandlerInput

from skill.alexa.connections import REMINDERS
from skill.dialogue import LAUNCH, PERMISSION, PHRASE_OFFERED, TIMED_AUDIO_FAILED, Input

MATCH = "ER_SUCCESS_MATCH"
AUDIO_FAILED = "Alexa.Presentation.APLA.RuntimeError"

#: the version of APL in which the screen is written (alexa/render/screen.json)
OLDEST_SCREEN = [1, 4]

#: what can be touched on the screen, and what one would have said instead
TOUCHES = {
    "pause": Input("AMAZON.PauseIntent"),
    "next": Input("AMAZON.NextIntent"),
    "other_leg": Input("RelieveIntent", side="other"),
    "resume": Input("AMAZON.ResumeIntent"),
    "yes": Input("AMAZON.YesIntent"),
    "no": Input("AMAZON.NoIntent"),
    "stop": Input("AMAZON.StopIntent"),
}

#: the slots whose words are kept as they were said, for this one request: they have no ids
FREE = {"Time": "time", "Person": "person", "Subject": "subject"}

#: the slots of the interaction model and what an Input calls them
SLOTS = {
    "Site": "site",
    "Side": "side",
    "Position": "position",
    "Limit": "limit",
    "Degree": "degree",
    "Sign": "sign",
    "Finding": "finding",
    "Matter": "matter",
    "Topic": "topic",
    "Method": "method",
    "Pace": "pace",
    "Voice": "voice",
}


def ask(
    handler_input: HandlerInput, known: dict[str, frozenset[str]], gravity: Callable[[str], int] = lambda sign: 0
) -> Input:
    """Return what was asked for, each slot by the first of its ids that the skill knows; of several signs the gravest.

    A slot that was said but resolves to no known id is listed as unknown, never guessed.
    """
    request = handler_input.request_envelope.request
    intent = getattr(request, "intent", None)
    if intent is None:
        return _event(request, request_type(handler_input))
    found: dict[str, Any] = {}
    unknown: list[str] = []
    unmatched: list[str] = []
    for name, slot in (intent.slots or {}).items():
        if slot is None or slot.value in (None, ""):
            continue
        if name in FREE:
            found[FREE[name]] = str(slot.value)
            continue
        if name not in SLOTS:
            continue
        values = [value for value in _resolved(slot) if value in known[name]]
        if values:
            found[SLOTS[name]] = max(values, key=gravity) if name == "Sign" else values[0]
        else:
            unknown.append(name)
            unmatched.append(str(slot.value))
            if name == "Topic":
                found["subject"] = str(slot.value)
    return Input(str(intent.name), unknown=tuple(unknown), unmatched=" ".join(unmatched), **found)


def _event(request: Any, kind: str) -> Input:
    """What is no intent: what the device or Alexa itself tells."""
    if kind == AUDIO_FAILED:
        return Input(TIMED_AUDIO_FAILED)
    match kind:
        case "Alexa.Presentation.APL.UserEvent":
            touched = getattr(request, "arguments", None) or [None]
            return TOUCHES.get(str(touched[0]), Input(kind))
        case "Connections.Response" if getattr(request, "name", None) == "AskFor":
            payload = getattr(request, "payload", None)
            told = payload if isinstance(payload, dict) else {}
            ours = told.get("permissionScope") in (None, REMINDERS)  # leave for something else lets no reminder be set
            answer = told.get("status") if ours else None
            return Input(PERMISSION, answer=str(answer), time=str(getattr(request, "token", None)))
        case "SessionResumedRequest":
            return Input(PHRASE_OFFERED)
        case _:
            return Input(kind)


def request_type(handler_input: HandlerInput) -> str:
    """The request's type; a launch where there is none."""
    return str(getattr(handler_input.request_envelope.request, "object_type", None) or LAUNCH)


def _resolved(slot: Any) -> list[str]:
    """The ids that the word may mean, the best match first; empty where the word is in no list."""
    found: list[str] = []
    for authority in getattr(getattr(slot, "resolutions", None), "resolutions_per_authority", None) or []:
        code = getattr(getattr(authority, "status", None), "code", None)
        if getattr(code, "value", code) != MATCH:
            continue
        ids = (getattr(getattr(wrapper, "value", None), "id", None) for wrapper in authority.values or [])
        found += [str(identifier) for identifier in ids if identifier]
    return found


def user_id(handler_input: HandlerInput) -> str | None:
    """Amazon's id of the person's account with this skill."""
    found = getattr(getattr(system(handler_input), "user", None), "user_id", None)
    return found if isinstance(found, str) and found else None


def skill_id(handler_input: HandlerInput) -> str:
    return str(getattr(getattr(system(handler_input), "application", None), "application_id", None) or "")


def has_screen(handler_input: HandlerInput) -> bool:
    """Return True if the device has a screen that can show the document, and may be sent one."""
    interfaces = getattr(getattr(system(handler_input), "device", None), "supported_interfaces", None)
    screen = getattr(interfaces, "alexa_presentation_apl", None)
    return screen is not None and _can_show(screen) and not is_task(handler_input)


def _can_show(screen: Any) -> bool:
    """Return False for a runtime that says it is older than the screen's document."""
    newest = getattr(getattr(screen, "runtime", None), "max_version", None)
    numbers = str(newest).split(".") if newest else []
    return (
        not numbers or not all(part.isdecimal() for part in numbers) or [int(part) for part in numbers] >= OLDEST_SCREEN
    )


def is_task(handler_input: HandlerInput) -> bool:
    """Whether a routine opened the skill, by its custom task."""
    return getattr(handler_input.request_envelope.request, "task", None) is not None


def opens_session(handler_input: HandlerInput) -> bool:
    """Whether this is a session's first request, or there is no session."""
    session = handler_input.request_envelope.session
    return session is None or bool(session.new)


def system(handler_input: HandlerInput) -> Any:
    """What the request tells of the device, the account and Amazon's services; None where it tells nothing."""
    return getattr(handler_input.request_envelope.context, "system", None)


def at(envelope: object, *path: str) -> object:
    """What lies at the end of this path in an envelope that the SDK has not read; None where the path ends before."""
    for key in path:
        envelope = envelope.get(key) if isinstance(envelope, dict) else None
    return envelope


def now(handler_input: HandlerInput) -> float | None:
    """The request's own time in seconds since the epoch; None where it is missing or is no time."""
    stamp = getattr(handler_input.request_envelope.request, "timestamp", None)
    if not isinstance(stamp, datetime):
        return None
    try:
        return stamp.timestamp()
    except (OverflowError, OSError, ValueError):
        return None
