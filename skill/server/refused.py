"""The exception for a request that is not shown to come from Alexa."""


class Refused(Exception):
    """A request is not shown to come from Alexa. The message names the failed check and quotes nothing of the request."""
