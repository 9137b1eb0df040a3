"""The steps of operations, so that the synchronous and the async client share one implementation of each operation.

An operation is a generator without input or output of its own. It yields a step; the client carries the step out and
sends the outcome back.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx

from isprime.results import Result

T = TypeVar("T")

#: Seconds for a request that does not ask the service to wait.
REQUEST_SECONDS = 30.0
CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request; the outcome is its httpx.Response, or the httpx.RequestError is raised in the operation."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    timeout_seconds: float = REQUEST_SECONDS

    @property
    def is_safe_to_repeat(self) -> bool:
        """Whether the request is idempotent: twice has the same effect as once (RFC 9110, section 9.2.2)."""
        return self.method in {"GET", "DELETE"} or "Idempotency-Key" in self.headers

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of httpx's `request`."""
        return {
            "method": self.method,
            "url": self.path,
            "params": self.params,
            "headers": self.headers,
            "content": self.content,
            "timeout": httpx.Timeout(self.timeout_seconds, connect=CONNECT_SECONDS),
        }


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait; there is no outcome."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Emit:
    """Pass results to the caller; there is no outcome."""

    results: list[Result]


Step = Send | Sleep | Emit
#: An operation that returns a T.
Steps = Generator[Step, Any, T]


class Run(Generic[T]):
    """A running operation.

    Attributes:
        outcome: Set by the client before `advance`: the outcome of the last step.
        result: The value that the operation returned.
    """

    def __init__(self, steps: Steps[T]) -> None:
        self._steps = steps
        self.outcome: object = None
        self.result: T

    def advance(self) -> Step | None:
        """Send the outcome of the last step to the operation, and return its next step, or None at its end."""
        outcome, self.outcome = self.outcome, None
        try:
            return self._steps.throw(outcome) if isinstance(outcome, httpx.RequestError) else self._steps.send(outcome)
        except StopIteration as end:
            self.result = end.value
            return None
