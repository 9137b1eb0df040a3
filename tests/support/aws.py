"""The table and the queues of the service for tests in one process: DynamoDB Local, and moto for SQS."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from moto.core.botocore_stubber import BotocoreStubber
from moto.sqs.models import sqs_backends

from chalicelib import aws as clients
from chalicelib.queues import QUEUES, Queue
from chalicelib.service import finished
from chalicelib.settings import settings
from infra import ROOT
from infra.packaging.template import merged

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
#: DynamoDB Local gives each access key tables of its own. It is one key per process, so that the clients are made
#: once: that takes longer than most tests.
ACCESS_KEY = uuid.uuid4().hex
#: DynamoDB Local takes longer to create a table than most tests take: a process has one, emptied before each test.
TABLE_NAME = "tasks"
#: Writes of one call. Source: Amazon DynamoDB API Reference, "BatchWriteItem".
MAX_BATCH_WRITES = 25
Record = dict[str, Any]


@contextmanager
def in_process(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str) -> Iterator[None]:
    """Give the service an empty table and empty queues, those of moto."""
    _set_environment(monkeypatch, dynamodb_endpoint)
    with _moto_queues(monkeypatch), _empty_table():
        yield


@contextmanager
def table_in_process(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str) -> Iterator[None]:
    """Give the service an empty table; the caller sets the addresses of the queues."""
    _set_environment(monkeypatch, dynamodb_endpoint)
    with _empty_table():
        yield


def _set_environment(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str) -> None:
    """Point the service to DynamoDB Local and its table."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_endpoint,
        "TABLE_NAME": TABLE_NAME,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@contextmanager
def _moto_queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let moto answer the service's client of SQS, with queues that are empty.

    moto's own `mock_aws` prepares the addresses of all of AWS, which takes longer than most tests.
    """
    model = sqs_backends[ACCOUNT_ID][REGION]
    model.reset()
    for queue in Queue:
        model.create_queue(queue)
        monkeypatch.setenv(QUEUES[queue].url_variable, f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{queue}")
    moto = BotocoreStubber()
    moto.enabled = True
    events: Any = clients.sqs().meta.events
    events.register("before-send", moto)
    try:
        yield
    finally:
        events.unregister("before-send", moto)


@contextmanager
def _empty_table() -> Iterator[None]:
    settings.cache_clear()
    finished._tasks.clear()
    _create_table(settings().table_name)
    _delete_items(settings().table_name)
    try:
        yield
    finally:
        settings.cache_clear()


@cache
def _create_table(name: str) -> None:
    """Create the table of this process on DynamoDB Local."""
    clients.dynamodb().create_table(TableName=name, **_table_definition())


def _delete_items(table: str) -> None:
    """Delete what an earlier test has written."""
    pages = clients.dynamodb().get_paginator("scan").paginate(TableName=table, ProjectionExpression="task_id, part")
    keys = [key for page in pages for key in page["Items"]]
    for start in range(0, len(keys), MAX_BATCH_WRITES):
        requests: Any = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + MAX_BATCH_WRITES]]
        response = clients.dynamodb().batch_write_item(RequestItems={table: requests})
        assert not response["UnprocessedItems"]


def queue_url(queue: Queue) -> str:
    """Return the address of a queue."""
    return settings().queue_urls[QUEUES[queue].url_variable]


def receive(queue: Queue, limit: int = 10) -> list[Record]:
    """Receive messages as an event source mapping does and return them as the records of an event."""
    response = clients.sqs().receive_message(
        QueueUrl=queue_url(queue),
        MaxNumberOfMessages=limit,
        MessageSystemAttributeNames=["ApproximateReceiveCount"],
    )
    return [
        {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {"ApproximateReceiveCount": message["Attributes"]["ApproximateReceiveCount"]},
        }
        for message in response.get("Messages", [])
    ]


def acknowledge(queue: Queue, records: list[Record], response: dict[str, Any]) -> None:
    """Delete the messages that a partial batch response does not name, as the mapping does."""
    failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
    for record in records:
        if record["messageId"] not in failed:
            clients.sqs().delete_message(QueueUrl=queue_url(queue), ReceiptHandle=record["receiptHandle"])


def record_of(body: str, receive_count: int = 1) -> Record:
    """Return a record with this body that is in no queue."""
    return {
        "messageId": f"message-{abs(hash(body))}",
        "receiptHandle": "none",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receive_count)},
    }


def _table_definition() -> dict[str, Any]:
    """Return the table of infra/template/resources.yaml as the parameters of CreateTable."""
    properties = merged(ROOT / "infra" / "template" / "resources.yaml")["Resources"]["TasksTable"]["Properties"]
    names = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    return {name: properties[name] for name in names}
