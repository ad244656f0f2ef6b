"""How a request flows.

    envelope -> Ask -> respond(conversation, ask, now) -> Reply(lines, timeline, question)
                                                           |-> render.ssml   speech, and the fallback for timed sets
                                                           |-> render.apla   timed audio: exact by construction
                                                           |-> render.apl    the dark screen: each word at its second

`alexa.entry` takes the envelope, and `alexa.handlers` make it an `Ask`; `dialogue` decides, from what the session knows and where
in its set the person is; `adapt` makes the set fit the person; `score` unrolls it; `render` writes the markup; `library` reads the
content that all of them look at. What only the world outside can do (a reminder, forgetting) a Reply names as its errand:
`alexa.errands` runs it, and the dialogue answers what came of it. What lasts (`preferences`) is read by `alexa.keeping` from a
session's second request on and written at its end: the first action waits for neither. Imports run one way only:

    body, settings, preferences, tables, score, words, entries, adapt, named, reply, dialogue, render, library, alexa;
    then what stands around the skill: sound, play, pathdata, interaction, tongue, storefront, check, packaging, speaker,
    endpoint, bedside, server
"""
