"""A page has the results of a list in its order, and ends by its limit, its bytes or its time."""

import time
import zlib
from dataclasses import replace
from types import SimpleNamespace

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from chalicelib.queues import Queue
from chalicelib.settings import settings
from chalicelib.store import list_pages, table, transitions
from chalicelib.store.list_pages import RESULT_BYTES, ListCursor, PageRequest
from chalicelib.tasks import ids
from chalicelib.tasks.task import ListResult, ListTask
from tests.support import examples
from tests.support.aws import receive
from tests.support.consumers import handle, run_all
from tests.support.doubles import calls_of, set_clock
from tests.support.tasks import set_chunk_size, submit_list

pytestmark = pytest.mark.usefixtures("aws")

#: The examples share the test's table.
one_table = hypothesis.settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])


def list_of(numbers: list[int], monkeypatch: pytest.MonkeyPatch, size: int, finished: list[int] | None = None) -> str:
    """Submit a list in chunks of a size and finish its chunks, or some of them; return its id."""
    set_chunk_size(monkeypatch, size)
    task_id = submit_list(numbers)
    if finished is None:
        run_all()
        return task_id
    records = []
    while received := receive(Queue.LISTS):
        records += received
    handle(Queue.LISTS, [record for record in records if any(f'"chunk":{n},' in record["body"] for n in finished)])
    return task_id


def read(
    task_id: str,
    start: ListCursor = (1, 0),
    limit: int = 10_000,
    max_bytes: int = 10**9,
    seconds: float = 60.0,
    primes: bool | None = None,
) -> tuple[list[ListResult], ListCursor | None]:
    task = transitions.read(task_id)
    assert isinstance(task, ListTask)
    return list_pages.read_page(task_id, task.chunks, PageRequest(start, limit, max_bytes, seconds, primes))


def numbers_of(results: list[ListResult]) -> list[int]:
    return [entry.result.number for entry in results]


def test_results_are_in_the_order_of_the_list_without_unfinished_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = list_of([2, 3, 4, 5, 6, 7], monkeypatch, 2, finished=[3, 1])
    assert numbers_of(read(task_id)[0]) == [2, 3, 6, 7]
    assert numbers_of(read(task_id, primes=True)[0]) == [2, 3, 7]
    assert numbers_of(read(task_id, primes=False)[0]) == [6]


def test_results_that_have_expired_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = list_of([2, 3, 4, 5], monkeypatch, 2)
    set_clock(monkeypatch, time.time() + settings().retention_days * 86_400 + 2)
    page = PageRequest((1, 0), 10, 10**9, 60)
    assert list_pages.read_page(task_id, 2, page) == ([], None)


def test_a_page_ends_before_its_bytes_exceed_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = list_of([10**50 + n for n in range(6)], monkeypatch, 3)
    results, start = read(task_id, max_bytes=2 * (RESULT_BYTES + 70))
    assert (len(results), start) == (2, (1, 2))
    results, start = read(task_id, (1, 2), max_bytes=10)
    assert (len(results), start) == (1, (2, 0)), "a page has at least one result"


def put_composites_and_a_prime(chunks: int) -> str:
    """Put a chunk for each result; the last result is a prime. Return the list's id."""
    task_id = ids.new_id()
    for chunk in range(1, chunks + 1):
        number, line = (b"5", b"P") if chunk == chunks else (b"4", b"C f2")
        results = {"first": chunk - 1, "numbers": zlib.compress(number), "results": zlib.compress(line)}
        table.put_part({"task_id": task_id, "part": chunk, "expires_at": 2**32} | results)
    return task_id


def test_primes_that_are_rare_are_found_by_few_calls() -> None:
    task_id = put_composites_and_a_prime(230)
    found: list[ListResult] = []
    page = PageRequest((1, 0), 50, 10**9, 60, primes=True)
    calls = calls_of(lambda: found.extend(list_pages.read_page(task_id, 230, page)[0]))
    assert [entry.index for entry in found] == [229]
    assert calls == ["Query"] * 8, "of 1, 2, 4 … 128 chunks"


def test_a_page_ends_with_the_place_to_go_on_when_its_time_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = put_composites_and_a_prime(9)
    now = iter(range(1_000))
    monkeypatch.setattr(list_pages, "time", SimpleNamespace(monotonic=lambda: next(now)))
    page = PageRequest((1, 0), 50, 10**9, seconds=3, primes=True)
    assert list_pages.read_page(task_id, 9, page) == ([], (4, 0)), "a second passes with each chunk"
    results, start = list_pages.read_page(task_id, 9, replace(page, start=(4, 0), seconds=9))
    assert (numbers_of(results), start) == ([5], None)


@one_table
@given(
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 6)),
    max_bytes=st.sampled_from([1, 300, 900, 10**6]),
    seconds=st.integers(0, 3),
    primes=st.sampled_from([True, False, None]),
)
def test_the_pages_of_a_list_have_each_of_its_results_once(
    sizes: tuple[int, int], max_bytes: int, seconds: int, primes: bool | None
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        task_id = list_of(list(range(17)), monkeypatch, sizes[0])
        now = iter(range(1_000))
        monkeypatch.setattr(list_pages, "time", SimpleNamespace(monotonic=lambda: next(now)))
        start: ListCursor | None = (1, 0)
        found: list[int] = []
        while start:
            results, start = read(task_id, start, sizes[1], max_bytes, seconds, primes)
            assert len(results) <= sizes[1]
            found += numbers_of(results)
    is_prime = {2, 3, 5, 7, 11, 13}
    assert found == [n for n in range(17) if primes is None or (n in is_prime) == primes]
