"""If functions are killed during their work, their messages are delivered again, and written results are kept."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import requests
from localstack_client.session import Session

from chalicelib.tasks import ids
from chalicelib.tasks.messages import encode
from tests.support import emulator as emulator_processes
from tests.support.emulator import queue_attributes
from tests.support.polling import final_task, until
from tests.support.tasks import number_message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.emulator

#: Composites of two Mersenne primes. The worker takes some tenths of a second for each.
SLOW = [(2**9689 - 1) * (2**exponent - 1) for exponent in (3217, 2281, 2203)]
QUICK = [11, 9, 1, 97]
#: A number with a proof of more than a minute: it does not end by itself while a test waits for that.
PROVEN_LATE = "10^1000+453"


@pytest.fixture(autouse=True)
def only_a_started_emulator(endpoint: str) -> None:
    """Skip if these tests did not start the emulator: they may not kill its processes."""
    if emulator_processes.emulator(endpoint) is None:
        pytest.skip("AWS_ENDPOINT_URL names an emulator that these tests did not start and may not kill")


@pytest.fixture
def sqs(session: Session) -> Iterator[SQSClient]:
    with closing(session.client("sqs")) as client:
        yield client


def submit(url: str, number: int | str) -> str:
    response = requests.post(url, json={"number": number}, timeout=30)
    assert response.status_code == 202
    return str(response.json()["task_id"])


def submit_as_only_proof(url: str, endpoint: str, number: str) -> str:
    """Submit a number when no proof of another test runs, such as a proof that was just cancelled."""
    until(lambda: not emulator_processes.proofs(endpoint), "no other proof runs")
    return submit(url, number)


def read(url: str, task_id: str) -> dict[str, Any]:
    task: dict[str, Any] = requests.get(url + task_id, timeout=30).json()
    return task


def queued_proofs(url: str) -> int:
    """Return how many messages the queues of the proofs hold."""
    queues = requests.get(f"{url}queue", timeout=30).json()["queues"]
    return sum(queues[name][count] for name in ("proofs", "long_proofs") for count in ("waiting", "in_flight"))


def send_together(sqs: SQSClient, queue_url: str, numbers: list[int]) -> list[str]:
    """Send numbers to the queue in one call, so that the worker gets them as one batch."""
    tasks = [ids.new_id() for _ in numbers]
    bodies = [encode(number_message(number, task_id)) for task_id, number in zip(tasks, numbers, strict=True)]
    entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
    sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)  # type: ignore[arg-type] # plain dicts
    return tasks


def test_a_worker_killed_in_a_batch_loses_no_task_and_changes_no_result(
    service_url: str, outputs: dict[str, str], sqs: SQSClient, endpoint: str
) -> None:
    # On a busy machine the slow numbers may be finished already, or be with a worker that is about to start.
    tries = (kill_workers_in_a_batch(service_url, outputs["TasksQueueUrl"], sqs, endpoint) for _ in range(5))
    assert any(attempts >= 2 for attempts in tries), "no worker was killed with a message"


def kill_workers_in_a_batch(service_url: str, tasks_url: str, sqs: SQSClient, endpoint: str) -> int:
    """Kill the workers when they have half of a batch finished; return the attempts of the task that took most."""
    final_task(service_url, submit(service_url, 97))  # a worker is there and warm
    with queue_attributes(sqs, tasks_url, VisibilityTimeout=2):
        tasks = send_together(sqs, tasks_url, QUICK + SLOW)
        quick = tasks[: len(QUICK)]
        # Finished results are written, all in one call, before a long screening starts.
        final_task(service_url, quick[-1])
        # While a message that a worker takes is visible again soon.
        killed = emulator_processes.functions(endpoint, "Worker")
        for pid in killed:
            os.kill(pid, signal.SIGSTOP)
        done = [read(service_url, task_id) for task_id in quick]
        emulator_processes.kill(killed)
    finished = [final_task(service_url, task_id) for task_id in tasks]
    assert [task["result"]["verdict"] for task in finished] == ["prime", "composite", "not_prime", "prime"] + 3 * [
        "composite"
    ]
    assert finished[: len(QUICK)] == done
    return max(int(task["attempts"]) for task in finished)


def test_a_cancelled_proof_stops_and_its_message_goes(service_url: str, endpoint: str) -> None:
    before = queued_proofs(service_url)  # a message of another test's killed prover may still be hidden
    task_id = submit_as_only_proof(service_url, endpoint, PROVEN_LATE)
    running = until(lambda: emulator_processes.proofs(endpoint), "the proof runs")
    response = requests.delete(service_url + task_id, timeout=30)
    assert (response.status_code, response.json()["status"]) == (200, "REVOKED")
    until(lambda: not any(map(emulator_processes.is_running, running)), "the proof has stopped")
    until(lambda: queued_proofs(service_url) <= before, "its message is gone")
    assert read(service_url, task_id)["status"] == "REVOKED"


def test_a_proof_ends_with_its_function(service_url: str, endpoint: str) -> None:
    task_id = submit_as_only_proof(service_url, endpoint, PROVEN_LATE)
    running = until(lambda: emulator_processes.proofs(endpoint), "the proof runs")
    emulator_processes.kill(emulator_processes.provers(endpoint))
    until(lambda: not any(map(emulator_processes.is_running, running)), "the proof has ended too")
    # The interim result stays, and the task can be cancelled.
    assert read(service_url, task_id)["result"]["verdict"] == "probable_prime"
    assert requests.delete(service_url + task_id, timeout=30).json()["status"] == "REVOKED"
