"""Every error that this package raises, one tree.

IsPrimeError
├── InvalidSetting        the address or the key cannot be used (ValueError)
├── InvalidNumber         the service refuses a number (ValueError): 400, 413
├── Forbidden             401, 403
├── NotFound              404
├── Conflict              409, 422
├── Unavailable           no usable response in time: no connection, 429, 5xx
├── UnexpectedResponse    what responds is not this service
├── TaskFailed            the task ended as FAILURE
├── TaskCancelled         the task ended as REVOKED
├── WaitTimeout           the task is not finished in the time given (TimeoutError)
├── InvalidCertificate    the text is not a certificate that can be checked (ValueError)
└── VerifierMissing       cypari is not installed

An error's text is one line that says what happened and what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isprime.models import Task


class IsPrimeError(Exception):
    """Any error of this package."""


class InvalidSetting(IsPrimeError, ValueError):
    """The service's address or the key cannot be used."""


class InvalidNumber(IsPrimeError, ValueError):
    """The service refuses a number.

    Attributes:
        index: Where the number stands in the list or iterable that was sent, from 0; None for a single number
            and where the service does not say.
    """

    def __init__(self, detail: str, index: int | None = None) -> None:
        super().__init__(detail)
        self.index = index


class Forbidden(IsPrimeError):
    """The service wants another API key, or refuses this host."""


class NotFound(IsPrimeError):
    """There is no such task, or it has expired."""


class Conflict(IsPrimeError):
    """The task's status does not allow that, or the Idempotency-Key stands for something else."""


class Unavailable(IsPrimeError):
    """The service did not give a usable response in time."""


class UnexpectedResponse(IsPrimeError):
    """What responds at this address is not this service."""


class TaskFailed(IsPrimeError):
    """The task ended as FAILURE."""

    def __init__(self, detail: str, task: Task) -> None:
        super().__init__(detail)
        self.task = task


class TaskCancelled(IsPrimeError):
    """The task was cancelled."""

    def __init__(self, detail: str, task: Task) -> None:
        super().__init__(detail)
        self.task = task


class WaitTimeout(IsPrimeError, TimeoutError):
    """The task is not finished in the time given; it goes on.

    Attributes:
        task: The task as it was read last. `task.result` may carry the verdict `probable_prime` already.
    """

    def __init__(self, detail: str, task: Task) -> None:
        super().__init__(detail)
        self.task = task


class InvalidCertificate(IsPrimeError, ValueError):
    """The text is not a certificate that can be checked."""


class VerifierMissing(IsPrimeError):
    """The package that checks certificates is not installed."""
