"""A task is read by one call, waited for, and a list's results come in pages."""

from functools import partial

import pytest

from chalicelib import thresholds
from chalicelib.errors import NotFound
from chalicelib.queues import Queue
from chalicelib.service import final_tasks, read
from chalicelib.service.cancel import cancel_task
from chalicelib.store import table
from chalicelib.store.list_pages import PageRequest
from chalicelib.tasks.status import Status
from primes_core.verifier import verify
from tests.support.aws import receive
from tests.support.consumers import handle, redriven, run, run_all
from tests.support.doubles import calls_of, set_clock
from tests.support.tasks import LONG_PRIME, set_chunk_size, submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")


def read_thrice(task_id: str) -> None:
    for _ in range(3):
        read.read_task(task_id)


def test_a_task_is_read_by_one_call_and_only_once_where_it_can_never_change() -> None:
    finished_id, cancelled_id, failed_id = (submit_number(number) for number in (11, 13, 17))
    cancel_task(cancelled_id)
    records = receive(Queue.TASKS)
    handle(Queue.TASKS, [record for record in records if failed_id not in record["body"]])
    handle(Queue.DEAD_LETTERS, redriven([record for record in records if failed_id in record["body"]]))
    for task_id, reads in ((finished_id, 1), (cancelled_id, 1), (failed_id, 3), (submit_number(19), 3)):
        assert calls_of(partial(read_thrice, task_id)) == ["GetItem"] * reads


def test_a_finished_task_is_not_returned_after_it_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = submit_number(11)
    run(Queue.TASKS)
    expires_at = read.read_task(task_id).expires_at
    set_clock(monkeypatch, expires_at)
    with pytest.raises(NotFound):
        read.read_task(task_id)


def test_a_limited_number_of_finished_tasks_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(final_tasks, "MAX_TASKS", 2)
    task_ids = [submit_number(number) for number in range(3)]
    run(Queue.TASKS)
    for task_id in task_ids:
        read.read_task(task_id)
    assert [final_tasks.get(task_id) is not None for task_id in task_ids] == [False, True, True]


def test_the_first_read_of_a_wait_is_consistent_and_the_later_ones_cost_half(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[bool] = []
    read_item = table.get

    def get(task_id: str, part: int, *, is_consistent: bool = True) -> table.Item | None:
        reads.append(is_consistent)
        return read_item(task_id, part, is_consistent=is_consistent)

    task_id = submit_number(11)
    monkeypatch.setattr(table, "get", get)
    monkeypatch.setattr("time.sleep", lambda _: len(reads) == 3 and run(Queue.TASKS))
    assert read.wait_for_task(task_id, 10).status is Status.SUCCESS
    assert reads == [True, False, False, False]


@pytest.mark.parametrize("number", [15, LONG_PRIME], ids=["composite", "not proven yet"])
def test_a_number_that_is_not_proven_prime_has_no_certificate(number: int) -> None:
    task_id = submit_number(number)
    run(Queue.TASKS)
    with pytest.raises(NotFound, match="has no certificate"):
        read.read_certificate(task_id, "pari")


def test_a_format_that_does_not_exist_for_the_proof_is_not_found_and_says_why() -> None:
    task_id = submit_number(3 * 2**94 - 1)
    run(Queue.TASKS)
    assert read.read_certificate(task_id, "isprime").startswith("N+1: [")
    with pytest.raises(NotFound, match=r"ask for \?format=isprime"):
        read.read_certificate(task_id, "primo")


def test_a_page_says_whether_the_list_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    set_chunk_size(monkeypatch, 3)
    task_id = submit_list(list(range(7)))
    first, *rest = receive(Queue.LISTS)
    for records, count in (([first], 3), (rest, 7)):
        handle(Queue.LISTS, records)
        page = read.read_results(task_id, PageRequest((1, 0), 100, 10**9, 60.0))
        assert (len(page.results), page.next_cursor, page.is_complete) == (count, None, count == 7)


def test_a_stored_result_is_read_by_one_call_with_its_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "MIN_STORED_SECONDS", 1e-3)
    submit_number(LONG_PRIME)
    run_all()
    assert calls_of(lambda: read.read_stored(LONG_PRIME)) == ["GetItem"]
    assert read.read_stored(LONG_PRIME).result.number == LONG_PRIME
    assert verify(read.read_certificate_of_number(LONG_PRIME, "pari")).number == LONG_PRIME


@pytest.mark.parametrize(
    ("number", "expression", "named"),
    [
        (
            2**61 - 1,
            "2^61-1",
            '2305843009213693951 is stored: only results of costly numbers are. Send {"number": "2^61-1"}',
        ),
        (-7, None, '-7 is stored: only results of costly numbers are. Send {"number": "-7"} with POST /'),
        (10**9_999, None, "(10,000 digits) is stored: only results of costly numbers are. Send the number"),
    ],
    ids=["expression", "digits", "10,000 digits"],
)
def test_what_is_not_stored_says_which_number_was_understood_and_how_to_ask(
    number: int, expression: str | None, named: str
) -> None:
    with pytest.raises(NotFound) as raised:
        read.read_stored(number, expression)
    assert named in raised.value.detail
    with pytest.raises(NotFound):
        read.read_certificate_of_number(number, "pari")
