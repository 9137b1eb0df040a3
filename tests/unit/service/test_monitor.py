"""The service is healthy while its parts respond and its workers finish what waits; its tasks are found."""

from typing import Any

import pytest

from chalicelib import clock, queues
from chalicelib.errors import Unavailable
from chalicelib.queues import Queue
from chalicelib.service import monitor
from chalicelib.service.monitor import TaskQuery
from chalicelib.settings import settings
from chalicelib.store import history
from chalicelib.store.task_pages import TaskPage
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.status import Status
from tests.support.consumers import fail_waiting, run
from tests.support.doubles import set_clock, unavailable
from tests.support.tasks import submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def no_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what earlier checks have seen."""
    monkeypatch.setattr(monitor, "_stall", monitor._Stall())


def test_a_queue_that_does_not_respond_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "counts", unavailable)
    with pytest.raises(Unavailable):
        monitor.check_health()


def test_numbers_that_wait_while_none_is_finished_are_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    time = set_clock(monkeypatch, clock.now())
    submit_number(11)
    monitor.check_health()
    time.seconds += monitor.MAX_STALL_SECONDS + 1
    with pytest.raises(Unavailable, match="no worker has finished one"):
        monitor.check_health()
    run(Queue.TASKS)
    history.add({Queue.TASKS: 1})
    monitor.check_health()


def test_a_burst_after_a_quiet_time_is_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    time = set_clock(monkeypatch, clock.now())
    monitor.check_health()
    time.seconds += 3_600
    submit_number(11)
    monitor.check_health()


def test_the_time_without_a_finished_number_is_counted_anew_after_one(monkeypatch: pytest.MonkeyPatch) -> None:
    time = set_clock(monkeypatch, clock.now())
    submit_number(11)
    monitor.check_health()
    history.add({Queue.TASKS: 1})
    monitor.check_health()
    time.seconds += 3_600
    monitor.check_health()


def found(**fields: Any) -> set[str]:
    """Return the ids of the tasks that a query finds."""
    page: TaskPage = monitor.tasks(TaskQuery(10, **fields), "")
    return {summary.task.task_id for summary in page.tasks}


def test_tasks_are_found_by_status_queue_age_number_and_id(monkeypatch: pytest.MonkeyPatch) -> None:
    time = set_clock(monkeypatch, 1_800_000_000.0)
    failed = submit_number(11)
    time.seconds += 1_000
    fail_waiting(Queue.TASKS)
    proof, hidden = submit_number(10**30 + 57, "10^30+57"), submit_number(15)
    run(Queue.TASKS)
    list_id = submit_list([11, 13])
    everything = {failed, proof, list_id}
    queries: list[tuple[dict[str, Any], set[str]]] = [
        ({}, everything),
        ({"status": Status.PENDING}, {list_id}),
        ({"status": Status.STARTED}, {proof}),
        ({"status": Status.FAILURE}, {failed}),
        ({"queue": Queue.PROOFS}, {proof}),
        ({"queue": Queue.LISTS}, {list_id}),
        ({"queue": Queue.TASKS}, {failed}),
        ({"queue": Queue.DEAD_LETTERS}, {failed}),
        ({"queue": Queue.DEAD_LETTERS, "status": Status.STARTED}, set()),
        ({"within": 900}, {proof, list_id}),
        ({"within": 900, "status": Status.FAILURE}, {failed}),
        ({"text": "10^30"}, {proof}),
        ({"text": proof}, {proof}),
        ({"text": proof[:3]}, set()),
        ({"text": "2^99", "digits": "1000000000000000000000000000057"}, {proof}),
        ({"text": "57", "digits": "57"}, {proof}),
        ({"task_id": list_id}, {list_id}),
        ({"task_id": list_id, "status": Status.SUCCESS}, set()),
        ({"task_id": hidden}, set()),
        ({"task_id": ids.new_id()}, set()),
    ]
    for query, expected in queries:
        assert found(**query) == expected, query
    time.seconds += 1_000
    assert found(within=900) == set()


def test_a_task_that_was_not_processed_in_time_is_among_the_failed_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    time = set_clock(monkeypatch, 1_800_000_000.0)
    task_id = submit_list([11])
    expires_at = lifetime.expiry(time.seconds, settings().retention_days * 86_400)
    time.seconds = lifetime.overdue_at(expires_at) - 10
    assert found(status=Status.FAILURE) == set()
    time.seconds = lifetime.overdue_at(expires_at) + 1
    assert found(status=Status.FAILURE) == found(queue=Queue.DEAD_LETTERS) == {task_id}
