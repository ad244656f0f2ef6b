"""The conversation with the speaker: turns, their clock, and sessions that live and end as on a device."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from skill.simulator import alexa_prompts, requests
from skill.simulator.nlu.recognizer import Recognizer, RecognizeResult
from skill.simulator.playback import APL_DIRECTIVE, Performance, perform
from skill.simulator.requests import Bedside, Json, Visit
from skill.simulator.speech_timing import voice_of
from skill.simulator.validation.apla import DIRECTIVE, Estimate
from skill.simulator.validation.response import Rejected, judge

Handler = Callable[[Json, object], Any]


@dataclass(frozen=True)
class Turn:
    """One request and what came of it; `at` is in seconds since the speaker was switched on.

    `heard` is None where nobody spoke: when the device reports something, or a session ends by itself.
    """

    utterance: str
    heard: RecognizeResult | None
    request: Json
    response: Json | None
    performance: Performance
    at: float

    @property
    def opens_session(self) -> bool:
        """Whether this is the first turn of its session."""
        return bool(self.request["session"]["new"])


class Speaker:
    """Hears text, calls the handler, keeps the session; raises Rejected where a device would."""

    def __init__(
        self,
        handler: Handler,
        ear: Recognizer,
        bedside: Bedside | None = None,
        *,
        epoch: datetime | None = None,
        estimate: Estimate | None = None,
    ) -> None:
        self._handler, self._ear = handler, ear
        self._bedside = bedside or Bedside()
        self._estimate = estimate or voice_of(self._bedside.locale)
        self._epoch = epoch or datetime.now(UTC).replace(microsecond=0)
        self._session: str | None = None
        self._shown: str | None = None
        self._last: Turn | None = None

    @property
    def last(self) -> Turn | None:
        """The turn that the device plays, or played last."""
        return self._last

    def say(self, utterance: str, after: float | None = None) -> Turn:
        """Somebody speaks, `after` seconds from the last request, or once the device listens or is done.

        What comes after the session's end opens a new one, and so does opening the skill by name.
        """
        at = self._moment(after)
        if at > self._over_at():
            self.stay_silent()
        heard = self._ear.recognize(utterance, one_shot=True)  # which changes nothing where the skill is not named
        if asked := self._asked_by_alexa():
            return self._hand_back(
                asked.answered(alexa_prompts.reply(heard, self._bedside.locale)), at, utterance, heard
            )
        if heard.intent == "LaunchRequest":
            self._end("USER_INITIATED", at)
        visit, moment = self._visit(), self._time(at)
        if heard.intent == "LaunchRequest":
            request = requests.launch(self._bedside, visit, moment, self._shown)
        else:
            request = requests.intent(self._bedside, visit, moment, heard, self._ear.model, self._shown)
        return self._turn(utterance, heard, request, at)

    def stay_silent(self) -> Turn | None:
        """Nobody speaks until the session is over; the turn that tells the skill so, where there is one."""
        if asked := self._asked_by_alexa():
            return self._hand_back(asked.answered("silence"), self._over_at())
        return self._end("EXCEEDED_MAX_REPROMPTS", self._over_at())

    def close(self, after: float | None = None) -> Turn | None:
        """The person ends the session from the device, or unplugs it; the turn that tells the skill so, where there is one."""
        return self._end("USER_INITIATED", self._moment(after))

    def touch(self, arguments: list[Any], after: float | None = None) -> Turn:
        """Somebody presses what the screen shows, `after` seconds from the last request; ValueError where it shows nothing."""
        at = self._moment(after)
        if at > self._over_at():
            self.stay_silent()
        if self._session is None or self._shown is None:
            raise ValueError("nothing is on the screen to be touched")
        request = requests.touched(self._bedside, self._visit(), self._time(at), arguments, self._shown)
        return self._turn("", None, request, at)

    def fail_audio(self, after: float = 0.0) -> Turn:
        """The device reports that it could not render the APLA document of the last response."""
        if self._last is None or self._session is None:
            raise ValueError("no session in which audio could fail")
        sent = _directives(self._last.response, DIRECTIVE)
        if not sent:
            raise ValueError("the last response had no APLA document")
        at = self._moment(after)
        token = str(sent[-1].get("token", ""))
        request = requests.audio_failed(self._bedside, self._visit(), self._time(at), token, self._shown)
        return self._turn("", None, request, at)

    def _asked_by_alexa(self) -> alexa_prompts.Handover | None:
        """The question of Alexa's own that is open."""
        return alexa_prompts.of(self._last.response) if self._session and self._last else None

    def _hand_back(self, answered: Json, at: float, utterance: str = "", heard: RecognizeResult | None = None) -> Turn:
        request = requests.resumed(self._bedside, self._visit(), self._time(at), answered, self._shown)
        return self._turn(utterance, heard, request, at)

    def _moment(self, after: float | None) -> float:
        if self._last is None:
            return 0.0
        if after is None:
            return self._last.at + self._last.performance.reply_length if self._session else self._over_at()
        if after < 0:
            raise ValueError(f"{after:g} s after the last request: time does not run backwards")
        return self._last.at + after

    def _over_at(self) -> float:
        """The second at which the last turn is over, when nobody answers it."""
        return self._last.at + self._last.performance.length if self._last else 0.0

    def _time(self, at: float) -> datetime:
        return self._epoch + timedelta(seconds=at)

    def _visit(self) -> Visit:
        if self._session is None or self._last is None:
            self._session = requests.unique("echo-api.session")
            return Visit(self._session, {}, new=True)
        carried = (self._last.response or {}).get("sessionAttributes") or {}
        return Visit(self._session, _sent(carried), new=False)

    def _turn(self, utterance: str, heard: RecognizeResult | None, request: Json, at: float) -> Turn:
        response = self._deliver(request)
        turn = Turn(utterance, heard, request, response, perform(response, self._estimate, self._bedside.locale), at)
        shown = _directives(response, APL_DIRECTIVE)
        if shown:
            self._shown = str(shown[-1]["token"])
        self._last = turn
        if turn.performance.ends:
            self._session = self._shown = None
        return turn

    def _end(self, reason: str, at: float) -> Turn | None:
        """Closes an open session and tells the skill; one that the skill has closed is over already."""
        if self._session is None or self._last is None:
            return None
        request = requests.session_ended(self._bedside, self._visit(), self._time(at), reason, self._shown)
        self._session = self._shown = None
        return Turn("", None, request, self._deliver(request), Performance(), at)

    def _deliver(self, request: Json) -> Json | None:
        try:
            response = self._handler(_sent(request), None)
        except Exception as error:
            raise Rejected(request, None, [f"the skill failed with {type(error).__name__}: {error}"]) from error
        if problems := judge(request, response, self._estimate):
            raise Rejected(request, response, problems)
        return _sent(response) or None


def _sent(value: Any) -> Any:
    """As it arrives at the other end, where nobody can change the sender's."""
    return json.loads(json.dumps(value))


def _directives(response: Json | None, kind: str) -> list[Json]:
    body: Json = (response or {}).get("response") or {}
    return [directive for directive in body.get("directives") or [] if directive["type"] == kind]
