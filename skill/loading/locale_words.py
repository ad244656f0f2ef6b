"""Reads the words of a language and how it is spoken, and refuses what does not fit, naming file and key."""

import re
from collections.abc import Mapping
from pathlib import Path

from skill.core.locale import Locale, SpeechTiming, VoiceStyle, in_locale
from skill.core.schema import NUMBERS
from skill.core.vocabulary import Sign, Voice
from skill.loading.content_files import CONTENT, languages, read
from skill.loading.strict_table import Table

RATES = 20, 200  #: Alexa's slowest and fastest speech, in hundredths of the usual
DANGER_WORDS = "danger_words"  #: the file of words that may tell of danger inside a question
VOLUMES = ("x-soft", "soft", "medium", "loud", "x-loud")  #: SSML's, but for "silent"


def _flatten(prefix: str, table: Table, into: dict[str, str]) -> None:
    for key in table.names_of_keys():
        name = f"{prefix}.{key}"
        if table.kind_of(key) is dict:
            _flatten(name, table.table(key), into)
        else:
            into[name] = table.text(key)


def _voices(table: Table) -> dict[Voice, VoiceStyle]:
    """How each voice sounds."""
    voices = {}
    for voice in Voice:
        row = table.table(voice)
        rate, volume = row.text("rate"), row.choice("volume", VOLUMES)
        if not re.fullmatch(r"\d+%", rate) or not RATES[0] <= int(rate[:-1]) <= RATES[1]:
            raise row.refuse("rate", f'how fast, "{RATES[0]}%" to "{RATES[1]}%"')
        longer = row.number("longer", least=100 / RATES[1], most=100 / RATES[0])
        voices[voice] = VoiceStyle(rate, volume, row.flag("whispered"), longer)
        row.close()
    table.close()
    return voices


def load_words(locale: str, regions: Mapping[str, Mapping[str, str]], root: Path = CONTENT) -> Locale:
    """The words for a locale such as en-GB; a locale whose language is not here speaks English, with its own country's numbers."""
    folder = folder_of(locale, root)
    table = read(folder / "voice.toml", root)
    length = table.table("length")
    measured = SpeechTiming(
        letter=length.number("letter", least=0.02, most=0.2, what="seconds for a letter"),
        digit=length.seconds("digit"),
        sentence=length.seconds("sentence"),
        comma=length.seconds("comma"),
        slack=length.number("slack", least=1),
    )
    length.close()
    voices, again = _voices(table.table("voices")), _voices(table.table("again"))
    phrases = table.names("phrases", default=())
    table.close()
    forms = _forms(read(folder / "regions.toml", root))
    danger = _danger_words(read(folder / f"{DANGER_WORDS}.toml", root))
    usual = Locale(
        locale, _lines(folder, root), {}, forms, measured, voices, again, phrases, danger, _overlays(folder, root)
    )
    return in_locale(usual, locale, regions)


def _lines(folder: Path, root: Path) -> dict[str, str]:
    """Every line of a folder of words, by its name."""
    lines: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.stem == "answers":
            for topic, answer in read(path, root).rest():
                lines[f"answers.{topic}"] = answer.text("say")
                under = answer.table("under", optional=True).texts()
                lines.update((f"answers.{limit}.{topic}", text) for limit, text in under.items())
                if folder.name == "en":
                    answer.sources()  # which stand there for all languages
                answer.close()
        elif path.stem not in ("voice", "regions", "locales", DANGER_WORDS):
            _flatten(path.stem, read(path, root), lines)
    return lines


def _overlays(folder: Path, root: Path) -> dict[str, dict[str, str]]:
    """By locale, the lines of the folders that say only what differs: `words/en-GB` over `words/en`."""
    overlays: dict[str, dict[str, str]] = {}
    for overlay in sorted(folder.parent.glob(f"{folder.name}-*")):
        table = read(overlay / "locales.toml", root)
        overlays |= dict.fromkeys(table.names("locales"), _lines(overlay, root))
        table.close()
    return overlays


def _danger_words(table: Table) -> dict[Sign, tuple[str, ...]]:
    """Words by the sign of which they may tell."""
    return {sign: table.names(sign, what="a list of words, as they are said") for sign in table.names_of_keys()}


def _forms(table: Table) -> dict[str, dict[str, str]]:
    """How a language says whom to call: where the number is known, where it is not, and in some countries otherwise."""
    forms = {}
    for key in NUMBERS:
        row = table.table(key)
        for form in ("known", "unknown"):
            row.text(form)
        forms[key.upper()] = row.texts()
    table.close()
    return forms


def folder_of(locale: str, root: Path) -> Path:
    """The folder of the language that a locale hears."""
    language = locale.partition("-")[0]
    return root / "words" / (language if language in languages(root) else "en")
