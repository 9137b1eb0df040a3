"""The synchronous client."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, SupportsIndex, TypeVar

import httpx

from isprime import lists, operations, settings
from isprime.bodies import Body
from isprime.exchange import Session
from isprime.models import CertificateFormat, Find, Queue, Task
from isprime.results import Result
from isprime.steps import Emit, Pull, Run, Send, Sleep, Steps
from isprime.summaries import TaskSummary

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")


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

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the client."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def check(
        self,
        number: SupportsIndex | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Task], None] | None = None,
        factors: bool = False,
    ) -> Result:
        """Return the result of a number, once the service has finished it.

        Args:
            number: An integer of any size, or a string: decimal, hexadecimal or an expression such as `2^127-1`.
            timeout: Seconds to wait for the result.
            on_progress: Called with the task at each read until it is finished.
            factors: Whether to find the prime factors, too.

        Raises:
            InvalidNumber: the service refuses the number.
            WaitTimeout: there is no final result after `timeout` seconds; the task goes on.
            TaskFailed, TaskCancelled: the task ended without a result.
            Unavailable: the service did not respond.
        """
        return self._run(operations.check(self._session, number, timeout, on_progress, factors=factors))

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
        batches = lists.batches(numbers, factors=factors)
        run = Run(lists.check_many(self._session, on_progress))
        while (step := run.advance()) is not None:
            if isinstance(step, Emit):
                yield from step.results
            elif isinstance(step, Pull):
                run.outcome = next(batches, None)
            else:
                run.outcome = self._carry_out(step)

    def factor(
        self,
        number: SupportsIndex | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Task], None] | None = None,
    ) -> Result:
        """Return the result of a number with its prime factors: `check` with `factors=True`."""
        return self.check(number, timeout=timeout, on_progress=on_progress, factors=True)

    def next_prime(
        self,
        number: SupportsIndex | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Task], None] | None = None,
    ) -> Result:
        """Return the result of the least prime above a number of up to 10,000 digits.

        The arguments and the exceptions are those of `check`. `of` is the number, `distance` how far the prime is.
        """
        return self._run(operations.find(self._session, number, "next", timeout, on_progress))

    def previous_prime(
        self,
        number: SupportsIndex | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Task], None] | None = None,
    ) -> Result:
        """Return the result of the greatest prime below a number above 2; otherwise as `next_prime`."""
        return self._run(operations.find(self._session, number, "previous", timeout, on_progress))

    def submit(
        self,
        number: SupportsIndex | str,
        *,
        factors: bool = False,
        find: Find | None = None,
        known_factors: Sequence[SupportsIndex | str] = (),
    ) -> str:
        """Queue a number as a new task, with its prime factors or as a search, and return the task's id.

        The search for the other factors starts from `known_factors`. Those of N - 1 or N + 1 help to prove a prime N.
        """
        steps = operations.submit(self._session, number, factors=factors, find=find, known_factors=known_factors)
        return self._run(steps)

    def task(self, task_id: str) -> Task:
        """Return a task as it is now."""
        return self._run(operations.read(self._session, task_id))

    def wait(
        self, task_id: str, *, timeout: float | None = None, on_progress: Callable[[Task], None] | None = None
    ) -> Task:
        """Return a task when it is final; raises WaitTimeout after `timeout` seconds."""
        return self._run(operations.wait(self._session, task_id, timeout, on_progress))

    def cancel(self, task_id: str) -> Task:
        """Cancel a task and return it; raises Conflict if it is finished."""
        return self._run(operations.cancel(self._session, task_id))

    def retry(self, task_id: str) -> None:
        """Queue a failed task again; raises Conflict if it has not failed."""
        return self._run(operations.retry(self._session, task_id))

    def certificate(self, task_id: str, *, form: CertificateFormat = "isprime", factor: int | None = None) -> str:
        """Return the certificate of a proven prime, or of the factor with this place in `factors`, from 1.

        Raises NotFound where there is none.
        """
        return self._run(operations.certificate(self._session, task_id, form, factor))

    def queue(self) -> Queue:
        """Return what the service's queues hold."""
        return self._run(operations.queue(self._session))

    def tasks(
        self,
        *,
        status: str | None = None,
        queue: str | None = None,
        since: str | None = None,
        search: str | None = None,
        limit: int = 50,
    ) -> list[TaskSummary]:
        """Return tasks that take long and tasks that failed, the newest first.

        Args:
            status: Only these, such as FAILURE.
            queue: Only those in this queue, by its name in `queue()`.
            since: Only those of the last time, such as 15m, 24h or 7d.
            search: Only those with this number, in any notation, or this id or its beginning.
            limit: The most tasks.
        """
        wanted = {"status": status, "queue": queue, "since": since, "q": search}
        return self._run(operations.tasks(self._session, limit, wanted))

    def _run(self, steps: Steps[T]) -> T:
        run = Run(steps)
        while (step := run.advance()) is not None:
            assert isinstance(step, (Send, Sleep))
            run.outcome = self._carry_out(step)
        return run.result

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
