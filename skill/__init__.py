"""The skill, and the path of one request through it.

    envelope -> Ask -> respond(conversation, ask, now) -> Reply(lines, timeline, question)
                                                           |-> alexa.render.ssml   speech, and the fallback for timed sets
                                                           |-> alexa.render.apla   timed audio: exact by construction
                                                           |-> alexa.render.apl    the dark screen: each word at its second

`alexa.app` takes the envelope, and `alexa.handlers` make it an `Ask`. `dialogue` decides what to say, from what the session knows
and where in its set the person is. `core.personalize` makes the set fit the person, and `core.timeline` works out its seconds.
`alexa.render` writes the markup. `loading.content` has the content that all of them use.

What only the outside world can do (a reminder, forgetting) is named by the reply as its errand: `alexa.effects` does it, and the
dialogue answers what came of it. Preferences are read by `alexa.preferences_sync` from a session's second request on, and written
at its end: the first action waits for neither.

The packages, each importing only from those before it:

    core, settings      what is computed: sets, seconds, lines; nothing is read or sent
    loading, dialogue   the content and the interaction model; what to say next
    alexa               Amazon's requests, responses and services
    server, simulator   one's own endpoint; a device to talk to without an Amazon account
    tools, cli          checking and packaging; the command line
"""
