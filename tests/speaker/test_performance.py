"""A response becomes events at exact seconds."""

from __future__ import annotations

import pytest

from skill.simulator.playback import Event, perform
from tests.speaker.small_skill import a_second_each, cue, goodbye, guided, ssml, timed


def _heard(events: tuple[Event, ...]) -> list[tuple[float, str]]:
    return [(event.at, event.text) for event in events]


def test_timed_audio_starts_when_the_plain_speech_is_over_and_pins_each_cue_to_its_second() -> None:
    played = perform(guided(), a_second_each)
    assert played.audio_from == 1.0
    assert _heard(played.reply) == [
        (0.0, "Slowly straighten your leg."),
        (1.0, "Push your heel away."),
        (4.0, "Hold there."),
        (34.0, "Let go."),
        (44.0, "Has the cramp gone?"),
    ]
    assert [event.kind for event in played.reply] == ["speech", "cue", "cue", "cue", "cue"]
    assert played.reply_length == 45.0


@pytest.mark.parametrize("pace", [0.5, 1.0, 2.9])
def test_the_speed_of_the_voice_moves_no_cue_of_the_timed_audio(pace: float) -> None:
    played = perform(guided(), lambda text, voice, rate: pace)
    assert [event.at - played.audio_from for event in played.reply[1:]] == pytest.approx([0.0, 3.0, 33.0, 43.0])


def test_onsets_are_kept_to_the_millisecond() -> None:
    response = guided()
    response["response"]["directives"] = [timed(cue(0.001, "Hold."), cue(12.345, "Has it gone?"))]
    assert [event.at for event in perform(response, a_second_each).reply[1:]] == [1.001, 13.345]


def test_the_reprompt_has_a_clock_of_its_own() -> None:
    played = perform(guided(), a_second_each)
    assert _heard(played.reprompt) == [(0.0, "Still tight? Hold again."), (31.0, "Has it gone?")]
    assert played.reprompt_length == 32.0


def test_unanswered_it_listens_reprompts_and_listens_again() -> None:
    played = perform(guided(), a_second_each)
    assert [(event.at, event.text or event.kind) for event in played.unanswered()[-4:]] == [
        (45.0, "listening"),
        (53.0, "Still tight? Hold again."),
        (84.0, "Has it gone?"),
        (85.0, "listening"),
    ]
    assert played.length == 93.0
    assert played.opens_mic
    assert not played.ends


def test_a_goodbye_ends_without_listening() -> None:
    played = perform(goodbye(), a_second_each)
    assert (played.length, played.ends, played.opens_mic) == (1.0, True, False)
    assert [event.kind for event in played.unanswered()] == ["speech"]


def test_silence_at_the_end_is_part_of_the_reply() -> None:
    response = goodbye()
    response["response"]["outputSpeech"] = ssml('Paused.<break time="10s"/><break time="5s"/>')
    assert perform(response, a_second_each).reply_length == 16.0


def test_words_between_breaks_are_events_of_their_own_and_breaks_add_up() -> None:
    response = goodbye()
    response["response"]["outputSpeech"] = ssml(
        'Hold   <emphasis level="reduced">there</emphasis>.<break time="10s"/>'
        '<break time="500ms"/><p>Let go.</p><s>Rest.</s>'
    )
    assert _heard(perform(response, a_second_each).reply) == [(0.0, "Hold there."), (11.5, "Let go. Rest.")]


@pytest.mark.parametrize(
    ("markup", "voice"),
    [
        ("Rest.", "normal"),
        ('<prosody volume="soft" rate="90%">Rest.</prosody>', "soft"),
        ('<prosody volume="-6dB">Rest.</prosody>', "soft"),
        ('<prosody volume="soft"><amazon:effect name="whispered">Rest.</amazon:effect></prosody>', "whisper"),
        ('<amazon:effect name="whispered"><prosody volume="soft">Rest.</prosody></amazon:effect>', "whisper"),
    ],
)
def test_the_voice_of_each_event_is_noted(markup: str, voice: str) -> None:
    response = goodbye()
    response["response"]["outputSpeech"] = ssml(markup)
    assert [event.voice for event in perform(response, a_second_each).reply] == [voice]


def test_the_estimate_is_told_voice_and_rate() -> None:
    told: list[tuple[str, str, float]] = []

    def estimate(text: str, voice: str, rate: float) -> float:
        told.append((text, voice, rate))
        return 1.0

    response = goodbye()
    response["response"]["outputSpeech"] = ssml('<prosody rate="90%" volume="soft">Rest.</prosody> Sleep.')
    perform(response, estimate)
    assert told == [("Rest.", "soft", 0.9), ("Sleep.", "normal", 1.0)]


def test_plain_text_is_speech_too() -> None:
    response = {"version": "1.0", "response": {"outputSpeech": {"type": "PlainText", "text": "Sleep  well."}}}
    assert _heard(perform(response, a_second_each).reply) == [(0.0, "Sleep well.")]


def test_a_sequencer_plays_in_order_and_a_mixer_together() -> None:
    words = [{"type": "Speech", "content": text} for text in ("One.", "Two.")]
    pause = {"type": "Silence", "duration": 2500}
    both = {"type": "Mixer", "items": [words[0], {"type": "Sequencer", "items": [pause, words[1]]}]}
    document = {
        "type": "APLA",
        "version": "0.91",
        "mainTemplate": {"item": {"type": "Sequencer", "items": [both, pause, words[0]]}},
    }
    directive = {"type": "Alexa.Presentation.APLA.RenderDocument", "token": "t", "document": document}
    played = perform({"version": "1.0", "response": {"directives": [directive]}}, a_second_each)
    assert _heard(played.reply) == [(0.0, "One."), (2.5, "Two."), (6.0, "One.")]


def test_a_template_and_a_selector_play_the_first_child_that_is_not_switched_off() -> None:
    off, on, late = ({"type": "Speech", "content": text} for text in ("Off.", "On.", "Late."))
    selector = {"type": "Selector", "items": [{**off, "when": False}, on, late]}
    document = {"type": "APLA", "version": "0.91", "mainTemplate": {"items": [selector, late]}}
    directive = {"type": "Alexa.Presentation.APLA.RenderDocument", "token": "t", "document": document}
    played = perform({"version": "1.0", "response": {"directives": [directive]}}, a_second_each)
    assert _heard(played.reply) == [(0.0, "On.")]


def test_what_is_trimmed_to_its_mixer_ends_with_the_longest_other_child() -> None:
    long = {
        "type": "Sequencer",
        "duration": "trimToParent",
        "items": [{"type": "Silence", "duration": 1500}, {"type": "Speech", "content": "Cut."}],
    }
    late = {
        "type": "Sequencer",
        "duration": "trimToParent",
        "items": [{"type": "Silence", "duration": 9000}, {"type": "Speech", "content": "Never."}],
    }
    short = {
        "type": "Sequencer",
        "items": [{"type": "Speech", "content": "Hold."}, {"type": "Silence", "duration": 1000}],
    }
    response = goodbye()
    response["response"] = {"directives": [timed(short, long, late)]}
    played = perform(response, a_second_each)
    assert [(event.at, event.lasts, event.text) for event in played.reply] == [
        (0.0, 1.0, "Hold."),
        (1.5, 0.5, "Cut."),
    ]
    assert played.reply_length == 2.0


def test_the_words_on_the_screen_come_with_what_the_data_put_into_them() -> None:
    text = {"type": "Text", "text": "${payload.set.cue} for ${set.seconds} s ${elapsedTime > 3}"}
    document = {
        "type": "APL",
        "version": "2024.1",
        "mainTemplate": {"items": [{"type": "Container", "items": [text]}]},
    }
    directive = {
        "type": "Alexa.Presentation.APL.RenderDocument",
        "token": "t",
        "document": document,
        "datasources": {"set": {"cue": "Hold", "seconds": 30}},
    }
    played = perform({"version": "1.0", "response": {"directives": [directive]}}, a_second_each)
    assert played.screen == ("Hold for 30 s ${elapsedTime > 3}",)


def test_a_component_with_rows_of_data_stands_there_once_for_each() -> None:
    text = {"type": "Text", "text": "${data.label}"}
    wrapper = {"type": "TouchWrapper", "items": [text]}
    row = {"type": "Container", "data": "${data.targets}", "items": [wrapper]}
    document = {
        "type": "APL",
        "version": "1.4",
        "mainTemplate": {"items": [{"type": "Container", "data": "${payload.touches}", "items": [row]}]},
    }
    touches = [{"targets": [{"label": "Pause"}, {"label": "Stop"}]}, {"targets": [{"label": "Yes"}]}]
    directive = {
        "type": "Alexa.Presentation.APL.RenderDocument",
        "token": "t",
        "document": document,
        "datasources": {"touches": touches},
    }
    played = perform({"version": "1.0", "response": {"directives": [directive]}}, a_second_each)
    assert played.screen == ("Pause", "Stop", "Yes")
