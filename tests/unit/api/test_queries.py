"""The parameters of a query are read, or refused with what to send."""

import pytest

from chalicelib.api import limits, queries
from chalicelib.errors import InvalidInput
from chalicelib.queues import Queue
from chalicelib.service.monitor import TaskQuery
from chalicelib.store.list_pages import PageRequest
from chalicelib.store.task_pages import TaskCursor
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status

MAX_DIGITS = 30
NO_PAGES = "cursor=x cursor=0.0 cursor=1 limit=0 limit=x limit=10001 only=all"
NO_TASKS = "cursor=x cursor=2026-11-27T15:40:00.123Z limit=0 limit=101 status=DONE queue=others"
NO_TIMES = "15 0m 1y 123456h"
TIME = "2026-11-27T15:40:00.123Z"


def test_a_query_says_which_page_of_results_is_wanted() -> None:
    limit = limits.MAX_PAGE_BYTES, limits.PAGE_SECONDS
    assert queries.read_results_query({}) == PageRequest((1, 0), 1_000, *limit)
    query = {"cursor": "12.34", "limit": "10000", "only": "composites"}
    assert queries.read_results_query(query) == PageRequest(
        (12, 34), 10_000, limits.MAX_PAGE_BYTES, limits.PAGE_SECONDS, primes=False
    )


@pytest.mark.parametrize("query", NO_PAGES.split())
def test_a_page_that_cannot_be_is_refused(query: str) -> None:
    name, _, value = query.partition("=")
    with pytest.raises(InvalidInput, match=f'"{name}" is'):
        queries.read_results_query({name: value})


def test_only_a_cursor_that_a_page_of_failed_tasks_gave_is_read() -> None:
    assert queries.read_time({"cursor": "2026-11-27T15:40:00.123Z"}) == "2026-11-27T15:40:00.123Z"
    with pytest.raises(InvalidInput):
        queries.read_time({"cursor": "2026-11-27T15:40:00Z"})


def test_a_query_says_which_tasks_are_wanted() -> None:
    assert queries.read_tasks_query({}, MAX_DIGITS) == TaskQuery(limits.PAGE_TASKS)
    task_id = ids.new_id()
    query = {"status": "RETRY", "queue": "proofs", "since": "24h", "limit": "7", "cursor": f"{TIME}_{task_id}"}
    expected = TaskQuery(7, TaskCursor(TIME, task_id), Status.RETRY, Queue.PROOFS, 86_400)
    assert queries.read_tasks_query(query, MAX_DIGITS) == expected


@pytest.mark.parametrize("query", [*NO_TASKS.split(), *(f"since={time}" for time in NO_TIMES.split())])
def test_tasks_that_cannot_be_are_refused(query: str) -> None:
    name, _, value = query.partition("=")
    with pytest.raises(InvalidInput, match=f'"{name}" is'):
        queries.read_tasks_query({name: value}, MAX_DIGITS)


def test_what_is_searched_for_is_an_id_or_a_text_and_the_number_that_it_names() -> None:
    task_id = ids.new_id()
    searches = {
        "": (None, None, None),
        task_id.upper(): (task_id, None, None),
        " 2^10 ": (None, "2^10", "1024"),
        "0x1F": (None, "0x1f", "31"),
        "Next": (None, "next", None),
        "10^40": (None, "10^40", None),
    }
    for text, expected in searches.items():
        asked = queries.read_tasks_query({"q": text}, MAX_DIGITS)
        assert (asked.task_id, asked.text, asked.digits) == expected
    with pytest.raises(InvalidInput, match="at most 5,000 characters"):
        queries.read_tasks_query({"q": "1" * 5_001}, MAX_DIGITS)
