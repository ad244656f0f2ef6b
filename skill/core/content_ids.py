"""What the code calls by its name in the content; all else it knows from the content alone. `check` looks whether it is there.

Nobody can remove or rename these without the code; a test holds this list to what the code says.
"""

SCORES = ("calf", "rest", "bedtime", "walk", "jiggle")
RUNGS = ("check", "jiggle", "walk")
QUESTIONS = (
    *("where", "front_or_back", "gone", "check", "check_again", "check_both", "check_when_worse", "danger_when_worse"),
    *("steady", "steady_here", "steady_to_walk", "heard", "which_part", "here_now"),
    *("cramping_now", "repeat_care", "go_on", "go_on_after_answer", "next_part", "stop_there"),
    *("anything_else", "what_to_know", "offer_reminder", "reminder_time", "set_reminder", "cancel_reminder", "forget"),
)

#: by the file of words, and then by its keys
_LINES = {
    "alone": ("say",),
    "bedtime": ("claim", "enough", "next", "none", "sleep_well"),
    "card": ("title", "text"),
    "care": ("alarm", "if_yes_emergency", "if_yes_urgent", "open_again", "other_place", "worse"),
    "cues": ("both_in_turn", "both_together", "rub_on", "still_tight", "stroke", "stroke_on"),
    "coaching": ("hurts_to_pull",),
    "heard": ("again",),
    "ladder": ("fastest", "longest", "shortest", "sit_up", "slowest"),
    "limits": ("cannot_stand.heard",),
    "numbers": ("both", "minutes", "one_minute", "one_second", "seconds", *map(str, range(60))),
    "reminders": (
        *("denied", "lost", "not_answered", "not_now", "phrase", "phrase_prompt", "spoken"),
        *(f"{task}.{result}" for task in ("remind", "cancel", "forget") for result in ("done", "failed")),
    ),
    "screen": ("next", "no", "other_leg", "pause", "resume", "stop", "yes"),
    "talk": (
        *("aftercare", "breathe", "come_back", "eased_early", "fast", "goodbye", "help", "keep_holding", "keep_on"),
        *("keep_holding_or_wrong", "say_something_wrong"),
        *(
            "keep_resting",
            "last_hold",
            "long",
            "no_answer",
            "no_more",
            "no_source",
            "not_for_that",
            "noted",
            "notice",
            "paused",
        ),
        *("short", "slow", "source", "sources_joined", "time_left_hold", "time_left_none", "time_left_rest"),
        *("time_left_soon", "voice_kept"),
    ),
    "times": ("under_ten", *(f"{kind}.{hour}" for kind in ("whole", "past") for hour in range(24))),
}
LINES = tuple(f"{file}.{key}" for file, keys in _LINES.items() for key in keys)
