"""The client and the service agree on the HTTP contract."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import subprocess
from contextlib import closing
from pathlib import Path

import isprime
import localstack_client.session
import pytest
import requests
from isprime import AsyncClient, Client, ListResult, lists

from tests.support.queue_attributes import queue_attributes

pytestmark = pytest.mark.emulator


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["isprime", *args], capture_output=True, text=True, timeout=60, check=False)


def test_a_number_of_each_verdict_has_its_exit_status() -> None:
    assert [run(number).returncode for number in ("2^127-1", "91", "-7")] == [0, 1, 1]


@pytest.mark.parametrize("number", ["1+", "x", "", "1.5"])
def test_a_refused_number_is_told_in_one_line(number: str) -> None:
    refused = run(number)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


def test_a_certificate_of_the_service_is_valid() -> None:
    with Client() as client:
        result = client.check("10^60+7", timeout=60)
        assert result.certificate is not None
        assert isprime.verify(client.certificate(result.task_id)) == 10**60 + 7


def test_a_cancelled_task_stays_cancelled_and_cannot_be_queued_again() -> None:
    with Client() as client:
        task_id = client.submit("10^1000+453")
        assert client.cancel(task_id).status == "REVOKED"
        assert client.wait(task_id).status == "REVOKED"
        with pytest.raises(isprime.Conflict):
            client.retry(task_id)


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


def test_the_async_client_gives_the_same_results() -> None:
    async def check() -> list[isprime.Result]:
        async with AsyncClient() as client:
            return [result async for result in client.check_many(range(100))]

    with Client() as client:
        assert asyncio.run(check()) == list(client.check_many(range(100)))


def test_a_list_that_was_cancelled_is_submitted_anew(
    service_url: str, outputs: dict[str, str], session: localstack_client.session.Session
) -> None:
    numbers = range(400)
    (batch,) = lists.batches(numbers)
    headers = {"Content-Type": "application/json", "Idempotency-Key": hashlib.sha256(batch.body()).hexdigest()}
    with Client() as client, closing(session.client("sqs")) as sqs:
        with queue_attributes(sqs, outputs["ListsQueueUrl"], DelaySeconds=20):  # no list worker has it before the end
            task_id = requests.post(service_url, data=batch.body(), headers=headers, timeout=30).json()["task_id"]
            assert client.cancel(task_id).status == "REVOKED"
        results = list(client.check_many(numbers))
    assert len(results) == 400
    assert results[0].task_id != task_id


def test_ctrl_c_in_the_middle_of_a_file_and_the_same_command_again() -> None:
    file = Path("numbers.txt")
    file.write_text("".join(f"{n}\n" for n in range(50_000)))
    command = ["isprime", "--file", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        # It cannot end yet: the rows are more than a pipe holds.
        process.send_signal(signal.SIGINT)
        rest, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Run the same command again to go on" in told
    rows = (first + rest).decode().splitlines()
    whole = run("--file", str(file)).stdout.splitlines()
    assert rows == whole[: len(rows)]
    assert len(whole) == 50_000
    assert sum("\tprime" in row for row in whole) == 5_133


def test_the_queues_of_the_service_are_shown() -> None:
    with Client() as client:
        counts = client.queue().counts
    assert {"waiting", "in_flight", "delayed"} <= set(counts["tasks"])
    assert "dead letters" in run("queue").stdout
