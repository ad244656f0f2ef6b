"""How a request flows.

    envelope -> Ask -> respond(conversation, ask, now) -> Reply(lines, timeline, question)
                                                           |-> render.ssml   speech, and the fallback for timed sets
                                                           |-> render.apla   timed audio: exact by construction

`alexa.entry` takes the envelope and `alexa` turns it into an `Ask`; `dialogue` decides, from what the session knows and where in
its set the person is; `adapt` makes the set fit the person; `score` unrolls it; `library` and `words` hold the content; `render`
writes the markup. Imports run one way only, from the last of these rooms to the first:

    body, tables, score, words, library, adapt, reply, dialogue, render, alexa, endpoint and speaker
"""
