"""Every error that the service answers, one tree.

ServiceError
├── BadRequest             400
├── NotFound               404
├── Conflict               409
├── ContentTooLarge        413
├── UnsupportedMediaType   415
├── IdempotencyKeyReused   422
└── Unavailable            503

The root is of Chalice's ChaliceUnhandledError, the kind that its middleware gets to see. An error's
docstring is its title (RFC 9457, section 3.1.3); its detail says what to send instead.
"""

from __future__ import annotations

from chalice.app import ChaliceUnhandledError


class ServiceError(ChaliceUnhandledError):
    """The service could not answer."""

    status = 500

    def __init__(self, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = headers or {}

    @property
    def title(self) -> str:
        """The error's name for people, the same for every occurrence."""
        return (type(self).__doc__ or "").rstrip(".")


class BadRequest(ServiceError):
    """The request is not what this address takes."""

    status = 400


class NotFound(ServiceError):
    """There is nothing at this address."""

    status = 404


class Conflict(ServiceError):
    """The task's state does not allow that."""

    status = 409


class ContentTooLarge(ServiceError):
    """The request is over a limit."""

    status = 413


class UnsupportedMediaType(ServiceError):
    """The body is not JSON."""

    status = 415


class IdempotencyKeyReused(ServiceError):
    """The Idempotency-Key was used with another body."""

    status = 422


class Unavailable(ServiceError):
    """A part of the service does not answer."""

    status = 503

    def __init__(self, detail: str) -> None:
        super().__init__(detail, {"Retry-After": "1"})
