"""`make run` is stopped with tasks in its queues, and finishes them all after it is started again."""

from __future__ import annotations

import pytest
import requests

from tests.support.checkout import Checkout
from tests.support.polling import final_task

pytestmark = pytest.mark.emulator

#: Composites of two Mersenne primes. The worker takes some tenths of a second for each, so that it holds some, and
#: others are queued, when the last one is accepted.
SLOW = [(2**9689 - 1) * (2**exponent - 1) for exponent in (3217, 2281, 2203)] * 5


def test_stopped_with_queued_tasks_and_started_again_it_finishes_them_all(checkout: Checkout) -> None:
    with checkout.run() as run:
        # The messages that a worker holds when it is stopped are visible again after this time.
        checkout.set_queues(VisibilityTimeout=8)
        tasks = [run.submit(number) for number in SLOW]
        a_list = requests.post(run.url, json={"numbers": list(range(10_000))}, timeout=30).json()["task_id"]
        # However slow the test is, this one is not finished before all is stopped.
        checkout.set_queues(DelaySeconds=10)
        tasks.append(run.submit(91))
        queued = requests.get(f"{run.url}queue", timeout=30).json()["queues"]["tasks"]
    assert queued["waiting"] + queued["in_flight"] + queued["delayed"] > 0, "all were finished before it was stopped"
    with checkout.run() as run:
        checkout.set_queues(VisibilityTimeout=180, DelaySeconds=0)
        finished = [final_task(run.url, task_id) for task_id in tasks]
        assert [(task["status"], task["error"]) for task in finished] == [("SUCCESS", None)] * len(tasks)
        assert {task["result"]["verdict"] for task in finished} == {"composite"}
        assert final_task(run.url, a_list)["result"]["primes"] == 1229
