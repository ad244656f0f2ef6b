"""The judge finds each thing that a real device, or this house, would reject, and says where."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from skill.simulator import requests
from skill.simulator.playback import perform
from skill.simulator.requests import Bedside, Json, Visit
from skill.simulator.validation.response import judge
from tests.speaker.small_skill import NIGHT, a_second_each, cue, goodbye, guided, ssml, timed

VISIT = Visit("session", {}, new=True)
ECHO, SHOW = (requests.launch(Bedside(device=device), VISIT, NIGHT) for device in requests.DEVICES)
JAPANESE = requests.launch(Bedside(locale="ja-JP"), VISIT, NIGHT)
DOCUMENT: Json = {
    "type": "APL",
    "version": "2024.1",
    "mainTemplate": {"items": [{"type": "Text", "text": "Hold"}]},
}
SCREEN: Json = {"type": "Alexa.Presentation.APL.RenderDocument", "token": "t", "document": DOCUMENT}


def _problems(response: Any, request: Json = ECHO) -> list[str]:
    return judge(request, response, a_second_each)


def _with(change: Callable[[Json], object], response: Json | None = None) -> Json:
    response = response or guided()
    change(response)
    return response


def _document(response: Json) -> Json:
    document: Json = response["response"]["directives"][0]["document"]
    return document


def _playing(*items: Any) -> Json:
    """The guided response with other audio."""
    return _with(lambda r: _document(r)["mainTemplate"].update(items=list(items)))


def _saying(markup: str) -> Json:
    """A goodbye of just this markup."""
    return _with(lambda r: r["response"].update(outputSpeech={"type": "SSML", "ssml": markup}), goodbye())


SPEECH = {"type": "Speech", "content": "Has it gone?"}


@pytest.mark.parametrize("request_", [ECHO, SHOW])
def test_a_good_response_has_no_problem(request_: Json) -> None:
    assert _problems(guided(), request_) == []
    assert _problems(goodbye(), request_) == []


def test_a_device_with_a_screen_takes_a_document_for_it() -> None:
    assert _problems(_with(lambda r: r["response"]["directives"].append(SCREEN)), SHOW) == []


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (
            _with(lambda r: r.update(sesionAttributes={})),
            "sesionAttributes: unknown property of ResponseEnvelope",
        ),
        (_with(lambda r: r.pop("version")), "version: missing"),
        (
            _with(lambda r: r["response"].update(shouldEndSesion=False)),
            "response.shouldEndSesion: unknown property",
        ),
        (
            _with(lambda r: r["response"].update(shouldEndSession="no")),
            "response.shouldEndSession: 'no' is not of type bool",
        ),
        (_with(lambda r: r["response"].update(directives={})), "response.directives: {} is not a list"),
        (
            _with(lambda r: r["response"].update(outputSpeech="Hello")),
            "response.outputSpeech: 'Hello' is not an object",
        ),
        (_with(lambda r: r["response"]["outputSpeech"].pop("ssml")), "response.outputSpeech.ssml: missing"),
        (
            _with(lambda r: r["response"]["outputSpeech"].update(type="SMML")),
            "outputSpeech.type: unknown OutputSpeech 'SMML'",
        ),
        (
            _with(lambda r: r["response"]["outputSpeech"].update(playBehavior="WHENEVER")),
            "response.outputSpeech.playBehavior: unknown value 'WHENEVER'",
        ),
        (
            _with(lambda r: r["response"]["directives"][0].update(type="Alexa.Presentation.APLA.Render")),
            "response.directives[0].type: unknown Directive",
        ),
        (
            _with(lambda r: r["response"]["directives"][0].update(dataSources={})),
            "dataSources: unknown property",
        ),
        (
            _with(lambda r: r["response"]["directives"][0].pop("document")),
            "response.directives[0].document: missing",
        ),
        (
            _with(lambda r: r["response"].update(card={"type": "Simple", "title": "x"})),
            "response.card.content: missing",
        ),
        (_with(lambda r: r.update(sessionAttributes={"at": {1, 2}})), "not JSON"),
        (_with(lambda r: r.update(sessionAttributes={"at": float("nan")})), "not JSON"),
    ],
)
def test_what_amazons_classes_do_not_know_is_named_with_its_path(response: Json, problem: str) -> None:
    assert any(problem in found for found in _problems(response)), _problems(response)


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("<speak>Rest & sleep.</speak>", "not well-formed"),
        ("<speak>Rest.", "not well-formed"),
        ("<speak>Rest.&nbsp;</speak>", "not well-formed"),
        ("<!DOCTYPE speak><speak>Rest.</speak>", "a document type declaration"),
        ("Rest.", "not well-formed"),
        ("<p>Rest.</p>", "the root is <p>"),
        ("<speak><speak>Rest.</speak></speak>", "<speak> inside the speech"),
        ("<speak>Rest.<pause/></speak>", "unknown tag <pause>"),
        ('<speak>Rest.<break time="10.5s"/></speak>', 'time="10.5s"> is not allowed (at most 10 s)'),
        ('<speak>Rest.<break time="10001ms"/></speak>', 'time="10001ms"> is not allowed'),
        ('<speak>Rest.<break time="5"/></speak>', 'time="5"> is not allowed'),
        ('<speak>Rest.<break strength="huge"/></speak>', 'strength="huge"> is not allowed'),
        ('<speak>Rest.<break time="1s">now</break></speak>', "<break> is not empty"),
        ("<speak>Rest.<break/></speak>", "<break> lacks an attribute"),
        ('<speak><prosody speed="slow">Rest.</prosody></speak>', "unknown attribute 'speed' of <prosody>"),
        ('<speak><prosody rate="10%">Rest.</prosody></speak>', 'rate="10%"> is not allowed'),
        ('<speak><prosody pitch="+80%">Rest.</prosody></speak>', 'pitch="+80%"> is not allowed'),
        ('<speak><prosody volume="+9dB">Rest.</prosody></speak>', 'volume="+9dB"> is not allowed'),
        (
            '<speak><amazon:effect name="shouted">Rest.</amazon:effect></speak>',
            'name="shouted"> is not allowed',
        ),
        ("<speak><amazon:effect>Rest.</amazon:effect></speak>", "<amazon:effect> lacks name"),
        (
            '<speak><amazon:effect name="whispered"><amazon:emotion name="excited" intensity="low">Rest.'
            "</amazon:emotion></amazon:effect></speak>",
            "whisper and emotion do not mix",
        ),
        ('<speak><say-as format="mdy">Rest.</say-as></speak>', "<say-as> lacks interpret-as"),
        (
            '<speak><say-as interpret-as="money">Rest.</say-as></speak>',
            'interpret-as="money"> is not allowed',
        ),
        ('<speak>Rest.<audio src="http://example.com/a.mp3"/></speak>', "is not allowed"),
        (
            "<speak>Rest." + '<audio src="https://example.com/a.mp3"/>' * 6 + "</speak>",
            "6 <audio> files, over 5",
        ),
        ("<speak>" + "Rest. " * 1400 + "</speak>", "8415 characters, over 8000"),
        ("<speak><s>Rest.<p>Now.</p></s></speak>", "<p> inside <s>"),
        ("<speak> </speak>", "nothing is said"),
    ],
)
def test_markup_that_a_device_does_not_speak_is_refused(markup: str, problem: str) -> None:
    found = _problems(_saying(markup))
    assert any(problem in one for one in found), found


@pytest.mark.parametrize(
    "markup",
    [
        '<speak><prosody rate="90%" volume="soft">Rest.</prosody></speak>',
        '<speak><amazon:effect name="whispered">Rest.</amazon:effect></speak>',
        '<speak>Rest.<break time="10s"/><break time="9500ms"/>Sleep &amp; dream.</speak>',
        '<speak>Call <say-as interpret-as="digits">911</say-as>.<break strength="strong"/></speak>',
        '<speak><p><s>Rest <emphasis level="reduced">now</emphasis>.</s></p></speak>',
        '<speak><amazon:emotion name="disappointed" intensity="low">Oh.</amazon:emotion></speak>',
    ],
)
def test_markup_that_a_device_speaks_is_taken(markup: str) -> None:
    assert _problems(_saying(markup)) == []


def test_a_style_that_a_language_lacks_is_refused_there() -> None:
    response = _saying('<speak><amazon:domain name="long-form">Rest.</amazon:domain></speak>')
    assert _problems(response) == []
    assert any("not spoken in ja-JP" in found for found in _problems(response, JAPANESE))


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (_with(lambda r: _document(r).update(type="APL")), "document.type: 'APL' is not 'APLA'"),
        (_with(lambda r: _document(r).pop("version")), "document.version: missing"),
        (_with(lambda r: _document(r).pop("mainTemplate")), "document.mainTemplate: missing"),
        (_with(lambda r: _document(r).update(theme="dark")), "document.theme: unknown property"),
        (
            _with(lambda r: _document(r)["mainTemplate"].update(layout=1)),
            "mainTemplate: unknown property layout",
        ),
        (_playing(), "mainTemplate.items: missing"),
        (
            _playing({"type": "Pause", "duration": 10}),
            "mainTemplate.items[0].type: unknown component 'Pause'",
        ),
        (_playing({"type": "Sequencer", "items": []}), "mainTemplate.items[0].items: missing"),
        (_playing({"type": "Sequencer", "items": ["Hold."]}), "items[0]: 'Hold.' is not a component"),
        (_playing({**SPEECH, "text": "x"}), "items[0].text: unknown property of Speech"),
        (_playing({**SPEECH, "content": " "}), "items[0].content: missing"),
        (_playing({**SPEECH, "contentType": "Markdown"}), "contentType: unknown value 'Markdown'"),
        (_playing({**SPEECH, "contentType": "SSML"}), "items[0].content: not well-formed"),
        (_playing({**SPEECH, "duration": 5}), "items[0].duration: 5 is neither auto nor trimToParent"),
        (_playing({**SPEECH, "when": "${payload.ok}"}), "items[0].when: data binding"),
        (_playing({**SPEECH, "filters": [{"type": "Volume"}]}), "items[0].filters: data binding and filters"),
        (_playing({"type": "Silence", "duration": 500}), "nothing but silence"),
        (
            _playing({"type": "Sequencer", "items": [{"type": "Silence", "duration": 0}, SPEECH]}),
            "duration: 0 is not a whole",
        ),
        (
            _playing({"type": "Sequencer", "items": [{"type": "Silence", "duration": 0.5}, SPEECH]}),
            "duration: 0.5 is not",
        ),
        (
            _playing({"type": "Sequencer", "items": [{"type": "Silence"}, SPEECH]}),
            "duration: None is not a whole",
        ),
        (
            _playing({"type": "Audio", "source": "http://example.com/a.mp3"}),
            "source: 'http://example.com/a.mp3' is neither",
        ),
        (
            _playing({"type": "Selector", "strategy": "best", "items": [SPEECH]}),
            "strategy: unknown value 'best'",
        ),
        (_playing({"type": "Sequencer", "items": [SPEECH] * 16}), "16 Speech components, over 15"),
        (
            _with(
                lambda r: r["response"]["directives"].__setitem__(0, timed(cue(3, "Hold."), cue(3.5, "Has it gone?")))
            ),
            "response: two voices at once at 4.5 s: 'Hold.' and 'Has it gone?'",
        ),
    ],
)
def test_audio_that_would_not_be_rendered_is_refused(response: Json, problem: str) -> None:
    assert any(problem in found for found in _problems(response)), _problems(response)


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (
            _with(lambda r: r["response"].update(directives=[timed(cue(0, "Hold."))])),
            "response.shouldEndSession: the microphone opens after 'Hold.', which asks nothing",
        ),
        (
            _with(lambda r: r["response"].update(outputSpeech=ssml("Sleep well?")), goodbye()),
            "response.shouldEndSession: 'Sleep well?' is asked, and the microphone stays shut",
        ),
        (_with(lambda r: r["response"].pop("shouldEndSession")), "response.shouldEndSession: missing"),
        (
            _with(lambda r: r["response"].update(shouldEndSession=True)),
            "response.reprompt: a reprompt needs an open session",
        ),
        (
            _with(lambda r: r["response"]["reprompt"].update(directives=[timed(cue(30, "Let go."))])),
            "response.reprompt: its set ends with 'Let go.', which asks nothing",
        ),
        (
            _with(lambda r: r["response"].update(reprompt={"outputSpeech": ssml("")})),
            "response.reprompt: nothing is said",
        ),
        (
            _with(lambda r: r["response"]["reprompt"]["directives"].append({"type": "Dialog.Delegate"})),
            "response.reprompt.directives: only APLA is played in a reprompt",
        ),
        (
            _with(lambda r: r["response"].update(directives=[timed(cue(179, "Has it gone?"))])),
            "response: 181.0 s long, over 180 s",
        ),
        (
            _with(lambda r: r["response"]["reprompt"].update(directives=[timed(cue(89, "Has it gone?"))])),
            "response.reprompt: 91.0 s long, over 90 s",
        ),
        (_with(lambda r: r["response"].pop("outputSpeech"), goodbye()), "response: nothing is said"),
        (
            _with(lambda r: r.update(sessionAttributes={"long": "x" * 24_000})),
            "bytes with the session attributes, over 24576",
        ),
        (
            _with(lambda r: r["response"]["directives"].append(SCREEN)),
            "response.directives[1]: Alexa.Presentation.APL.RenderDocument, but the device has no",
        ),
        (
            _with(lambda r: r["response"].update(card={"type": "Simple", "content": "x" * 8001})),
            "response.card: over 8000 characters",
        ),
    ],
)
def test_the_house_rules_on_microphone_length_and_size_hold(response: Json, problem: str) -> None:
    assert any(problem in found for found in _problems(response)), _problems(response)


def test_a_reprompt_may_repeat_a_line_and_leave_it_at_that() -> None:
    assert _problems(_with(lambda r: r["response"].update(reprompt={"outputSpeech": ssml("Call a doctor.")}))) == []


def test_a_screen_makes_room_up_to_60_kb() -> None:
    assert _problems(_with(lambda r: r.update(sessionAttributes={"long": "x" * 40_000})), SHOW) == []
    assert any(
        "over 61440" in found
        for found in _problems(_with(lambda r: r.update(sessionAttributes={"long": "x" * 62_000})), SHOW)
    )


@pytest.mark.parametrize("change", [{"type": "Link"}, {"mainTemplate": {}}, {"type": "APLA"}])
def test_a_screen_document_has_a_type_and_items(change: Json) -> None:
    screen = {**SCREEN, "document": {**DOCUMENT, **change}}
    found = _problems(_with(lambda r: r["response"]["directives"].append(screen)), SHOW)
    assert bool(found) is (change != {"type": "Link"})


@pytest.mark.parametrize("question", ["Gone?", "Weg? ", "¿Se fue?", "もう大丈夫？", "هل ذهب؟", 'He asked "gone?"'])
def test_a_question_ends_in_the_question_mark_of_its_script(question: str) -> None:
    response = _with(lambda r: r["response"].update(outputSpeech=ssml(question), shouldEndSession=False), goodbye())
    assert _problems(response) == []


def test_alexa_herself_may_lead_on_after_a_hand_over() -> None:
    directive = {
        "type": "Connections.SendRequest",
        "name": "AskFor",
        "token": "",
        "payload": {"@type": "AskForPermissionsConsentRequest", "@version": "2"},
    }
    assert _problems({"version": "1.0", "response": {"directives": [directive]}}) == []


@pytest.mark.parametrize("kind", ["SessionEndedRequest", "System.ExceptionEncountered", "AlexaSkillEvent.SkillEnabled"])
def test_nothing_is_said_where_nobody_listens(kind: str) -> None:
    request = {**ECHO, "request": {**ECHO["request"], "type": kind}}
    assert _problems(goodbye(), request) == [
        "response.outputSpeech: nothing may be said or shown in answer to this request"
    ]
    for silence in (None, {}, {"version": "1.0", "response": {}}):
        assert _problems(silence, request) == []
    (problem,) = _problems({"version": "1.0", "response": {}, "sessionAttributes": {"at": {1, 2}}}, request)
    assert problem.startswith("not JSON")


@pytest.mark.parametrize("silence", [None, {}])
def test_silence_where_somebody_listens_is_refused(silence: Json | None) -> None:
    assert _problems(silence) == ["no response, where something must be said"]


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value, as its container and key."""
    entries = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    return [(node, key) for key, _ in entries] + [place for _, child in entries for place in _places(child)]


@pytest.mark.parametrize("seed", range(300))
def test_whatever_is_broken_the_judge_judges_and_what_it_passes_can_be_played(seed: int) -> None:
    dice = random.Random(seed)
    response = _with(lambda r: r["response"]["directives"].append(copy.deepcopy(SCREEN)))
    for _ in range(dice.choice([1, 1, 2, 5])):
        container, key = dice.choice(_places(response))
        container[key] = dice.choice([None, [], {}, "", "<speak>", -1, 0.5, True, [None], {"type": []}, ["x"], "SSML"])
    if not _problems(response, SHOW):
        perform(response, a_second_each)
