"""How a request flows.

    envelope -> Ask -> respond(conversation, ask, now) -> Reply(lines, timeline, question)
                                                           |-> render.ssml   speech, and the fallback for timed sets
                                                           |-> render.apla   timed audio: exact by construction

`alexa.entry` takes the envelope and `alexa` turns it into an `Ask`; `dialogue` decides, from what the session knows and where in
its set the person is; `adapt` makes the set fit the person; `score` unrolls it; `render` writes the markup; `library` reads
the content that all of them look at. Imports run one way only, from the last of these rooms to the first:

    body, tables, score, words, entries, adapt, reply, dialogue, render, library, alexa, endpoint and speaker
"""
