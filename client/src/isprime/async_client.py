"""The client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, SupportsIndex, TypeVar

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


def _method(
    operation: Callable[Concatenate[Session, P], Steps[T]],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    """Return the method that carries out an operation."""

    @wraps(operation)
    async def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        run = Run(operation(self._session, *args, **kwargs))
        while (step := run.advance()) is not None:
            assert isinstance(step, (Send, Sleep))
            run.outcome = await self._carry_out(step)
        return run.result

    return method


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

    async def __aexit__(self, *_: object) -> None:
        """Close the client."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

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

    async def check_many(
        self,
        numbers: Iterable[SupportsIndex | str],
        *,
        on_progress: Callable[[int], None] | None = None,
        factors: bool = False,
    ) -> AsyncIterator[Result]:
        """Return an asynchronous iterator of the numbers' results, in the same order: see `Client.check_many`."""
        run = Run(lists.check_many(self._session, numbers, on_progress, factors=factors))
        while (step := run.advance()) is not None:
            if isinstance(step, Emit):
                for result in step.results:
                    yield result
            else:
                run.outcome = await self._carry_out(step)

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
