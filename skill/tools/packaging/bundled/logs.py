"""Logging that is imported once there is something to log, in the place of the standard library's: that takes 5 ms of a cold start.

(Under Lambda's own runtime client, which imports it too, this saves nothing.)
"""

import sys
from typing import Any

INFO, WARNING = 20, 30  #: as there


class _Logger:
    """Stands for a logger until it is asked to log, or to be told how."""

    def __init__(self, name: str) -> None:
        self._name = name

    def isEnabledFor(self, level: int) -> bool:
        """What nobody has imported, nobody has set: then it is WARNING that is logged, and what is graver."""
        return bool(self.__getattr__("isEnabledFor")(level)) if "logging" in sys.modules else level >= WARNING

    def __getattr__(self, name: str) -> Any:
        import logging

        return getattr(logging.getLogger(self._name), name)


def getLogger(name: str) -> _Logger:
    return _Logger(name)


def __getattr__(name: str) -> Any:
    import logging

    return getattr(logging, name)
