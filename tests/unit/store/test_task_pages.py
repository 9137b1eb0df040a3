"""The pages of tasks have each task once, newest first, in whatever shard and index it is."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.primality.direction import Direction
from chalicelib.queues import Queue
from chalicelib.store import table, task_index, task_pages, transitions
from chalicelib.store.number_results import TaskUpdate, insert_all
from chalicelib.store.task_index import FAILED, TASKS
from chalicelib.store.task_pages import Span, TaskPage
from chalicelib.tasks import ids
from chalicelib.tasks.task import TaskSummary
from tests.support import examples
from tests.support.aws import delete_items
from tests.support.consumers import fail_waiting
from tests.support.doubles import set_clock
from tests.support.tasks import number_message, submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")

ALL = [Span(TASKS)]
START = 1_800_000_000.0
SHARDS = 3


@pytest.fixture(autouse=True)
def few_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have fewer shards; each takes a call."""
    for module in (task_index, task_pages):
        monkeypatch.setattr(module, "SHARDS", SHARDS)


def forwarded(number: int, task_id: str | None = None) -> str:
    """Write that a number was forwarded, and return its task's id."""
    message = number_message(number, task_id)
    insert_all([TaskUpdate(message, 1, clock.timestamp(), is_final=False, queue=Queue.PROOFS)])
    return message.task_id


def failed(number: int, task_id: str | None = None) -> str:
    """Write that a number failed, and return its task's id."""
    message = number_message(number, task_id)
    assert transitions.write_failure(message, "the reason", 5)
    return message.task_id


def pages_of(
    limit: int, *, spans: list[Span] = ALL, matches: Callable[[TaskSummary], bool] = lambda _: True
) -> list[TaskPage]:
    pages: list[TaskPage] = []
    place = None
    while not pages or place:
        page = task_pages.read_page(spans, "", limit, place, matches)
        pages.append(page)
        place = page.next_cursor
    return pages


def ids_of(pages: list[TaskPage]) -> list[str]:
    return [summary.task.task_id for page in pages for summary in page.tasks]


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seconds=st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=12),
    limit=st.integers(1, 5),
    at_once=st.integers(1, 3),
)
def test_pages_have_every_task_once_newest_first(seconds: list[tuple[int, bool]], limit: int, at_once: int) -> None:
    delete_items("tasks")
    written: list[tuple[int, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task_pages, "ENTRIES", at_once)
        patch.setattr(task_pages, "ITEMS", at_once)
        for second, is_failed in seconds:
            patch.setattr(clock, "now", lambda second=second: START + second)
            write = failed if is_failed else forwarded
            written.append((second, write(11)))
        pages = pages_of(limit)
    assert ids_of(pages) == [task_id for _, task_id in sorted(written, reverse=True)]
    assert all(len(page.tasks) <= limit for page in pages)


def test_a_task_that_changes_between_two_pages_is_seen_once(monkeypatch: pytest.MonkeyPatch) -> None:
    time = set_clock(monkeypatch, START)
    task_ids = []
    for _ in range(6):
        time.seconds += 1
        task_ids.append(forwarded(11))
    failed(11, task_ids[5])
    time.seconds += 60
    first = task_pages.read_page(ALL, "", 3, None, lambda _: True)
    failed(11, task_ids[1])
    retried = transitions.read(task_ids[5])
    assert retried
    assert transitions.requeue(retried, 1, "then", Queue.TASKS)
    second = task_pages.read_page(ALL, "", 5, first.next_cursor, lambda _: True)
    assert ids_of([first, second]) == task_ids[::-1]


def test_a_failed_number_that_is_queued_again_stays_in_the_pages() -> None:
    task_id = failed(11)
    task = transitions.read(task_id)
    assert task
    assert transitions.requeue(task, 1, "then", Queue.TASKS)
    (page,) = pages_of(10)
    assert [(summary.task.task_id, summary.task.status) for summary in page.tasks] == [(task_id, "PENDING")]


def test_a_page_ends_after_some_tasks_that_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, START)
    wanted = forwarded(11)
    for _ in range(6):
        forwarded(13)
    monkeypatch.setattr(task_pages, "ITEMS", 2)
    monkeypatch.setattr(task_pages, "MAX_TASKS", 4)
    pages = pages_of(2, matches=lambda summary: summary.task.task_id == wanted)
    assert [len(page.tasks) for page in pages] == [0, 1]


def test_a_page_ends_when_its_time_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        forwarded(11)
    monkeypatch.setattr(task_pages, "ITEMS", 1)
    monkeypatch.setattr(task_pages, "MAX_SECONDS", -1.0)
    assert [len(page.tasks) for page in pages_of(3)] == [1, 1, 1, 0]


def test_a_span_has_its_times_and_the_expired_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    task_ids = []
    for second in range(4):
        monkeypatch.setattr(clock, "now", lambda second=second: START + second)
        task_ids.append(forwarded(11))
    span = Span(TASKS, clock.rfc3339(START + 1), clock.rfc3339(START + 2))
    assert ids_of(pages_of(10, spans=[span])) == [task_ids[2], task_ids[1]]
    assert ids_of(pages_of(10, spans=[Span(TASKS, clock.rfc3339(START + 2), clock.rfc3339(START))])) == []
    monkeypatch.setattr(clock, "now", lambda: START + 2 + 7 * 86_400)
    assert ids_of(pages_of(10)) == [task_ids[3]]


def test_entries_of_a_moment_ago_are_left_out() -> None:
    task_id = failed(11)
    spans = [Span(FAILED)]
    (entry,) = task_pages._entries(spans, "", None)
    item = table.get(task_id, table.TASK) or {}
    assert task_pages._is_current(entry, item, spans)
    assert not task_pages._is_current(entry, item | {FAILED.time: "later"}, spans)
    retried = {name: value for name, value in item.items() if name != FAILED.shard}
    assert not task_pages._is_current(entry, retried, spans)


def test_a_task_is_shown_with_what_it_is_about_and_where_it_is() -> None:
    proof, lists = forwarded(10**30 + 57), submit_list([11, 13])
    number = submit_number(10**60, "10^60", find=Direction.NEXT)
    fail_waiting(Queue.TASKS)
    shown = {summary.task.task_id: (summary.kind, summary.queue, summary.subject) for summary in pages_of(10)[0].tasks}
    assert shown == {
        proof: ("number", "proofs", "1000000000000000000000000000057"),
        lists: ("list", "lists", None),
        number: ("search", "tasks", "next prime after 10^60"),
    }
    fail_waiting(Queue.LISTS)
    found = task_pages.find(lists, "")
    assert found
    assert (found.kind, found.queue, found.subject) == ("list", "lists", "chunk 1 of 1")


def test_pages_of_failed_tasks_have_each_once_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, START)
    expected = [failed(number) for number in range(9)][::-1]
    found, before = [], None
    while page := task_pages.failed("", 4, before):
        found += [task.task_id for task in page]
        before = page[-1].finished_at
    assert found == expected


def test_tasks_that_failed_in_the_same_millisecond_are_on_the_same_page(monkeypatch: pytest.MonkeyPatch) -> None:
    task_ids: dict[str, str] = {}
    while len(task_ids) < SHARDS:
        task_id = ids.new_id()
        task_ids.setdefault(task_index.shard_of(task_id, ""), task_id)
    monkeypatch.setattr(clock, "now", lambda: START)
    for task_id in task_ids.values():
        failed(11, task_id)
    assert {task.task_id for task in task_pages.failed("", 1)} == set(task_ids.values())
