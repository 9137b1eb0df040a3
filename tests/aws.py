"""AWS in this process: moto's table and queues, and the consumers run by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto import mock_aws

from chalicelib import aws as clients
from chalicelib.settings import settings
from chalicelib.tasks import prover, table, worker
from chalicelib.tasks.task import Item
from chalicelib.telemetry import Invocation

REGION = "us-east-1"
Record = dict[str, Any]


@contextmanager
def in_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the service a table and queues of moto's while it lasts."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "TABLE_NAME": "tasks",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(table, "insert_all", _insert_all)
    with mock_aws():
        forget_clients()
        _make_table()
        for name in ("tasks", "proofs", "dead_letters"):
            url = clients.sqs().create_queue(QueueName=name)["QueueUrl"]
            monkeypatch.setenv(f"{name.upper()}_QUEUE_URL", url)
        settings.cache_clear()
        try:
            yield
        finally:
            forget_clients()


def forget_clients() -> None:
    """Make the service's next call make its clients and read its settings anew."""
    for cached in (clients.dynamodb, clients.sqs, clients._session, settings):
        cached.cache_clear()


def receive(queue_url: str, most: int = 10) -> list[Record]:
    """Receive messages as an event source mapping does and return them as an event's records."""
    answer = clients.sqs().receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=most, MessageSystemAttributeNames=["ApproximateReceiveCount"]
    )
    return [
        {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {"ApproximateReceiveCount": message["Attributes"]["ApproximateReceiveCount"]},
        }
        for message in answer.get("Messages", [])
    ]


def acknowledge(queue_url: str, records: list[Record], response: dict[str, Any]) -> None:
    """Delete the messages that a partial batch response does not name, as the mapping does."""
    failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
    for record in records:
        if record["messageId"] not in failed:
            clients.sqs().delete_message(QueueUrl=queue_url, ReceiptHandle=record["receiptHandle"])


def run_worker() -> int:
    """Let the worker take what is on the tasks queue; return how many messages that were."""
    return _run(settings().tasks_queue_url, worker.work)


def run_prover() -> int:
    """Let the prover take what is on the proofs queue; return how many messages that were."""
    return _run(
        settings().proofs_queue_url, lambda records, invocation: prover.prove(records, lambda: 60.0, invocation)
    )


def record_of(body: str, attempts: int = 1) -> Record:
    """Return a record with this body that no queue knows."""
    return {
        "messageId": f"message-{abs(hash(body))}",
        "receiptHandle": "none",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(attempts)},
    }


def _run(queue_url: str, consume: Callable[[list[Record], Invocation], dict[str, Any]]) -> int:
    taken = 0
    while records := receive(queue_url):
        acknowledge(queue_url, records, consume(records, Invocation("test")))
        taken += len(records)
    return taken


def _make_table() -> None:
    clients.dynamodb().create_table(
        TableName="tasks",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "task_id", "AttributeType": "S"},
            {"AttributeName": "part", "AttributeType": "N"},
            {"AttributeName": "failed", "AttributeType": "S"},
            {"AttributeName": "finished_at", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "task_id", "KeyType": "HASH"},
            {"AttributeName": "part", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "failed",
                "KeySchema": [
                    {"AttributeName": "failed", "KeyType": "HASH"},
                    {"AttributeName": "finished_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def _insert_all(items: list[Item]) -> list[str | None]:
    """Stand in for the batch of PartiQL INSERTs, which moto cannot run with parameters: one put an item."""
    codes: list[str | None] = []
    for item in items:
        try:
            table.create(item, 0)
            codes.append(None)
        except table.Refused:
            codes.append("DuplicateItem")
    return codes
