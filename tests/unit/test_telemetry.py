import json
import time

import pytest

from chalicelib.queues import QUEUES, Queue
from chalicelib.service.retry import retry_task
from chalicelib.settings import settings
from chalicelib.telemetry import MAX_LIST_VALUES, Invocation
from tests.support.aws import receive
from tests.support.consumers import fail_waiting, handle
from tests.support.doubles import set_clock
from tests.support.tasks import set_chunk_size, submit_keyed, submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")


def line_of(invocation: Invocation) -> dict[str, object]:
    line: dict[str, object] = json.loads(invocation.line())
    return line


def test_a_line_has_the_seconds_from_the_submission_of_each_task_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    set_chunk_size(monkeypatch, 2)
    fake = set_clock(monkeypatch, time.time() // 1)

    def seconds(queue: Queue) -> list[float]:
        invocation = Invocation(QUEUES[queue].function)
        handle(queue, receive(queue), invocation)
        return sorted(round(value) for value in invocation.lists["seconds_to_final"])

    submit_number(11)
    fake.seconds += 5
    submit_keyed([13], "key")
    submit_list([2, 3, 4])
    fake.seconds += 2.4
    assert seconds(Queue.TASKS) == [7], "the id of an Idempotency-Key has no time"
    assert seconds(Queue.LISTS) == [2], "the list, not its chunks"


def test_a_task_that_a_client_queued_again_is_not_counted_from_its_submission() -> None:
    task_id = submit_number(11)
    fail_waiting(Queue.TASKS)
    retry_task(task_id)
    invocation = Invocation("worker")
    handle(Queue.TASKS, receive(Queue.TASKS), invocation)
    assert (invocation.metrics["finished"], invocation.lists["seconds_to_final"]) == (1, [])


def test_no_number_longer_than_40_digits_is_logged() -> None:
    submit_number(10**60 + 7)
    invocation = Invocation("worker")
    handle(Queue.TASKS, receive(Queue.TASKS), invocation)
    assert "0" * 40 not in invocation.line()


def test_a_line_shows_a_few_of_many_values_and_their_number() -> None:
    invocation = Invocation("worker")
    for number in range(MAX_LIST_VALUES + 5):
        invocation.lists["task_ids"].append(number)
    line = line_of(invocation)
    assert line["task_ids"] == list(range(MAX_LIST_VALUES))
    assert line["task_ids_total"] == MAX_LIST_VALUES + 5


def test_metrics_are_written_if_a_namespace_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    invocation = Invocation("worker")
    invocation.metrics["retries"] += 1
    assert "_aws" not in line_of(invocation)
    monkeypatch.setenv("METRICS_NAMESPACE", "is-it-prime")
    settings.cache_clear()
    assert "_aws" not in line_of(Invocation("api"))
    invocation.metrics["success_prime"] += 3  # in the line only
    invocation.lists["seconds_to_final"].append(0.5)
    assert json.loads(invocation.line())["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "is-it-prime",
            "Dimensions": [["function"]],
            "Metrics": [{"Name": "seconds_to_final", "Unit": "Seconds"}],
        },
        {"Namespace": "is-it-prime", "Dimensions": [[]], "Metrics": [{"Name": "retries", "Unit": "Count"}]},
    ]
