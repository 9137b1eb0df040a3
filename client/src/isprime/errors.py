"""The errors that this package raises.

IsPrimeError
├── InvalidSetting        the address or the key cannot be used (ValueError)
├── InvalidNumber         the service refuses a number (ValueError): 400, 413
├── Forbidden             401, 403
├── NotFound              404
├── Conflict              409, 422
├── Unavailable           no usable response in time: no connection, 429, 5xx
├── UnexpectedResponse    the response is not one of this service
├── TaskFailed            the task ended as FAILURE
├── TaskCancelled         the task ended as REVOKED
├── WaitTimeout           the task is not finished after the timeout (TimeoutError)
└── InvalidCertificate    the text is not a certificate that can be checked (ValueError)

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
        index: The index of the number in the list or iterable that was sent, from 0; None for a single number, and
            if the service does not name it.
    """

    def __init__(self, detail: str, index: int | None = None) -> None:
        super().__init__(detail)
        self.index = index


class Forbidden(IsPrimeError):
    """The service wants another API key, or refuses this host."""


class NotFound(IsPrimeError):
    """There is no such task, or it has expired."""


class Conflict(IsPrimeError):
    """The task's status does not allow the operation, or the Idempotency-Key belongs to another request."""


class Unavailable(IsPrimeError):
    """The service did not give a usable response in time."""


class UnexpectedResponse(IsPrimeError):
    """The response at this address is not one of this service."""


class _OfTask(IsPrimeError):
    """An error about a task.

    Attributes:
        task: The task as it was last read. After a timeout its result may already have the verdict `probable_prime`.
    """

    def __init__(self, detail: str, task: Task) -> None:
        super().__init__(detail)
        self.task = task


class TaskFailed(_OfTask):
    """The task ended as FAILURE."""


class TaskCancelled(_OfTask):
    """The task was cancelled."""


class WaitTimeout(_OfTask, TimeoutError):
    """The task is not finished after the timeout, and continues to run."""


class InvalidCertificate(IsPrimeError, ValueError):
    """The text is not a certificate that can be checked."""
