"""The client and the service agree on the HTTP contract."""

import hashlib
import subprocess
from contextlib import closing

import localstack_client.session
import pytest
import requests
from isprime import Client, ListResult, lists

from tests.support.emulator import queue_attributes

pytestmark = pytest.mark.emulator


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["isprime", *args], capture_output=True, text=True, timeout=120, check=False)


def test_many_numbers_are_given_in_their_order_and_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LIST_NUMBERS", 1_000)
    with Client() as client:
        first = list(client.check_many(range(4_500)))
        again = list(client.check_many(range(4_500)))
        assert [result.number for result in first] == list(range(4_500))
        assert sum(result.is_prime for result in first) == 610
        assert [result.task_id for result in again] == [result.task_id for result in first]
        task = client.task(first[0].task_id)
    assert task.result == ListResult(total=1_000, primes=168, composites=832)


def test_a_list_that_was_cancelled_is_submitted_anew(
    service_url: str, outputs: dict[str, str], session: localstack_client.session.Session
) -> None:
    numbers = range(400)
    (batch,) = lists.batches(numbers)
    headers = {"Content-Type": "application/json", "Idempotency-Key": hashlib.sha256(batch.body()).hexdigest()}
    with Client() as client, closing(session.client("sqs")) as sqs:
        with queue_attributes(sqs, outputs["ListsQueueUrl"], DelaySeconds=20):  # no list worker has it before the end
            task_id = requests.post(service_url, data=batch.body(), headers=headers, timeout=120).json()["task_id"]
            assert client.cancel(task_id).status == "REVOKED"
        results = list(client.check_many(numbers))
    assert len(results) == 400
    assert results[0].task_id != task_id
