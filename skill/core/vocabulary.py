"""The vocabulary that the code reasons about; it imports nothing of ours.

Which places, signs, limits and topics there are is content (`content/`), so they are plain ids here; what the code must tell apart
by name is an enumeration.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

Site = str  #: where it cramps: the name of a file in content/scores
Limit = str  #: what a person cannot do, or must mind: a table of content/limits.toml
Sign = str  #: a warning sign: a table of content/signs.toml
Topic = str  #: what people ask about: a table of content/words/en/answers.toml

DEFAULT_SITE: Site = "calf"  #: four of five night cramps; "leg" and "I do not know" mean it too


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    OTHER = "other"  #: said, never kept: it turns a known side round


class Position(StrEnum):
    LYING = "lying"
    SITTING = "sitting"
    STANDING = "standing"


TO_STANDING = "to_standing"  #: said in the place of a position: a wish to stand up, or a question about it
NUMB = "numb"  #: a finding that is no sign by itself: "it's not numb"


class Matter(StrEnum):
    """What is asked or told about a movement while it runs."""

    BREATHING = "breathing"
    HANDS = "hands"
    DIRECTION = "direction"
    HOW_HARD = "how_hard"
    DOING_RIGHT = "doing_right"
    HURTS_TO_PULL = "hurts_to_pull"
    CANNOT_HOLD = "cannot_hold"
    WILL_NOT_STRAIGHTEN = "will_not_straighten"


class Form(StrEnum):
    """In which way a stretch is given; a set is a site, a position and a form."""

    PLAIN = "plain"
    MASSAGE = "massage"
    GENTLE = "gentle"  #: a second set in which nothing is rubbed
    WARM = "warm"
    COLD = "cold"
    ONCE = "once"  #: a single hold
    STILL_TIGHT = "still_tight"  #: a single hold for somebody who has not answered
    PART_ONE = "part_one"
    PART_TWO = "part_two"


ROUTINE = (Form.PART_ONE, Form.PART_TWO)  #: a routine before sleep, which is no relief and starts no clock
MICROPHONE = 8.0  #: seconds that Alexa listens after a question


class Degree(StrEnum):
    NONE = "none"
    PARTLY = "partly"
    WORSE = "worse"


class Method(StrEnum):
    STRETCH = "stretch"
    MASSAGE = "massage"
    WALK = "walk"
    HEAT = "heat"
    COLD = "cold"


class Pace(StrEnum):
    SLOWER = "slower"
    FASTER = "faster"
    LONGER = "longer"
    SHORTER = "shorter"


class Voice(StrEnum):
    WHISPER = "whisper"
    SOFT = "soft"
    NORMAL = "normal"


class EffectKind(StrEnum):
    """What only the world outside can do: the edge runs it, and the dialogue says what came of it."""

    REMIND = "remind"
    CANCEL = "cancel"
    FORGET = "forget"


class EffectResult(StrEnum):
    """What came of a task; each has its own line."""

    DONE = "done"
    NO_PERMISSION = "no_permission"  #: the person has not allowed it
    NOT_HERE = "not_here"  #: this device or account cannot have it
    TOO_MANY = "too_many"  #: asked too often, or there are too many already
    REFUSED = "refused"  #: the request was not taken
    UNREACHABLE = "unreachable"  #: no answer, or none in time
    NONE = "none"  #: there was no reminder
    REMINDER_LEFT = "reminder_left"  #: all is forgotten, but the reminder could not be taken away


class Level(IntEnum):
    """How urgent a sign is; a greater number wins over a smaller one."""

    SOON = 1
    URGENT = 2
    EMERGENCY = 3


@dataclass(frozen=True)
class Step:
    """One set: a place, a position and a form. Two steps with the same id are the same advice."""

    site: Site
    position: str
    form: Form = Form.PLAIN

    @property
    def id(self) -> str:
        return f"{self.site}.{self.position}.{self.form}"


#: Alexa's locales: https://developer.amazon.com/docs/alexa/custom-skills/develop-skills-in-multiple-languages.html
LOCALES = frozenset(
    (
        *("ar-SA", "de-DE", "en-AU", "en-CA", "en-GB", "en-IN", "en-US", "es-ES", "es-MX", "es-US"),
        *("fr-CA", "fr-FR", "hi-IN", "it-IT", "ja-JP", "nl-NL", "pt-BR"),
    )
)
