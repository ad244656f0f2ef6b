"""Reads SSML as a device does: what is said and how, or why the device would refuse it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

LONGEST_BREAK = 10.0
MOST_CHARACTERS = 8000
MOST_SOUNDS = 5


class MalformedError(ValueError):
    """The text is not well-formed XML."""


@dataclass(frozen=True)
class Piece:
    """A stretch of speech in one voice, or a pause of so many seconds; `rate` is 1 at the normal speed."""

    text: str = ""
    pause: float = 0.0
    voice: str = "normal"
    rate: float = 1.0


def _one_of(*values: str) -> Callable[[str], bool]:
    return values.__contains__


def _matching(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


def _rate(value: str) -> bool:
    percent = re.fullmatch(r"(\d+)%", value)
    return value in _RATES or (percent is not None and int(percent[1]) >= 20)


def _break_time(value: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?s|\d+ms", value) is not None and _seconds(value) <= LONGEST_BREAK


_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "fast": 1.25, "x-fast": 1.75}
_STRENGTHS = {"none": 0.0, "x-weak": 0.0, "weak": 0.0, "medium": 0.2, "strong": 0.4, "x-strong": 0.8}
_QUIET = _matching(r"silent|x-soft|soft|-\d+(\.\d+)?dB")
_ANY = _matching(r".+")
# tag -> attribute -> what it may be
_TAGS: dict[str, dict[str, Callable[[str], bool]]] = {
    "speak": {},
    "p": {},
    "s": {},
    "alexa:name": {"type": _one_of("first"), "personId": _ANY},
    "amazon:domain": {"name": _one_of("conversational", "long-form", "music", "news", "fun")},
    "amazon:effect": {"name": _one_of("whispered")},
    "amazon:emotion": {
        "name": _one_of("excited", "disappointed"),
        "intensity": _one_of("low", "medium", "high"),
    },
    "audio": {"src": _matching(r"(https|soundbank)://\S+")},
    "break": {"time": _break_time, "strength": _STRENGTHS.__contains__},
    "emphasis": {"level": _one_of("strong", "moderate", "reduced")},
    "lang": {"xml:lang": _matching(r"[a-z]{2}-[A-Z]{2}")},
    "phoneme": {"alphabet": _one_of("ipa", "x-sampa"), "ph": _ANY},
    "prosody": {
        "rate": _rate,
        "pitch": _matching(
            r"x-low|low|medium|high|x-high|\+([0-4]?\d(\.\d+)?|50)%|-([0-2]?\d(\.\d+)?|3[0-2](\.\d+)?|33(\.[0-3])?)%"
        ),
        "volume": _matching(r"silent|x-soft|soft|medium|loud|x-loud|-\d+(\.\d+)?dB|\+([0-3](\.\d+)?|4(\.0\d?)?)dB"),
    },
    "say-as": {
        "interpret-as": _one_of(
            "characters",
            "spell-out",
            "cardinal",
            "number",
            "ordinal",
            "digits",
            "fraction",
            "unit",
            "date",
            "time",
            "telephone",
            "address",
            "interjection",
            "expletive",
        ),
        "format": _one_of("mdy", "dmy", "ymd", "md", "dm", "ym", "my", "d", "m", "y"),
    },
    "sub": {"alias": _ANY},
    "voice": {"name": _ANY},
    "w": {"role": _matching(r"(amazon|ivona):\w+")},
}
_NEEDS_ALL = {
    "alexa:name",
    "amazon:domain",
    "amazon:effect",
    "amazon:emotion",
    "audio",
    "lang",
    "phoneme",
    "sub",
    "voice",
    "w",
}
_NEEDS_ONE = {"break", "prosody", "emphasis"}
_ONLY_IN = {  # where Amazon offers a style at all
    ("amazon:emotion", None): {"en-US", "en-GB", "ja-JP"},
    ("amazon:domain", "conversational"): {"en-US", "ja-JP"},
    ("amazon:domain", "long-form"): {"en-US"},
    ("amazon:domain", "fun"): {"ja-JP"},
}


@lru_cache(maxsize=4096)  # the same cues are said in one set after another
def faults(ssml: str, locale: str) -> tuple[str, ...]:
    """Why a device would refuse this SSML; nothing for speech that it takes."""
    return tuple(_faults(ssml, locale))


def _faults(ssml: str, locale: str) -> Iterator[str]:
    if len(ssml) > MOST_CHARACTERS:
        yield f"{len(ssml)} characters, over {MOST_CHARACTERS}"
    try:
        root = parse(ssml)
    except MalformedError as error:
        yield f"not well-formed: {error}"
        return
    if root.tag != "speak":
        yield f"the root is <{root.tag}>, not <speak>"
    yield from _element_faults(root, locale, above=())
    if (sounds := sum(1 for _ in root.iter("audio"))) > MOST_SOUNDS:
        yield f"{sounds} <audio> files, over {MOST_SOUNDS}"


@lru_cache(maxsize=4096)
def pieces(ssml: str) -> tuple[Piece, ...]:
    """What is said, in order: words with their voice and speed, and pauses; raises MalformedError."""
    joined: list[Piece] = []
    for piece in _spoken(parse(ssml), Piece()):
        last = joined[-1] if joined else None
        if last and last.text and piece.text and (last.voice, last.rate) == (piece.voice, piece.rate):
            joined[-1] = replace(last, text=last.text + piece.text)
        elif piece.text or piece.pause:
            joined.append(piece)
    tidy = (replace(piece, text=" ".join(piece.text.split())) for piece in joined)
    return tuple(piece for piece in tidy if piece.text or piece.pause)


def parse(ssml: str) -> Element:
    """The tree of the markup; prefixes stay as written ("amazon:effect"), as Alexa's SSML declares none."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(ssml.encode(), True)
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise MalformedError(str(error)) from error
    return builder.close()


def _refuse_doctype(*_: object) -> None:
    raise MalformedError("a document type declaration")


def _element_faults(element: Element, locale: str, above: tuple[str, ...]) -> Iterator[str]:
    tag = element.tag
    if tag not in _TAGS:
        yield f"unknown tag <{tag}>"
    else:
        yield from _attribute_faults(element, locale)
    if tag == "speak" and above:
        yield "<speak> inside the speech"
    if tag in ("p", "s") and (tag in above or (tag == "p" and "s" in above)):
        yield f"<{tag}> inside <{above[-1]}>"
    if {tag, *above} >= {"amazon:effect", "amazon:emotion"} and tag.startswith("amazon:"):
        yield "whisper and emotion do not mix"
    if tag in ("break", "audio") and (len(element) or (element.text or "").strip()):
        yield f"<{tag}> is not empty"
    for child in element:
        yield from _element_faults(child, locale, (*above, tag))


def _attribute_faults(element: Element, locale: str) -> Iterator[str]:
    tag, allowed = element.tag, _TAGS[element.tag]
    for name, value in element.attrib.items():
        if name not in allowed:
            yield f"unknown attribute {name!r} of <{tag}>"
        elif not allowed[name](value):
            limit = f" (at most {LONGEST_BREAK:g} s)" if (tag, name) == ("break", "time") else ""
            yield f'<{tag} {name}="{value}"> is not allowed{limit}'
    if tag in _NEEDS_ALL and (missing := sorted(set(allowed) - set(element.attrib))):
        yield f"<{tag}> lacks {', '.join(missing)}"
    if tag in _NEEDS_ONE and not element.attrib:
        yield f"<{tag}> lacks an attribute"
    if tag == "say-as" and "interpret-as" not in element.attrib:
        yield "<say-as> lacks interpret-as"
    for style in ((tag, None), (tag, element.get("name"))):
        if locale not in _ONLY_IN.get(style, {locale}):
            yield f"<{tag}> {element.get('name')!r} is not spoken in {locale}"


def _spoken(element: Element, manner: Piece) -> Iterator[Piece]:
    """The element's own pieces; `manner` carries voice and rate down the tree."""
    voice, rate = manner.voice, manner.rate
    if element.tag == "amazon:effect":
        voice = "whisper"
    elif element.tag == "prosody":
        rate *= _factor(element.get("rate", "medium"))
        if voice == "normal" and _QUIET(element.get("volume", "")):
            voice = "soft"
    elif element.tag == "break":
        time = element.get("time")
        yield Piece(pause=_seconds(time) if time else _STRENGTHS[element.get("strength", "medium")])
        return
    manner = Piece(voice=voice, rate=rate)
    if element.tag == "sub":
        yield replace(manner, text=element.get("alias", ""))
        return
    apart = " " if element.tag in ("p", "s") else ""
    yield replace(manner, text=apart + (element.text or ""))
    for child in element:
        yield from _spoken(child, manner)
        yield replace(manner, text=child.tail or "")
    yield replace(manner, text=apart)


def _seconds(time: str) -> float:
    return float(time[:-2]) / 1000 if time.endswith("ms") else float(time[:-1])


def _factor(rate: str) -> float:
    return _RATES[rate] if rate in _RATES else float(rate[:-1]) / 100
