"""The client's side and AWS's side of the service in this process: requests in, deliveries by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from chalice.test import Client

from app import app
from chalicelib.settings import settings
from chalicelib.tasks import certificates, chunks, dead_letters, lists, prover, reading, worker
from chalicelib.tasks.task import Task
from chalicelib.telemetry import Invocation
from tests.aws import Record, acknowledge, receive
from tests.faults.injection import Killed

PRIME, SQUARE, ONE = 11, 9, 1
#: Prime, and too large to be proven by the worker.
HARD_PRIME = 10**30 + 57
#: Composite without a small factor, and too large to be screened by the worker, with its limit of these tests.
HUGE = (2**521 - 1) * (2**607 - 1)
LONGEST = 1e-4
VERDICTS = {PRIME: "prime", SQUARE: "composite", ONE: "not_prime", HARD_PRIME: "prime", HUGE: "composite"}

Consume = Callable[[list[Record]], dict[str, Any]]


def work(records: list[Record]) -> dict[str, Any]:
    """Run the worker on a batch."""
    return worker.work(records, Invocation("test"))


def prove(records: list[Record]) -> dict[str, Any]:
    """Run the prover on a batch."""
    return prover.prove(records, lambda: 60.0, Invocation("test"))


def bury(records: list[Record]) -> dict[str, Any]:
    """Run the dead letters' consumer on a batch."""
    return dead_letters.bury(records, Invocation("test"))


def consumers() -> list[tuple[str, Consume]]:
    """Return the queues and what consumes each."""
    here = settings()
    return [(here.tasks_queue_url, work), (here.proofs_queue_url, prove), (here.dead_letters_queue_url, bury)]


def deliver(consume: Consume, records: list[Record]) -> list[Record]:
    """Deliver a batch and return what comes back: what the response names, or all if the process was killed."""
    try:
        failed = {failure["itemIdentifier"] for failure in consume(records)["batchItemFailures"]}
    except Killed:
        failed = {record["messageId"] for record in records}
    return [again(record) for record in records if record["messageId"] in failed]


def again(record: Record) -> Record:
    """Return a record as its next receive has it."""
    count = int(record["attributes"]["ApproximateReceiveCount"]) + 1
    return record | {"attributes": {"ApproximateReceiveCount": str(count)}}


def drain() -> None:
    """Deliver everything that is in the queues until they are empty."""
    busy = True
    while busy:
        busy = False
        for queue_url, consume in consumers():
            while records := receive(queue_url):
                acknowledge(queue_url, records, consume(records))
                busy = True


def request(method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any, Any]:
    """Send the API a request; return the answer's status, headers and JSON."""
    content = b"" if body is None else json.dumps(body).encode()
    answer = Client(app).http.request(method, path, {"Content-Type": "application/json", **(headers or {})}, content)
    return answer.status_code, answer.headers, json.loads(answer.body) if answer.body else None


def task_of(task_id: str) -> Task:
    """Return a task."""
    return reading.find(task_id)


def assert_right(task_id: str, number: int) -> None:
    """Check that a single number's task is SUCCESS with the right answer."""
    task = task_of(task_id)
    assert (task.status, task.error) == ("SUCCESS", None)
    assert task.result
    assert (task.result["number"], task.result["verdict"]) == (chunks.to_decimal(number), VERDICTS[number])
    assert task.result["certificate"] == (number == HARD_PRIME)
    if task.result["certificate"]:
        assert certificates.read(task_id, "pari")
        assert certificates.read(task_id, "primo")


def assert_list_right(task_id: str, numbers: list[int]) -> None:
    """Check that a list's task is SUCCESS with the right answers, each once and in order."""
    task = task_of(task_id)
    primes = sum(VERDICTS[number] == "prime" for number in numbers)
    assert (task.status, task.primes, task.composites) == ("SUCCESS", primes, len(numbers) - primes)
    rows, cursor = lists.rows(task_id, 1, 0, len(numbers) + 1, 10**9)
    assert cursor is None
    assert [(row.index, row.number) for row in rows] == [
        (index, chunks.to_decimal(number)) for index, number in enumerate(numbers)
    ]
    # A row has the verdict of a screening, which proves no hard prime.
    found = [row.verdict.replace("probable_", "") for row in rows]
    assert found == [VERDICTS[number] for number in numbers]
