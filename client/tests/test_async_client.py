"""The async client does what the synchronous one does."""

from __future__ import annotations

import asyncio
import inspect

import httpx
import pytest

from conftest import Clock
from fake import FakeService, problem
from isprime import AsyncClient, Client, Task


@pytest.fixture
def client(service: FakeService, clock: Clock) -> AsyncClient:
    del clock
    return AsyncClient("http://service.test", transport=httpx.MockTransport(service.handle))


def test_a_request_is_sent_again_after_a_pause(client: AsyncClient, service: FakeService, clock: Clock) -> None:
    service.failures.extend([problem(503, "Later.", Retry_After="2"), httpx.ReadError("reset")])

    async def steps() -> None:
        async with client:
            await client.queue()

    asyncio.run(steps())
    assert clock.sleeps[0] == 2.0
    assert len(service.requests) == 3


def test_a_task_is_shown_cancelled_and_queued_again(client: AsyncClient, service: FakeService) -> None:
    service.unfinished_reads = 9

    async def steps() -> list[Task]:
        async with client:
            task_id = await client.submit(97)
            service.tasks[task_id].certificate = "[[97]]"
            assert await client.certificate(task_id) == "[[97]]"
            tasks = [await client.task(task_id), await client.cancel(task_id)]
            service.tasks[task_id].status = "FAILURE"
            await client.retry(task_id)
            return [*tasks, await client.wait(task_id)]

    assert [task.status for task in asyncio.run(steps())] == ["STARTED", "REVOKED", "SUCCESS"]


def test_both_clients_have_the_same_methods_with_the_same_arguments() -> None:
    def methods(client: type) -> dict[str, list[str]]:
        members = inspect.getmembers(client, inspect.isfunction)
        return {
            name.removeprefix("a") if name == "aclose" else name: list(inspect.signature(member).parameters)
            for name, member in members
            if not name.startswith("_")
        }

    assert methods(Client) == methods(AsyncClient)
