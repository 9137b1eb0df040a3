"""Any number of numbers: results in order, in bounded memory, and without computing a number twice."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock
from fake import FakeService, problem, result
from isprime import Client, InvalidNumber, TaskCancelled, TaskFailed, UnexpectedResponse, lists


@pytest.fixture
def small_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a list have at most 10 numbers, so that a test needs few."""
    monkeypatch.setattr(lists, "LIST_NUMBERS", 10)


def keys(service: FakeService) -> list[str]:
    return [request.headers["Idempotency-Key"] for request in service.calls("POST", "/")]


def test_nothing_is_sent_for_no_numbers(client: Client, service: FakeService) -> None:
    assert list(client.check_many([])) == []
    assert service.requests == []


def test_a_list_is_read_page_by_page(client: Client, service: FakeService) -> None:
    service.page_rows = 7
    assert [found.number for found in client.check_many(range(30))] == list(range(30))
    assert len(service.calls("GET", "/results")) == 5


@given(sizes=st.lists(st.integers(1, 60), max_size=80), numbers=st.integers(1, 9), size=st.integers(10, 99))
def test_batches_hold_every_number_once_within_both_limits(sizes: list[int], numbers: int, size: int) -> None:
    items = [10**digits - 1 for digits in sizes]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "LIST_NUMBERS", numbers)
        patch.setattr(lists, "LIST_BYTES", size)
        batches = list(lists.batches(items))
    assert [int(item) for batch in batches for item in batch.items] == items
    assert all(len(batch.items) <= numbers for batch in batches)
    assert all(len(batch.items) == 1 or sum(map(len, batch.items)) <= size for batch in batches)


@pytest.mark.usefixtures("small_lists")
def test_numbers_are_read_only_as_far_as_lists_are_in_flight(client: Client) -> None:
    read = 0

    def endless() -> Iterator[int]:
        nonlocal read
        while True:
            read += 1
            yield read

    results = client.check_many(endless())
    for number in range(1, 101):
        assert next(results).number == number
        # The lists in flight, the one whose results are yielded, and the first number of the next one.
        assert read - number <= 10 * (lists.MAX_LISTS_IN_FLIGHT + 1)


@pytest.mark.usefixtures("small_lists")
def test_the_same_numbers_sent_again_are_the_same_lists(client: Client, service: FakeService) -> None:
    first = list(client.check_many(range(35)))
    sent = keys(service)
    again = list(client.check_many(str(number) if number % 10 == 99 else number for number in range(35)))
    assert keys(service) == sent * 2
    assert again == first
    assert len(service.tasks) == 4


@pytest.mark.usefixtures("small_lists")
def test_a_refused_number_is_an_error_after_the_results_before_it(client: Client) -> None:
    results = client.check_many([*range(25), "x", 5, "y"])
    assert [next(results).number for _ in range(25)] == list(range(25))
    with pytest.raises(InvalidNumber, match=r"^'x' is not an integer: write digits\.$") as caught:
        next(results)
    assert caught.value.index == 25


@pytest.mark.usefixtures("small_lists")
def test_nothing_more_is_read_after_a_refused_number(client: Client) -> None:
    def numbers() -> Iterator[int | str]:
        yield from ["x", *range(10)]
        raise AssertionError("read too far")

    with pytest.raises(InvalidNumber):
        list(client.check_many(numbers()))


def test_a_list_that_is_too_long_for_the_service_is_sent_in_parts(client: Client, service: FakeService) -> None:
    service.max_list = 6
    assert [found.number for found in client.check_many(range(40))] == list(range(40))
    assert all(len(task.numbers) <= 6 for task in service.lists)


def test_a_list_refused_for_a_number_that_alone_is_accepted_is_sent_in_parts(
    client: Client, service: FakeService
) -> None:
    def at_most_three(request: httpx.Request) -> httpx.Response | None:
        return problem(400, "numbers[3]: the expressions take too long.") if request.content.count(b",") > 2 else None

    service.on_request = at_most_three
    assert [found.number for found in client.check_many(range(11))] == list(range(11))
    assert [len(task.numbers) for task in service.lists] == [3, 3, 3, 2]


@pytest.mark.parametrize(("status", "after"), [("REVOKED", ["REVOKED", "SUCCESS"]), ("FAILURE", ["SUCCESS"])])
def test_a_list_that_was_cancelled_or_failed_in_an_earlier_run_is_submitted_again(
    client: Client, service: FakeService, status: str, after: list[str]
) -> None:
    list(client.check_many([2, 3]))
    service.lists[0].status = status
    assert len(list(client.check_many([2, 3]))) == 2
    assert [task.status for task in service.lists] == after


@pytest.mark.parametrize(("status", "error"), [("FAILURE", TaskFailed), ("REVOKED", TaskCancelled)])
def test_a_list_that_ends_without_results_while_it_is_waited_for_is_an_error(
    client: Client, service: FakeService, status: str, error: type[Exception]
) -> None:
    def end(request: httpx.Request) -> None:
        if "Prefer" in request.headers:
            service.lists[0].status = status

    service.on_request = end
    service.unfinished_reads = 5
    with pytest.raises(error):
        list(client.check_many([2, 3]))


def page(numbers: range, **fields: object) -> httpx.Response:
    return httpx.Response(200, json={"results": [result(number) for number in numbers], "next": None} | fields)


@pytest.mark.parametrize(
    ("first", "pauses"),
    [(page(range(3), complete=False), [1.0]), (page(range(0), next="2.0"), [])],
    ids=["not complete", "empty with a next one"],
)
def test_after_a_page_that_is_not_the_end_the_reading_goes_on(
    client: Client, service: FakeService, clock: Clock, first: httpx.Response, pauses: list[float]
) -> None:
    pages = [first, page(range(9))]
    service.on_request = lambda request: pages.pop(0) if request.url.path.endswith("/results") else None
    assert [found.number for found in client.check_many(range(9))] == list(range(9))
    assert clock.sleeps == pauses


def test_a_list_with_too_few_results_is_an_error_and_never_a_short_output(client: Client, service: FakeService) -> None:
    service.on_request = lambda request: page(range(8)) if request.url.path.endswith("/results") else None
    with pytest.raises(UnexpectedResponse, match="has 8 results for 9 numbers"):
        list(client.check_many(range(9)))


@pytest.mark.usefixtures("small_lists")
def test_the_count_of_numbers_done_only_grows_and_ends_with_all(client: Client, service: FakeService) -> None:
    service.unfinished_reads = 3
    counts: list[int] = []
    list(client.check_many(range(95), on_progress=counts.append))
    assert counts == sorted(counts)
    assert counts[0] == 2  # a quarter of the first list
    assert counts[-1] == 95
