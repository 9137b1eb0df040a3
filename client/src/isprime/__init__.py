"""Ask the service "Is it prime?" from Python.

    from isprime import Client

    with Client() as client:
        result = client.check("2^127-1")
        print(result.verdict, result.method)

`Client` is synchronous, `AsyncClient` has the same methods for asyncio. The service's address and key come from
ISPRIME_URL and ISPRIME_KEY unless they are given. Every error derives from `IsPrimeError`.
"""

from isprime.async_client import AsyncClient
from isprime.certificates import verify
from isprime.client import Client
from isprime.errors import (
    Conflict,
    Forbidden,
    InvalidCertificate,
    InvalidNumber,
    InvalidSetting,
    IsPrimeError,
    NotFound,
    TaskCancelled,
    TaskFailed,
    Unavailable,
    UnexpectedResponse,
    WaitTimeout,
)
from isprime.models import Progress, Queue, Task
from isprime.results import Factor, ListResult, Part, Result, Verdict
from isprime.summaries import TaskSummary
from isprime.version import __version__
from primes_core.verifier import Verification

__all__ = [
    "AsyncClient",
    "Client",
    "Conflict",
    "Factor",
    "Forbidden",
    "InvalidCertificate",
    "InvalidNumber",
    "InvalidSetting",
    "IsPrimeError",
    "ListResult",
    "NotFound",
    "Part",
    "Progress",
    "Queue",
    "Result",
    "Task",
    "TaskCancelled",
    "TaskFailed",
    "TaskSummary",
    "Unavailable",
    "UnexpectedResponse",
    "Verdict",
    "Verification",
    "WaitTimeout",
    "__version__",
    "verify",
]
