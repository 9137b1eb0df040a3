"""The error of a step of packaging, deploying or starting the service."""


class InfraError(Exception):
    """The step failed; the message is one line that says what to do next."""
