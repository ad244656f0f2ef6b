"""espeak-ng's library, which says at which millisecond it reaches a mark."""

from __future__ import annotations

import ctypes
import ctypes.util
import re
from functools import lru_cache
from typing import Any

_RETRIEVAL, _SYNCHRONOUS, _SSML_UTF8, _MARK, _RATE = 1, 2, 0x11, 3, 1
WORDS_A_MINUTE = 144


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@lru_cache(maxsize=1)
def library() -> Any:
    """libespeak-ng, ready to speak; None where it is not installed."""
    name = ctypes.util.find_library("espeak-ng")
    if name is None:
        return None
    espeak = ctypes.CDLL(name)
    espeak.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)
    espeak.espeak_SetVoiceByName(b"en-gb")
    espeak.espeak_SetParameter(_RATE, WORDS_A_MINUTE, 0)
    return espeak


def onsets(ssml: str) -> dict[int, float]:
    """The seconds at which pieces of speech begin, by their number from 0; espeak-ng tells of those that follow a break.

    A mark stands in each piece, and between breaks that follow one another, of which espeak-ng would else keep only the longest.
    """
    count = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f'{match.group(0)}<mark name="{count}"/>'

    marked = re.sub(r"<prosody[^>]*>", mark, re.sub(r"/>\s*<break", '/><mark name="x"/><break', ssml))
    heard: dict[str, float] = {}

    def note(_wav: Any, _samples: int, events: Any) -> int:
        index = 0
        while events[index].type:
            if events[index].type == _MARK:
                heard[events[index].id.name.decode()] = events[index].audio_position / 1000
            index += 1
        return 0

    espeak, callback = library(), _Callback(note)
    espeak.espeak_SetSynthCallback(callback)
    text = marked.encode()
    espeak.espeak_Synth(text, len(text) + 1, 0, 0, 0, _SSML_UTF8, None, None)
    espeak.espeak_Synchronize()
    return {int(name) - 1: second for name, second in heard.items() if name.isdigit()}
