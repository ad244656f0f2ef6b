"""The conversation as session attributes, and back. They come from outside, so every value is looked at."""

from dataclasses import fields, is_dataclass
from typing import Any

from skill.core.locale import Locale
from skill.core.preferences import NOTICES, Preferences, is_reminder, is_time
from skill.core.schema import POSITIONS, ContentLibrary
from skill.core.vocabulary import Form, Level, Side, Step, Voice
from skill.dialogue.session import PACE, VOICE, SentPart, SessionState, SetStart

KEY = "conversation"
VERSION = 2  #: of the keys and what they mean; attributes of another version are not read
NEW = {field.name: field.default for field in fields(SessionState)}  #: every key, and its value in a new session


def attributes(conversation: SessionState) -> dict[str, Any]:
    """What Alexa carries to the next request: only what differs from a new session."""
    values = ((name, getattr(conversation, name)) for name in NEW)
    return {KEY: {"version": VERSION, **{name: _plain(value) for name, value in values if value != NEW[name]}}}


def _plain(value: Any) -> Any:
    """As it comes back from JSON: tables for records, lists for tuples, texts for enumerations."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {name: _plain(held) for name, held in vars(value).items()}
    return value


def conversation(attributes: object, library: ContentLibrary, words: Locale) -> SessionState:
    """The conversation of these attributes; raises ValueError where they are not what `attributes` wrote for this content."""
    data = attributes.get(KEY) if isinstance(attributes, dict) else None
    if data is None:
        return SessionState()
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ValueError("the conversation is of another version")
    values = {name: value for name, value in data.items() if name != "version"}
    return _Reader(values, library, words).conversation()


def what_survives(attributes: object, library: ContentLibrary) -> SessionState:
    """Return a new session with what must not be lost of attributes that are broken, or of another version.

    That is the signs that stand, and that nothing is rubbed.
    """
    data = attributes.get(KEY) if isinstance(attributes, dict) else None
    known = data if isinstance(data, dict) else {}
    signs = known.get("signs")
    told = tuple(sign for sign in signs if _stops(sign, library)) if isinstance(signs, list | tuple) else ()
    return SessionState(signs=told, massage_refused=known.get("massage_refused") is True)


def _stops(sign: object, library: ContentLibrary) -> bool:
    rule = library.signs.get(sign) if isinstance(sign, str) else None
    return rule is not None and rule.level in (Level.URGENT, Level.EMERGENCY)


class _Reader:
    def __init__(self, data: object, library: ContentLibrary, words: Locale) -> None:
        if not isinstance(data, dict):
            raise ValueError("the conversation is not a table")
        if not NEW.keys() >= data.keys():
            raise ValueError("the conversation has unknown keys")
        self.data, self.library, self.words = data, library, words

    def conversation(self) -> SessionState:
        library = self.library
        topics, lines = library.answers, self.words
        return SessionState(
            site=self._one("site", library.scores.__contains__),
            side=self._one("side", (Side.LEFT, Side.RIGHT, Side.BOTH).__contains__),
            position=self._one("position", POSITIONS.__contains__),
            limits=self._many("limits", library.limits.__contains__),
            hold=self._seconds("hold"),
            slower=self._flag("slower"),
            voice=Voice(self._get("voice")),
            relief_started=self._flag("relief_started"),
            relief_started_at=self._seconds("relief_started_at"),
            ladder_step=self._one("ladder_step", {rung.name for rung in library.ladder.rungs}.__contains__),
            sets_given=self._many("sets_given", lambda step: True),
            asked=self._many("asked", library.questions.__contains__),
            checked=self._flag("checked"),
            cleared=self._flag("cleared"),
            massage_refused=self._flag("massage_refused"),
            steady=None if self._get("steady") is None else self._flag("steady"),
            reported_pain=self._flag("reported_pain"),
            waiting=self._play(self._get("waiting")),
            signs=self._many("signs", lambda sign: _stops(sign, library)),
            confirmed=self._flag("confirmed"),
            doubted=self._one("doubted", lambda sign: _stops(sign, library)),
            doubts=self._many("doubts", library.signs.__contains__),
            put_off=self._one("put_off", library.questions.__contains__),
            unclear=self._count("unclear"),
            not_understood=self._count("not_understood"),
            hint_given=self._flag("hint_given"),
            other_site=self._one("other_site", library.slot_ids()["Site"].__contains__),
            unlocked=self._many("unlocked", library.questions.__contains__),
            times_asked=self._count("times_asked"),
            lines_after_relief=self._many("lines_after_relief", lines.has),
            notices=self._many("notices", NOTICES.__contains__),
            reminders=self._many("reminders", is_reminder),
            changed_preferences=self._many("changed_preferences", (VOICE, PACE).__contains__),
            stored_preferences=self._kept(self._get("stored_preferences")),
            preferences_unavailable=self._flag("preferences_unavailable"),
            remind_at=self._one("remind_at", is_time),
            sources=self._many("sources", library.sources.__contains__),
            topic=self._one("topic", topics.__contains__),
            apla_failed=self._flag("apla_failed"),
            last_sent_at=self._seconds("last_sent_at"),
            last_output=self._said(),
        )

    def _get(self, key: str) -> Any:
        return self.data.get(key, NEW[key])

    def _one(self, key: str, fits: Any) -> str | None:
        value = self._get(key)
        if value is not None and not (isinstance(value, str) and fits(value)):
            raise ValueError(key)
        return value

    def _many(self, key: str, fits: Any) -> tuple[str, ...]:
        values = self._get(key)
        if not isinstance(values, list | tuple) or not all(isinstance(value, str) and fits(value) for value in values):
            raise ValueError(key)
        return tuple(values)

    def _flag(self, key: str) -> bool:
        value = self._get(key)
        if not isinstance(value, bool):
            raise ValueError(key)
        return value

    def _count(self, key: str) -> int:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1000:
            raise ValueError(key)
        return int(value)

    def _seconds(self, key: str) -> float | None:
        return _number(self._get(key))

    def _step(self, value: object) -> Step | None:
        if value is None:
            return None
        if not isinstance(value, dict) or set(value) != {"site", "position", "form"}:
            raise ValueError("step")
        if value["site"] not in self.library.scores or value["position"] not in POSITIONS:
            raise ValueError("step")
        step = Step(value["site"], value["position"], Form(value["form"]))
        return step

    def _play(self, value: object) -> SetStart | None:
        if value is None:
            return None
        step = self._step(value.get("step")) if isinstance(value, dict) else None
        move = value.get("move") if isinstance(value, dict) else None
        if step is None or not isinstance(move, int | float) or not 0 <= move < 10:
            raise ValueError("play")
        return SetStart(step, int(move))

    def _kept(self, value: object) -> Preferences | None:
        if value is None:
            return None
        if not isinstance(value, dict) or {field.name for field in fields(Preferences)} != set(value):
            raise ValueError("stored_preferences")
        reader = _Reader({key: value[key] for key in value if key != "voice"}, self.library, self.words)
        return Preferences(
            voice=Voice(value["voice"]) if value["voice"] is not None else None,
            slower=reader._flag("slower"),
            hold=reader._seconds("hold"),
            notices=reader._many("notices", NOTICES.__contains__),
            reminders=reader._many("reminders", is_reminder),
        )

    def _said(self) -> tuple[SentPart, ...]:
        values = self._get("last_output")
        if not isinstance(values, list | tuple) or len(values) > 2:
            raise ValueError("last_output")
        return tuple(self._one_said(value) for value in values)

    def _one_said(self, value: object) -> SentPart:
        if not isinstance(value, dict) or {field.name for field in fields(SentPart)} != set(value):
            raise ValueError("last_output")
        question = value["question"]
        if question is not None and question not in self.library.questions:
            raise ValueError("said.question")
        lead, length = _number(value["lead"]), _number(value["length"])
        start = _number(value["start"], least=-max(way.seconds for way in self.library.ladder.ways))
        if lead is None or length is None or start is None or not isinstance(value["usual_pace"], bool):
            raise ValueError("last_output")
        return SentPart(lead, length, question, self._step(value["step"]), start, value["usual_pace"])


def _number(value: object, least: float = 0) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < 1e11:
        raise ValueError("not a time")
    return float(value)
