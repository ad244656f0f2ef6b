"""Speech as SSML: escaped, in the night's voice, and the timed sets of devices that cannot play timed audio."""

import re
from collections.abc import Iterator
from functools import lru_cache

from skill.core.locale import Locale, VoiceStyle
from skill.core.output import Line, Output, SpeechPart
from skill.core.vocabulary import Voice

LONGEST_BREAK = 10.0  #: seconds; a longer silence is a chain of breaks

_NUMBER = re.compile(r"\d+")


def marked(text: str) -> str:
    """Escaped, with telephone numbers said digit by digit (all other numbers are words)."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NUMBER.sub(r'<say-as interpret-as="digits">\g<0></say-as>', escaped)


@lru_cache(maxsize=4096)  # all that a language's sets say in all its voices, and half of that again
def in_voice(text: str, manner: VoiceStyle, volume: str | None = None, rate: bool = True) -> str:
    """Text in one of the locale's voices; `volume` overrides that of the voice, and its rate may be left out."""
    if manner.whispered:
        return f'<amazon:effect name="whispered">{marked(text)}</amazon:effect>'
    speed = f'rate="{manner.rate}" ' if rate else ""
    return f'<prosody {speed}volume="{volume or manner.volume}">{marked(text)}</prosody>'


def silence(seconds: float) -> str:
    """A silence of any length as breaks that a device takes."""
    pieces = []
    while seconds > LONGEST_BREAK:
        pieces.append(LONGEST_BREAK)
        seconds -= LONGEST_BREAK
    if seconds >= 0.001:
        pieces.append(seconds)
    return "".join(f'<break time="{round(piece * 1000)}ms"/>' for piece in pieces)


def speak(reply: Output, part: SpeechPart, words: Locale, timed: bool = False) -> str:
    """The part's plain speech as one `<speak>`; with `timed`, its timed audio too, the gaps shortened by what the words take."""
    pieces = [*_spoken(reply, part, words), *(_timed(reply, part, words) if timed else ())]
    return f"<speak>{' '.join(piece for piece in pieces if piece)}</speak>"


def cue(text: str, manner: VoiceStyle) -> str:
    """One cue of the timed audio."""
    return f"<speak>{in_voice(text, manner)}</speak>"


def _spoken(reply: Output, part: SpeechPart, words: Locale) -> Iterator[str]:
    again = reply.repeats(part)
    manner = words.manner(reply.voice, again)
    for index, line in enumerate(part.lines):
        text = _text(line, words)
        if reply.care or line.is_care:  # never soft, never whispered
            yield in_voice(text, words.manner(Voice.NORMAL, again)) if again else marked(text)
        elif manner.whispered and (line.grave or words.names_help(line.name)):
            yield in_voice(text, words.manner(Voice.SOFT, again))
        else:
            first_action = index < reply.action_lines and not again
            yield in_voice(text, manner, "medium" if first_action else None)


def _timed(reply: Output, part: SpeechPart, words: Locale) -> Iterator[str]:
    if part.timeline is None:
        return
    beats, again = part.timeline.beats, reply.repeats(part)
    yield silence(beats[0].at)
    for beat, following in zip(beats, (*beats[1:], None), strict=True):
        text = words.text(beat.line)
        # No rate here: an engine may stretch the breaks with it (espeak-ng does), and the breaks are what is timed.
        yield in_voice(text, words.manner(reply.voice, again), rate=False)
        if following is not None:
            yield silence(max(0.0, following.at - beat.at - words.seconds(text, reply.voice, again)))


def _text(line: Line, words: Locale) -> str:
    return words.text(line.name, line.places)
