"""The errors that a client of the service can cause or meet.

ServiceError
├── InvalidInput
│   └── NotJSON
├── LimitExceeded
├── NotFound
├── Conflict
├── IdempotencyKeyReused
└── Unavailable
    └── Overloaded

ServiceFault

An error's docstring is its title; `detail` says what happened and what to do next. How each becomes an HTTP
response is in api/problems.py.
"""

from __future__ import annotations


class ServiceError(Exception):
    """The request failed."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def title(self) -> str:
        """The kind of error in a few words, the same for every occurrence."""
        return (type(self).__doc__ or "").rstrip(".")


class InvalidInput(ServiceError):
    """The request is not valid."""


class NotJSON(InvalidInput):
    """The body is not JSON."""


class LimitExceeded(ServiceError):
    """The request exceeds a limit."""


class NotFound(ServiceError):
    """The resource does not exist."""

    def __init__(self, detail: str, digits: int | None = None) -> None:
        super().__init__(detail)
        #: Of a number without a stored result: how many decimal digits it has.
        self.digits = digits


class Conflict(ServiceError):
    """The status of the task does not allow this operation."""


class IdempotencyKeyReused(ServiceError):
    """The Idempotency-Key was used with another body."""


class Unavailable(ServiceError):
    """A part of the service does not respond."""


class Overloaded(Unavailable):
    """The service has too much to do."""

    def __init__(self, detail: str, retry_after: int = 60) -> None:
        super().__init__(detail)
        #: After how many seconds the client may send the request again.
        self.retry_after = retry_after


class ServiceFault(RuntimeError):
    """A fault of this service, not of a request or a message: AWS refuses a call, or a setting is missing."""
