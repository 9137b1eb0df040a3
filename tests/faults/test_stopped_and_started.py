"""`make run` stopped by SIGTERM with tasks in its queues: started again, it finishes them all."""

from __future__ import annotations

import boto3
import pytest
import requests

from infra.cloud import EMULATOR_KEY, EMULATOR_REGION
from tests.infra.test_local import House, house
from tests.support.polling import final

pytestmark = pytest.mark.emulator
__all__ = ["house"]

#: Composites of two Mersenne primes, each some tenths of a second of the worker's time: some are still queued
#: when the last is accepted.
SLOW = [(2**9689 - 1) * (2**exponent - 1) for exponent in (3217, 2281, 2203)] * 5


def test_stopped_with_queued_tasks_and_started_again_it_finishes_them_all(house: House) -> None:
    with house.run() as run:
        # What a worker holds when it is stopped comes back after so long; after that, as ever.
        _set_visibility(house, seconds=4)
        tasks = [submit(run.url, number) for number in SLOW]
        a_list = requests.post(run.url, json={"numbers": list(range(10_000))}, timeout=30).json()["task_id"]
        waiting = requests.get(f"{run.url}queue", timeout=30).json()["queues"]["tasks"]
        _set_visibility(house, seconds=180)
    assert waiting["waiting"] + waiting["in_flight"] > 0, "all were finished before it was stopped"
    with house.run() as run:
        ends = [final(run.url, task_id) for task_id in tasks]
        assert [(task["status"], task["error"]) for task in ends] == [("SUCCESS", None)] * len(tasks)
        assert {task["result"]["verdict"] for task in ends} == {"composite"}
        assert final(run.url, a_list)["result"]["primes"] == 1229


def submit(url: str, number: int) -> str:
    """Submit a number and return its task's id."""
    return str(requests.post(url, json={"number": number}, timeout=30).json()["task_id"])


def _set_visibility(house: House, seconds: int) -> None:
    session = boto3.Session(EMULATOR_KEY, EMULATOR_KEY, region_name=EMULATOR_REGION)
    sqs = session.client("sqs", endpoint_url=f"http://127.0.0.1:{house.emulator_port}")
    for url in sqs.list_queues()["QueueUrls"]:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
    sqs.close()
