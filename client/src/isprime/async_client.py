"""The client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, SupportsIndex, TypeVar

import httpx

from isprime import lists, operations, settings
from isprime.bodies import Body
from isprime.exchange import Session
from isprime.models import CertificateFormat, Find, Queue, Task
from isprime.numbers import expand
from isprime.results import Result
from isprime.steps import Emit, Pull, Run, Send, Sleep, Steps
from isprime.summaries import TaskSummary

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")
Numbers = Iterable[SupportsIndex | str] | AsyncIterable[SupportsIndex | str]


class AsyncClient:
    """The client for asyncio. It has the arguments, the methods and the exceptions of `Client`."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        on_retry: Callable[[str, float], None] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        address = settings.service_url(url)
        headers = settings.headers(settings.service_key(key))
        self.url = settings.without_password(address)
        self._session = Session(self.url, on_retry, None if transport else settings.proxy_of(address))
        with settings.reported():
            self._http = httpx.AsyncClient(base_url=address, headers=headers, transport=transport)

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the client."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def check(
        self,
        number: SupportsIndex | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Task], None] | None = None,
        factors: bool = False,
    ) -> Result:
        """Return the result of a number, once the service has finished it: see `Client.check`."""
        return await self._run(operations.check(self._session, number, timeout, on_progress, factors=factors))

    async def check_many(
        self, numbers: Numbers, *, on_progress: Callable[[int], None] | None = None, factors: bool = False
    ) -> AsyncIterator[Result]:
        """Return an asynchronous iterator of the numbers' results, in the same order: see `Client.check_many`."""
        batches = _batches(numbers, factors=factors)
        run = Run(lists.check_many(self._session, on_progress))
        while (step := run.advance()) is not None:
            if isinstance(step, Emit):
                for result in step.results:
                    yield result
            elif isinstance(step, Pull):
                run.outcome = await anext(batches, None)
            else:
                run.outcome = await self._carry_out(step)

    async def factor(
        self,
        number: SupportsIndex | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Task], None] | None = None,
    ) -> Result:
        """Return the result of a number with its prime factors: `check` with `factors=True`."""
        return await self.check(number, timeout=timeout, on_progress=on_progress, factors=True)

    async def next_prime(
        self,
        number: SupportsIndex | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Task], None] | None = None,
    ) -> Result:
        """Return the result of the least prime above a number: see `Client.next_prime`."""
        return await self._run(operations.find(self._session, number, "next", timeout, on_progress))

    async def previous_prime(
        self,
        number: SupportsIndex | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Task], None] | None = None,
    ) -> Result:
        """Return the result of the greatest prime below a number above 2; otherwise as `next_prime`."""
        return await self._run(operations.find(self._session, number, "previous", timeout, on_progress))

    async def submit(
        self,
        number: SupportsIndex | str,
        *,
        factors: bool = False,
        find: Find | None = None,
        known_factors: Sequence[SupportsIndex | str] = (),
    ) -> str:
        """Queue a number as a new task, and return the task's id: see `Client.submit`."""
        steps = operations.submit(self._session, number, factors=factors, find=find, known_factors=known_factors)
        return await self._run(steps)

    async def task(self, task_id: str) -> Task:
        """Return a task as it is now."""
        return await self._run(operations.read(self._session, task_id))

    async def wait(
        self, task_id: str, *, timeout: float | None = None, on_progress: Callable[[Task], None] | None = None
    ) -> Task:
        """Return a task when it is final; raises WaitTimeout after `timeout` seconds."""
        return await self._run(operations.wait(self._session, task_id, timeout, on_progress))

    async def cancel(self, task_id: str) -> Task:
        """Cancel a task and return it; raises Conflict if it is finished."""
        return await self._run(operations.cancel(self._session, task_id))

    async def retry(self, task_id: str) -> None:
        """Queue a failed task again; raises Conflict if it has not failed."""
        return await self._run(operations.retry(self._session, task_id))

    async def certificate(self, task_id: str, *, form: CertificateFormat = "isprime", factor: int | None = None) -> str:
        """Return the certificate of a proven prime, or of a factor: see `Client.certificate`."""
        return await self._run(operations.certificate(self._session, task_id, form, factor))

    async def queue(self) -> Queue:
        """Return what the service's queues hold."""
        return await self._run(operations.queue(self._session))

    async def tasks(
        self,
        *,
        status: str | None = None,
        queue: str | None = None,
        since: str | None = None,
        search: str | None = None,
        limit: int = 50,
    ) -> list[TaskSummary]:
        """Return tasks that take long and tasks that failed, the newest first: see `Client.tasks`."""
        wanted = {"status": status, "queue": queue, "since": since, "q": search}
        return await self._run(operations.tasks(self._session, limit, wanted))

    async def _run(self, steps: Steps[T]) -> T:
        run = Run(steps)
        while (step := run.advance()) is not None:
            assert isinstance(step, (Send, Sleep))
            run.outcome = await self._carry_out(step)
        return run.result

    async def _carry_out(self, step: Send | Sleep) -> httpx.Response | httpx.RequestError | None:
        if isinstance(step, Sleep):
            await asyncio.sleep(step.seconds)
            return None
        try:
            async with self._http.stream(**step.arguments) as response:
                body = Body(response)
                async for chunk in response.aiter_bytes():
                    body.add(chunk)
            return body.response()
        except httpx.RequestError as error:
            return error


async def _batches(numbers: Numbers, *, factors: bool) -> AsyncIterator[lists.Batch]:
    """Yield the numbers in batches, as `lists.batches` does."""
    if not isinstance(numbers, AsyncIterable):
        for batch in lists.batches(numbers, factors=factors):
            yield batch
        return
    batcher = lists.Batcher(factors)
    async for number in numbers:
        for each in expand(number):
            if full := batcher.add(each):
                yield full
    if rest := batcher.rest():
        yield rest
