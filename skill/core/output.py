"""What is to be performed: the dialogue's answer, before any markup and in no language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from skill.core.timeline import Timeline
from skill.core.vocabulary import Step, Task, Voice

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
class Part:
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
class Errand:
    """A task for the world outside; `time` of day as "HH:MM", `reminders` by Amazon's ids."""

    task: Task
    time: str = ""
    reminders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """`action` lines at the start are the first action, which keeps a medium volume; a `care` reply is never soft nor whispered.

    `again`: `say` repeats what was not caught, louder and slower.

    With an `errand` nothing is said yet: it is run, and what came of it is answered. `consent` (the reminder's time) and `phrase`
    hand over to Alexa, who asks for permission, or offers a phrase of one's own that opens the skill. `card`: the general card.
    """

    say: Part
    reprompt: Part | None = None
    action: int = 0
    care: bool = False
    voice: Voice = Voice.SOFT
    again: bool = False
    errand: Errand | None = None
    consent: str | None = None
    phrase: bool = False
    card: bool = False

    def repeats(self, part: Part) -> bool:
        """Whether this part of the reply is said louder and slower."""
        return self.again and part is self.say

    @property
    def ends(self) -> bool:
        """Whether the session is over: the microphone opens only after a question."""
        return self.say.question is None
