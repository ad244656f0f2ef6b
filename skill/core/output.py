"""What is to be performed: the dialogue's answer, before any markup and in no language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from skill.core.timeline import Timeline
from skill.core.vocabulary import EffectKind, Step, Voice

CARE = ("signs.", "care.")  #: how the names of lines begin that tell of danger


@dataclass(frozen=True)
class Line:
    """A line by its name, with the words for the places that it leaves open; a `grave` one is never whispered."""

    name: str
    places: Mapping[str, str] = field(default_factory=dict)
    grave: bool = False

    @property
    def is_care(self) -> bool:
        """Whether it is never soft nor whispered, wherever it is said."""
        return self.name.startswith(CARE)


@dataclass(frozen=True)
class SpeechPart:
    """What is performed in one go: the lines as plain speech, then the timed audio.

    `question` comes last; with one, the microphone opens. `step` and `start` tell which set the timed audio is and at which of
    its seconds it begins.
    """

    lines: tuple[Line, ...]
    timeline: Timeline | None = None
    question: str | None = None
    step: Step | None = None
    start: float = 0.0
    usual_pace: bool = False


@dataclass(frozen=True)
class Effect:
    """A task for the world outside; `time` of day as "HH:MM", `reminders` by Amazon's ids."""

    task: EffectKind
    time: str = ""
    reminders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Output:
    """What is said and asked, and what goes with it.

    The first `action_lines` lines are the first action, which keeps a medium volume. A `care` reply is never soft nor whispered.

    `is_repeat`: `speech` repeats what was not caught, louder and slower.

    With an `effect` nothing is said yet: it is performed, and its result comes back as an Input. `ask_reminder_permission` (the
    reminder's time) and `offer_routine` hand over to Alexa, which asks for permission, or offers a phrase of one's own that opens
    the skill. `card`: the general card.
    """

    speech: SpeechPart
    reprompt: SpeechPart | None = None
    action_lines: int = 0
    care: bool = False
    voice: Voice = Voice.SOFT
    is_repeat: bool = False
    effect: Effect | None = None
    ask_reminder_permission: str | None = None
    offer_routine: bool = False
    card: bool = False

    def repeats(self, part: SpeechPart) -> bool:
        """Whether this part of the reply is said louder and slower."""
        return self.is_repeat and part is self.speech

    @property
    def asks_nothing(self) -> bool:
        """Whether the session is over: the microphone opens only after a question."""
        return self.speech.question is None
