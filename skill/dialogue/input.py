"""A request in the skill's own words: what was asked for, by ids."""

from dataclasses import dataclass

LAUNCH = "LaunchRequest"
TIMED_AUDIO_FAILED = "TimedAudioFailed"  #: the device reported that it cannot play timed audio
PERMISSION = "Permission"  #: Alexa asked for permission to set a reminder: `answer`, and the `time` for which it asked
PHRASE_OFFERED = "PhraseOffered"  #: Alexa offered a phrase of one's own
TASK_DONE = "TaskDone"  #: a `task` was run, with its `result` and the `reminders` that there are now


@dataclass(frozen=True)
class Input:
    """`intent` is the intent's name, or one of the names above.

    `unknown` holds the slots that were said but resolve to no id: they are never guessed. `person` and `subject` have no ids: they
    hold what was said, and are never kept. `subject` also holds a topic that resolves to no id.
    """

    intent: str
    site: str | None = None
    side: str | None = None
    position: str | None = None
    limit: str | None = None
    degree: str | None = None
    sign: str | None = None
    finding: str | None = None
    person: str | None = None
    matter: str | None = None
    subject: str | None = None
    topic: str | None = None
    method: str | None = None
    pace: str | None = None
    voice: str | None = None
    time: str | None = None
    answer: str | None = None
    task: str | None = None
    result: str | None = None
    reminders: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unmatched: str = ""  #: the words of the slots in `unknown`: searched for danger, never kept

    @property
    def understood(self) -> bool:
        """Whether what was said can be acted on: a known sign always, a place only if it is known, else anything known."""
        if not self.unknown or self.sign is not None:
            return True
        if "Site" in self.unknown:
            return False
        known = (
            *(self.site, self.side, self.position, self.limit, self.degree, self.topic, self.method, self.pace),
            *(self.finding, self.matter),
        )
        return any(value is not None for value in known)
