"""What one session knows, and where in it the person is. It ends with the session; what lasts of it is `Preferences`."""

from dataclasses import dataclass, replace

from skill.core import personalize
from skill.core.personalize import Person
from skill.core.preferences import Preferences
from skill.core.schema import ContentLibrary
from skill.core.timeline import Timeline
from skill.core.vocabulary import MICROPHONE, Limit, Sign, Site, Step, Voice

VOICE, PACE = "voice", "pace"  #: wishes that last
SLACK = 2.0  #: within so many seconds after a boundary the person is still in the earlier step


@dataclass(frozen=True)
class SetStart:
    """A set, from one of its moves on."""

    step: Step
    move: int = 0


@dataclass(frozen=True)
class SentPart:
    """One part of the last reply as it sounds: `lead` seconds of speech, then the set from its second `start`; `length` in all."""

    lead: float
    length: float
    question: str | None = None
    step: Step | None = None
    start: float = 0.0
    usual_pace: bool = False


@dataclass(frozen=True)
class SessionState:
    site: Site | None = None
    side: str | None = None
    position: str | None = None
    limits: tuple[Limit, ...] = ()
    hold: float | None = None
    slower: bool = False
    voice: Voice = Voice.SOFT
    relief_started: bool = False  #: an action for a cramp was given
    relief_started_at: float | None = None  #: when the first set began, seconds since the epoch
    ladder_step: str | None = None  #: the rung of the ladder that was given last
    sets_given: tuple[str, ...] = ()  #: the steps given, in order
    asked: tuple[str, ...] = ()  #: the ladder's questions that have been asked for this place
    checked: bool = False  #: the check was asked and found nothing
    cleared: bool = False  #: the check found nothing once in this session, at whatever place; a sign undoes it
    massage_refused: bool = False  #: the check was not sure, so nothing is rubbed
    steady: bool | None = None  #: whether the person is steady on their feet; None before they said so
    reported_pain: bool = False  #: a cramp or a warning sign was told of in this session
    waiting: SetStart | None = None  #: what "go on" leads to: put off, or broken off
    signs: tuple[Sign, ...] = ()  #: emergency and urgent signs that were not taken back
    confirmed: bool = False  #: a yes to the question whether the sign was heard right
    doubted: Sign | None = (
        None  #: a sign that was denied though nobody had asked: it does not stand, but is asked about
    )
    doubts: tuple[Sign, ...] = ()  #: signs that were asked about so, once in a session
    put_off: str | None = None  #: the question about a sign, or the check, that waits until the doubted one is answered
    unclear: int = 0  #: answers in a row, while a sign stands or is doubted, that are neither yes nor no
    not_understood: int = 0  #: answers in a row that were not understood
    hint_given: bool = False  #: the phrase that always works was told
    other_site: Site | None = None  #: a place that was named in the middle of another place's set
    unlocked: tuple[str, ...] = ()  #: questions that come before any action, and were answered with yes
    times_asked: int = 1  #: how often in a row the open question was asked
    lines_after_relief: tuple[str, ...] = ()  #: lines that wait for relief
    notices: tuple[str, ...] = ()  #: what is said or offered only once, and was
    reminders: tuple[str, ...] = ()  #: the ids of this person's reminders
    changed_preferences: tuple[str, ...] = ()  #: VOICE, PACE: asked for in this session, and not undone by what is kept
    stored_preferences: Preferences | None = None  #: what was read of earlier sessions; None before it was read
    preferences_unavailable: bool = False  #: it could not be read, and is not tried again in this session
    remind_at: str | None = None  #: the time of day, "HH:MM", for which a reminder was asked
    sources: tuple[str, ...] = ()  #: whose word the last thing said was
    topic: str | None = None  #: what was answered last
    apla_failed: bool = False  #: this device cannot play timed audio
    last_sent_at: float | None = None  #: when the last reply was sent: its request's own time, seconds since the epoch
    last_output: tuple[SentPart, ...] = ()  #: the last reply and its reprompt

    @property
    def person(self) -> Person:
        return Person(self.limits, self.hold, self.slower)

    @property
    def preferences(self) -> Preferences:
        """What is to last of this session, over what was read before it."""
        kept = self.stored_preferences or Preferences()
        voice = self.voice if VOICE in self.changed_preferences else kept.voice
        slower, hold = (self.slower, self.hold) if PACE in self.changed_preferences else (kept.slower, kept.hold)
        return Preferences(voice, slower, hold, self.notices, self.reminders)

    def with_kept(self, kept: Preferences) -> "SessionState":
        """What earlier sessions left, below what this one knows better."""
        notices = (*kept.notices, *(notice for notice in self.notices if notice not in kept.notices))
        return replace(self, stored_preferences=kept, notices=notices, reminders=self.reminders or kept.reminders)

    def adopting(self, in_set: bool) -> "SessionState":
        """With the voice that is kept, and its pace: not in mid-set, where the seconds count at the pace that it began with."""
        kept = self.stored_preferences or Preferences()
        known = self
        if kept.voice and VOICE not in self.changed_preferences:
            known = replace(known, voice=kept.voice)
        if not in_set and PACE not in self.changed_preferences:
            known = replace(known, slower=kept.slower, hold=kept.hold)
        return known


@dataclass(frozen=True)
class PlaybackPosition:
    """Where the person is when they speak.

    `second` is the set's own time; `running` says that its last hold has not ended; `question` is what a yes or no answers.
    """

    question: str | None = None
    step: Step | None = None
    timeline: Timeline | None = None
    second: float = 0.0
    running: bool = False
    by_silence: bool = False  #: it is the reprompt that is heard
    timed: bool = False  #: the request told when it was made

    @property
    def move(self) -> int:
        return self.timeline.move_at(self.second, SLACK) if self.timeline else 0

    @property
    def next_hold(self) -> int:
        """The move with the hold that runs or comes next."""
        if self.timeline is None:
            return 0
        over = self.second >= self.timeline.spans[self.move].hold_to + SLACK
        return min(self.move + over, len(self.timeline.spans) - 1)

    @property
    def finished(self) -> bool:
        return self.timeline is not None and not self.running


def locate(conversation: SessionState, now: float | None, library: ContentLibrary) -> PlaybackPosition:
    """The place at `now` (seconds since the epoch). A time that is missing or lies before the reply counts as its very start."""
    if not conversation.last_output:
        return PlaybackPosition()
    known = now is not None and conversation.last_sent_at is not None
    elapsed = max(0.0, now - conversation.last_sent_at) if known else 0.0  # type: ignore[operator]
    part, by_silence = conversation.last_output[0], False
    if len(conversation.last_output) > 1 and elapsed > part.length + MICROPHONE:
        elapsed -= part.length + MICROPHONE
        part, by_silence = conversation.last_output[1], True
    if part.step is None:  # a reprompt that asks nothing leaves the reply's own question open
        return PlaybackPosition(part.question or conversation.last_output[0].question, by_silence=by_silence)
    person = conversation.person.at_usual_pace if part.usual_pace else conversation.person
    timeline = personalize.timeline(library, part.step, person)
    second = part.start + max(0.0, elapsed - part.lead)
    over = max(span.hold_to for span in timeline.spans)
    running = second < min(over + SLACK, timeline.ends)
    second = min(second, timeline.spans[-1].end)
    return PlaybackPosition(part.question, part.step, timeline, second, running, by_silence, known)
