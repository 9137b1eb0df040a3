"""The client with one number: results, waiting, and the error for each response."""

from __future__ import annotations

import math

import httpx
import pytest

from conftest import Clock
from fake import FakeService, problem
from isprime import (
    Client,
    Conflict,
    Forbidden,
    InvalidNumber,
    InvalidSetting,
    NotFound,
    Result,
    TaskCancelled,
    TaskFailed,
    WaitTimeout,
)


@pytest.mark.parametrize("wrong", [True, 1.5, None])
def test_a_value_that_is_no_number_is_a_type_error_before_a_request_is_sent(
    client: Client, service: FakeService, wrong: object
) -> None:
    with pytest.raises(TypeError):
        client.check(wrong)  # type: ignore[arg-type]
    assert service.requests == []


def test_a_service_that_does_not_wait_is_asked_at_intervals(client: Client, service: FakeService, clock: Clock) -> None:
    service.unfinished_reads = 3
    client.check(7)
    assert clock.sleeps == [1.0, 1.0, 1.0]


def test_a_service_that_waits_is_asked_again_at_once(client: Client, service: FakeService, clock: Clock) -> None:
    def wait(request: httpx.Request) -> None:
        clock.now += int(request.headers.get("Prefer", "wait=0").removeprefix("wait="))

    service.unfinished_reads, service.on_request = 3, wait
    client.check(7)
    assert len(service.requests) == 5
    assert clock.sleeps == []


def test_the_progress_is_reported_until_the_task_is_final(client: Client, service: FakeService) -> None:
    service.unfinished_reads = 2
    statuses: list[str] = []
    client.check(7, on_progress=lambda task: statuses.append(task.status))
    assert statuses == ["STARTED", "STARTED"]


def test_a_timeout_has_the_task_with_the_known_result(client: Client, service: FakeService) -> None:
    service.unfinished_reads = 1000
    task_id = client.submit(97)
    service.tasks[task_id].verdict = "probable_prime"
    with pytest.raises(WaitTimeout, match=f"Task {task_id} is not finished after 2.5 s; it goes on") as caught:
        client.wait(task_id, timeout=2.5)
    assert isinstance(caught.value, TimeoutError)
    assert isinstance(caught.value.task.result, Result)
    assert caught.value.task.result.verdict == "probable_prime"


@pytest.mark.parametrize("timeout", [0, 0.5, 3, 100])
def test_the_service_is_never_asked_to_wait_longer_than_the_timeout(
    client: Client, service: FakeService, timeout: float
) -> None:
    client.check(7, timeout=timeout)
    wait = int(service.requests[-1].headers["Prefer"].removeprefix("wait="))
    assert wait == min(20, math.ceil(timeout))


def test_a_failed_and_a_cancelled_task_are_errors_with_the_reason(client: Client, service: FakeService) -> None:
    def fail(status: str) -> None:
        def end(request: httpx.Request) -> None:
            if request.method == "GET":
                list(service.tasks.values())[-1].status = status

        service.on_request = end
        client.check(7)

    with pytest.raises(TaskFailed, match="failed: it failed"):
        fail("FAILURE")
    with pytest.raises(TaskCancelled, match="was cancelled"):
        fail("REVOKED")


def test_cancel_of_a_finished_task_is_a_conflict(client: Client) -> None:
    task_id = client.check(7).task_id
    with pytest.raises(Conflict, match="The task is finished"):
        client.cancel(task_id)


@pytest.mark.parametrize("wrong", ["queue", "..", "", "7", "a/b"])
def test_a_text_that_cannot_be_a_task_id_is_never_a_path(client: Client, service: FakeService, wrong: str) -> None:
    with pytest.raises(NotFound, match="is not a task id"):
        client.task(wrong)
    assert service.requests == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, InvalidNumber), (413, InvalidNumber), (401, Forbidden), (403, Forbidden), (404, NotFound), (409, Conflict)],
)
def test_a_problem_is_an_error_with_its_detail(
    client: Client, service: FakeService, status: int, error: type[Exception]
) -> None:
    service.failures.append(problem(status, "Send\n something else."))
    with pytest.raises(error, match=r"Send something else\."):
        client.queue()


def test_address_and_key_come_from_the_environment(
    service: FakeService, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    del clock
    monkeypatch.setenv("ISPRIME_URL", "https://host.test/api/")
    monkeypatch.setenv("ISPRIME_KEY", "secret")
    with Client(transport=httpx.MockTransport(service.handle)) as client:
        service.failures.append(problem(400, "No."))
        with pytest.raises(InvalidNumber):
            client.check(7)
    assert str(service.requests[0].url) == "https://host.test/api/"
    assert service.requests[0].headers["x-api-key"] == "secret"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", "http://host/?a=b", "http://host:port"])
def test_an_address_that_cannot_be_used_is_refused_at_once(url: str) -> None:
    with pytest.raises(InvalidSetting, match="set ISPRIME_URL"):
        Client(url)


def test_a_key_that_cannot_be_a_header_is_refused_at_once() -> None:
    with pytest.raises(InvalidSetting, match="set ISPRIME_KEY"):
        Client(key="two\nlines")
