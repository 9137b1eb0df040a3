"""The synchronous client."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, SupportsIndex, TypeVar

import httpx

from isprime import lists, operations, settings
from isprime.bodies import Body
from isprime.exchange import Session
from isprime.results import Result
from isprime.steps import Emit, Run, Send, Sleep, Steps

if TYPE_CHECKING:
    from typing_extensions import Self

P = ParamSpec("P")
T = TypeVar("T")


def _method(operation: Callable[Concatenate[Session, P], Steps[T]]) -> Callable[Concatenate[Client, P], T]:
    """Return the method that carries out an operation."""

    @wraps(operation)
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        run = Run(operation(self._session, *args, **kwargs))
        while (step := run.advance()) is not None:
            assert isinstance(step, (Send, Sleep))
            run.outcome = self._carry_out(step)
        return run.result

    return method


class Client:
    """A client of the service "Is it prime?".

    Use it as a context manager, or call `close`: it keeps its connections open. A request whose response is lost,
    or whose status is temporary, is sent again if that is safe, for up to a minute.

    Args:
        url: The service's address; ISPRIME_URL, or http://localhost:8000, by default.
        key: The API key; ISPRIME_KEY by default.
        on_retry: Called with the reason and the pause in seconds before a request is sent again.
        transport: An httpx transport in place of the network.

    Raises:
        InvalidSetting: the address or the key cannot be used.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        on_retry: Callable[[str, float], None] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        address = settings.service_url(url)
        headers = settings.headers(settings.service_key(key))
        self.url = settings.without_password(address)
        self._session = Session(self.url, on_retry, None if transport else settings.proxy_of(address))
        with settings.reported():
            self._http = httpx.Client(base_url=address, headers=headers, transport=transport)

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the client."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    check = _method(operations.check)
    factor = _method(operations.factor)
    next_prime = _method(operations.next_prime)
    previous_prime = _method(operations.previous_prime)
    submit = _method(operations.submit)
    task = _method(operations.read)
    wait = _method(operations.wait)
    cancel = _method(operations.cancel)
    retry = _method(operations.retry)
    certificate = _method(operations.certificate)
    queue = _method(operations.queue)
    tasks = _method(operations.tasks)

    def check_many(
        self,
        numbers: Iterable[SupportsIndex | str],
        *,
        on_progress: Callable[[int], None] | None = None,
        factors: bool = False,
    ) -> Iterator[Result]:
        """Return an iterator of the numbers' results, in the same order.

        The numbers are read as they are needed and sent as lists of up to 10,000, four at a time, so that the memory
        is bounded. The same numbers sent again within the service's retention are not computed again.

        Args:
            numbers: As many numbers as you like, each as for `check`, or a range such as `10^12..10^12+1000`, which
                stands for its numbers.
            on_progress: Called with the count of numbers that are done.
            factors: Whether to find the prime factors, too.

        Raises:
            InvalidNumber: the service refuses the number at `index`. The results before it have been yielded.
            TaskFailed, TaskCancelled: a list ended without results.
            Unavailable: the service did not respond.
        """
        run = Run(lists.check_many(self._session, numbers, on_progress, factors=factors))
        while (step := run.advance()) is not None:
            if isinstance(step, Emit):
                yield from step.results
            else:
                run.outcome = self._carry_out(step)

    def _carry_out(self, step: Send | Sleep) -> httpx.Response | httpx.RequestError | None:
        if isinstance(step, Sleep):
            time.sleep(step.seconds)
            return None
        try:
            with self._http.stream(**step.arguments) as response:
                body = Body(response)
                for chunk in response.iter_bytes():
                    body.add(chunk)
            return body.response()
        except httpx.RequestError as error:
            return error
