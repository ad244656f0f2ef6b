"""Names the function's handler."""

from skill.alexa.entry import answer as handler

__all__ = ["handler"]
