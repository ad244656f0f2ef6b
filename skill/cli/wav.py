"""Write a stretch as sound: each cue spoken by espeak-ng at its second."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from array import array
from collections.abc import Iterable
from pathlib import Path

WORDS_A_MINUTE = 144  #: the pace at which the content's lengths were measured


class EspeakMissing(Exception):
    """espeak-ng is not on this machine."""


def write_wav(cues: Iterable[tuple[float, str]], file: str, language: str = "en") -> None:
    """Write the cues, each at its second from the start of the file; raises EspeakMissing, or OSError for the file."""
    track, rate = array("h"), 0
    for at, text in cues:
        samples, rate = spoken(text, language)
        start = round(at * rate)
        track.extend([0] * max(0, start + len(samples) - len(track)))
        for index, sample in enumerate(samples, start):
            track[index] = max(-32768, min(32767, track[index] + sample))
    with Path(file).open("wb") as target, wave.open(target, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(track.tobytes())


def spoken(text: str, language: str = "en") -> tuple[array[int], int]:
    """Return the text's samples and their number a second; raises EspeakMissing."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise EspeakMissing("this speaks through espeak-ng, which is not installed (Debian: apt install espeak-ng)")
    command = [program, "-v", language, "-s", str(WORDS_A_MINUTE), "--stdout", "--", text]
    done = subprocess.run(command, check=True, capture_output=True)
    with wave.open(io.BytesIO(done.stdout)) as sound:
        frames = array("h")
        frames.frombytes(sound.readframes(sound.getnframes()))
        return frames, sound.getframerate()
