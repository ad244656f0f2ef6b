"""Reads an APLA document as a device does: which cue sounds at which second, or why it is not rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from skill.simulator.validation import ssml

Json = dict[str, Any]
#: The seconds to say a text, in a voice ("normal", "soft", "whisper") at a rate (1 is the normal speed).
Estimate = Callable[[str, str, float], float]
DIRECTIVE = "Alexa.Presentation.APLA.RenderDocument"
MOST_SPEECHES = 15

_DOCUMENT = {"type", "version", "description", "mainTemplate", "compositions", "resources"}
_BASE = {"type", "id", "description", "duration", "when", "bind"}
_PARENT = {"item", "items", "data"}
_FILTERED = {"filter", "filters"}
_COMPONENTS = {
    "Audio": _BASE | _FILTERED | {"source"},
    "Mixer": _BASE | _FILTERED | _PARENT,
    "Selector": _BASE | _FILTERED | _PARENT | {"strategy"},
    "Sequencer": _BASE | _FILTERED | _PARENT,
    "Silence": _BASE | {"duration"},
    "Speech": _BASE | _FILTERED | {"content", "contentType"},
}
_PARENTS = {"Mixer", "Selector", "Sequencer"}
_STRATEGIES = {"normal", "randomItem", "randomData", "randomItemRandomData"}
# Real, but unknown to this stand-in: it says so rather than play something else than a device would.
_NOT_PERFORMED = {"bind", "data", "filter", "filters"}


@dataclass(frozen=True)
class Sounding:
    """Words at `at` seconds of their document, for `lasts` seconds; `name` is the component's id."""

    at: float
    lasts: float
    text: str
    voice: str
    name: str = ""


@dataclass(frozen=True)
class Clip:
    """A rendered component: its length in seconds, trailing silence included, and what is said in it."""

    lasts: float
    soundings: tuple[Sounding, ...] = ()

    def moved(self, by: float) -> tuple[Sounding, ...]:
        """The same words, so many seconds later."""
        return tuple(replace(one, at=one.at + by) for one in self.soundings) if by else self.soundings


def faults(document: Json, locale: str) -> Iterator[str]:
    """Why a device would not render this document, each with its path in the document."""
    if document.get("type") != "APLA":
        yield f"type: {document.get('type')!r} is not 'APLA'"
    if not isinstance(document.get("version"), str):
        yield "version: missing"
    yield from (f"{key}: unknown property of an APLA document" for key in document if key not in _DOCUMENT)
    yield from (f"{key}: not performed by this stand-in" for key in ("compositions", "resources") if document.get(key))
    template = document.get("mainTemplate")
    if not isinstance(template, dict):
        yield "mainTemplate: missing"
        return
    if unknown := set(template) - {"parameters", "item", "items", "description"}:
        yield f"mainTemplate: unknown property {', '.join(sorted(unknown))}"
    children = list(_children(template))
    if not children:
        yield "mainTemplate.items: missing"
    for path, child in children:
        yield from _component_faults(child, f"mainTemplate.{path}", locale)
    kinds = [str(component.get("type")) for component in _components(template)]
    if (speeches := kinds.count("Speech")) > MOST_SPEECHES:
        yield f"{speeches} Speech components, over {MOST_SPEECHES}"
    if kinds and not {"Speech", "Audio"} & set(kinds):
        yield "nothing but silence"


def render(document: Json, estimate: Estimate) -> Clip:
    """The document as sound.

    Only for a document without faults. The length of an audio file is not known here and counts as nothing.
    """
    return _first(document["mainTemplate"], estimate)


def _component_faults(component: Any, path: str, locale: str) -> Iterator[str]:
    if not isinstance(component, dict):
        yield f"{path}: {component!r} is not a component"
        return
    kind = component.get("type")
    if not isinstance(kind, str) or kind not in _COMPONENTS:
        yield f"{path}.type: unknown component {kind!r}"
        return
    for key, value in component.items():
        if key not in _COMPONENTS[kind]:
            yield f"{path}.{key}: unknown property of {kind}"
        elif key in _NOT_PERFORMED or (isinstance(value, str) and "${" in value):
            yield f"{path}.{key}: data binding and filters are not performed by this stand-in"
    if not isinstance(component.get("when", True), bool):
        yield f"{path}.when: {component['when']!r} is not true or false"
    yield from _own_faults(component, path, locale)
    if kind in _PARENTS:
        children = list(_children(component))
        if not children:
            yield f"{path}.items: missing"
        for below, child in children:
            yield from _component_faults(child, f"{path}.{below}", locale)


def _own_faults(component: Json, path: str, locale: str) -> Iterator[str]:
    kind, duration = component["type"], component.get("duration")
    if kind == "Silence":
        if not isinstance(duration, int) or isinstance(duration, bool) or duration <= 0:
            yield f"{path}.duration: {duration!r} is not a whole number of milliseconds above 0"
    elif duration not in (None, "auto", "trimToParent"):
        yield f"{path}.duration: {duration!r} is neither auto nor trimToParent"
    if kind == "Selector" and str(component.get("strategy", "normal")) not in _STRATEGIES:
        yield f"{path}.strategy: unknown value {component['strategy']!r}"
    if kind == "Audio" and not str(component.get("source", "")).startswith(("https://", "soundbank://")):
        yield f"{path}.source: {component.get('source')!r} is neither https nor soundbank"
    if kind == "Speech":
        content, content_type = component.get("content"), component.get("contentType", "PlainText")
        if content_type not in ("PlainText", "SSML"):
            yield f"{path}.contentType: unknown value {content_type!r}"
        elif not isinstance(content, str) or not content.strip():
            yield f"{path}.content: missing"
        elif content_type == "SSML":
            yield from (f"{path}.content: {fault}" for fault in ssml.faults(content, locale))


def _first(parent: Json, estimate: Estimate) -> Clip:
    """A template or a Selector sounds as the first child that is not switched off."""
    played = [child for _, child in _children(parent) if child.get("when", True)]
    return _render(played[0], estimate) if played else Clip(0.0)


def _render(component: Json, estimate: Estimate) -> Clip:
    kind = component["type"]
    if kind == "Silence":
        return Clip(component["duration"] / 1000)
    if kind == "Speech":
        return _speech(component, estimate)
    if kind == "Selector":
        return _first(component, estimate)
    if kind == "Audio":
        return Clip(0.0)
    children = [child for _, child in _children(component) if child.get("when", True)]
    clips = [_render(child, estimate) for child in children]
    if kind == "Sequencer":
        start, soundings = 0.0, list[Sounding]()
        for clip in clips:
            soundings += clip.moved(start)
            start += clip.lasts
        return Clip(start, tuple(soundings))
    trimmed = [child.get("duration") == "trimToParent" for child in children]
    length = max((clip.lasts for clip, trim in zip(clips, trimmed, strict=True) if not trim), default=0.0)
    heard = (one for clip in clips for one in clip.soundings if one.at < length)
    cut = (replace(one, lasts=min(one.lasts, length - one.at)) for one in heard)
    return Clip(length, tuple(sorted(cut, key=lambda one: one.at)))


def _speech(component: Json, estimate: Estimate) -> Clip:
    content, name = component["content"], component.get("id", "")
    if component.get("contentType", "PlainText") == "PlainText":
        return plain(content, estimate, name)
    return spoken(content, estimate, name)


def plain(text: str, estimate: Estimate, name: str = "") -> Clip:
    """Unmarked text as sound, in the normal voice."""
    text = " ".join(text.split())
    if not text:
        return Clip(0.0)
    lasts = estimate(text, "normal", 1.0)
    return Clip(lasts, (Sounding(0.0, lasts, text, "normal", name),))


def spoken(markup: str, estimate: Estimate, name: str = "") -> Clip:
    """SSML as sound: the words between two pauses are one sounding."""
    now, soundings = 0.0, list[Sounding]()
    for piece in ssml.pieces(markup):
        if piece.text:
            lasts = estimate(piece.text, piece.voice, piece.rate)
            soundings.append(Sounding(now, lasts, piece.text, piece.voice, name))
            now += lasts
        now += piece.pause
    return Clip(now, tuple(soundings))


def _children(parent: Json) -> Iterator[tuple[str, Any]]:
    for key in ("item", "items"):
        value = parent.get(key)
        if isinstance(value, list):
            yield from ((f"{key}[{index}]", child) for index, child in enumerate(value))
        elif value is not None:
            yield key, value


def _components(parent: Json) -> Iterator[Json]:
    for _, child in _children(parent):
        if isinstance(child, dict):
            yield child
            yield from _components(child)
