"""Cramps that are not in the leg."""

from skill.dialogue import warning_signs
from skill.dialogue.session import SetStart
from skill.dialogue.turn import Answer, Turn, lines


def ask(turn: Turn, site: str) -> Answer:
    """Not a place to stretch: its line, and the one question that matters there."""
    place = turn.library.elsewhere[site]
    if place.sign:
        return warning_signs.fire(turn, place.sign)
    assert place.ask is not None
    return turn.ask(place.ask, lines(f"elsewhere.{site}"), SetStart(turn.current_set))
