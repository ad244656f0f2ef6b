"""Names the function's handler."""

from skill.alexa.app import answer as handler

__all__ = ["handler"]
