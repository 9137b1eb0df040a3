"""Which requests are sent again, when, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import httpx
import pytest

from conftest import Clock
from fake import FakeService, problem
from isprime import Client, Unavailable
from isprime.exchange import (
    FIRST_PAUSE_SECONDS,
    MAX_FIRST_CONTACT_SECONDS,
    MAX_OUTAGE_SECONDS,
    MAX_PAUSE_SECONDS,
    backoff_seconds,
    retry_after,
)

LOST = httpx.ReadError("Connection reset by peer")
REFUSED = httpx.ConnectError("Connection refused")


def failed_task(client: Client, service: FakeService) -> str:
    task_id = client.submit(7)
    service.tasks[task_id].status = "FAILURE"
    service.requests.clear()
    return task_id


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_sent_again_after_a_temporary_status(client: Client, service: FakeService, status: int) -> None:
    task_id = client.submit(7)
    service.failures.append(problem(status, "Try again."))
    assert client.task(task_id).task_id == task_id


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 418])
def test_no_request_is_sent_again_after_any_other_status(client: Client, service: FakeService, status: int) -> None:
    service.failures.append(problem(status, "No."))
    with pytest.raises(Exception, match=r"No\.|does not respond as"):
        client.queue()
    assert len(service.requests) == 1


def test_a_submit_whose_response_is_lost_is_sent_again_and_makes_one_task(client: Client, service: FakeService) -> None:
    service.lost.append(LOST)
    client.check(7)
    keys = [request.headers["Idempotency-Key"] for request in service.calls("POST")]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert len(service.tasks) == 1


def test_two_checks_of_a_number_are_two_tasks(client: Client, service: FakeService) -> None:
    client.check(7)
    client.check(7)
    assert len(service.tasks) == 2


@pytest.mark.parametrize("failure", [LOST, problem(503, "Later.", Retry_After="1")], ids=["lost", "503"])
def test_a_retry_that_may_be_carried_out_is_not_sent_again(
    client: Client, service: FakeService, failure: Exception | httpx.Response
) -> None:
    task_id = failed_task(client, service)
    service.failures.append(failure)
    with pytest.raises(Unavailable, match="not known whether the request was carried out"):
        client.retry(task_id)
    assert len(service.requests) == 1


@pytest.mark.parametrize("failure", [REFUSED, problem(429, "Slow down.")], ids=["not sent", "429"])
def test_a_retry_that_was_not_carried_out_is_sent_again(
    client: Client, service: FakeService, failure: Exception | httpx.Response
) -> None:
    task_id = failed_task(client, service)
    service.failures.append(failure)
    client.retry(task_id)
    assert len(service.requests) == 2


def test_a_cancel_whose_response_is_lost_ends_with_the_task_cancelled(client: Client, service: FakeService) -> None:
    service.unfinished_reads = 99
    task_id = client.submit(7)
    service.lost.append(LOST)
    assert client.cancel(task_id).status == "REVOKED"


def test_the_pauses_grow_to_a_limit_and_vary() -> None:
    for attempt in range(12):
        full = min(FIRST_PAUSE_SECONDS * 2**attempt, MAX_PAUSE_SECONDS)
        assert all(full / 2 <= backoff_seconds(attempt) <= full for _ in range(20))
    assert len({backoff_seconds(3) for _ in range(20)}) > 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *[("5", 5.0), ("0", 0.0), ("Fri, 27 Nov 2020 20:00:00 -0000", 0.0)],
        *[(value, None) for value in ("", "soon", "-1", "²", "1e9", "Fri, 27 Nov 99999 20:00:00 GMT")],
    ],
)
def test_retry_after_is_read_in_seconds(value: str, seconds: float | None) -> None:
    assert retry_after(httpx.Response(503, headers={b"Retry-After": value.encode("latin-1")})) == seconds


def test_retry_after_is_read_as_a_date() -> None:
    later = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=30), usegmt=True)
    seconds = retry_after(httpx.Response(503, headers={"Retry-After": later}))
    assert seconds is not None
    assert 25 < seconds <= 30


def test_for_an_address_that_never_responded_the_client_gives_up_soon(
    client: Client, service: FakeService, clock: Clock
) -> None:
    service.failures.extend([REFUSED] * 100)
    with pytest.raises(Unavailable, match=r"No service responds at http://service.test: Connection refused\. Start it"):
        client.queue()
    assert sum(clock.sleeps) <= MAX_FIRST_CONTACT_SECONDS


def test_the_client_waits_for_the_restart_of_a_service_that_responded_before(
    client: Client, service: FakeService, clock: Clock
) -> None:
    client.queue()
    service.failures.extend([REFUSED] * 8)
    client.queue()
    assert MAX_FIRST_CONTACT_SECONDS < sum(clock.sleeps) < MAX_OUTAGE_SECONDS


def test_in_an_outage_that_does_not_end_the_client_gives_up(client: Client, service: FakeService, clock: Clock) -> None:
    client.queue()
    service.failures.extend([problem(503, "The table does not respond.")] * 1000)
    with pytest.raises(Unavailable, match=r"did not respond for 60 s: 503: The table does not respond\.$"):
        client.queue()
    assert sum(clock.sleeps) <= MAX_OUTAGE_SECONDS


def test_a_retry_after_longer_than_the_limit_is_an_error_at_once(
    client: Client, service: FakeService, clock: Clock
) -> None:
    service.failures.append(problem(429, "The quota is used up.", Retry_After="3600"))
    with pytest.raises(Unavailable, match=r"asks to try again in 3,600 s: 429: The quota is used up\."):
        client.queue()
    assert clock.sleeps == []


def test_the_callback_is_called_before_a_request_is_sent_again(service: FakeService, clock: Clock) -> None:
    retries: list[tuple[str, float]] = []
    service.failures.extend([problem(503, "Later.", Retry_After="4"), problem(503, "Later.", Retry_After="3")])
    transport = httpx.MockTransport(service.handle)
    with Client("http://service.test", transport=transport, on_retry=lambda *args: retries.append(args)) as client:
        client.queue()
    assert retries == [("503: Later.", 4.0), ("503: Later.", 3.0)]
    assert clock.sleeps == [4.0, 3.0]
