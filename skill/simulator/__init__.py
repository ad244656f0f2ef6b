"""A stand-in smart speaker: hears text, sends the envelopes that Alexa would, performs what comes back.

It is a test instrument, so it is strict: what a real device would reject is an error here.

    nlu/         text -> intent and slots, by the interaction model and its language
    envelope     intent and slots -> the request, as Alexa words it
    session      the handler is called; the session lives and ends as on a device
    strict       the judge: schema (Amazon's own classes), markup (SSML), audio (APLA), and the house's bounds
    performance  the response -> what is heard, each cue at its second
    script, terminal, listing   the desk's `say`, `talk` and `hear`
"""
