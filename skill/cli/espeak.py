"""Speak through espeak-ng (`talk --aloud`)."""

from __future__ import annotations

import shutil
import subprocess

from skill.simulator.playback import Event

_WORDS_A_MINUTE = 144  # the pace at which the content's lengths were measured
_AMPLITUDE = {"normal": 100, "soft": 60, "whisper": 40}


class EspeakVoice:
    """One voice: a new cue cuts the old one off."""

    def __init__(self, locale: str) -> None:
        found = shutil.which("espeak-ng")
        if found is None:
            raise ValueError("--aloud speaks through espeak-ng, which is not installed (Debian: apt install espeak-ng)")
        self._program, self._language = found, locale.lower()
        self._speaking: subprocess.Popen[bytes] | None = None

    def speak(self, event: Event) -> None:
        """Start to say the event's words, and return at once."""
        self.hush()
        variant = "+whisper" if event.voice == "whisper" else ""
        command = [
            self._program,
            "-v",
            self._language + variant,
            "-s",
            str(_WORDS_A_MINUTE),
            "-a",
            str(_AMPLITUDE[event.voice]),
        ]
        # Without a sound card espeak-ng writes a page of ALSA's errors into the terminal.
        self._speaking = subprocess.Popen([*command, "--", event.text], stderr=subprocess.DEVNULL)

    def hush(self) -> None:
        """Stop speaking, in the middle of a word."""
        if self._speaking is not None:
            self._speaking.kill()
            self._speaking.wait()
            self._speaking = None
