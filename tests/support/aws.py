"""The table and the queues of the service for tests in one process: DynamoDB Local, and moto for SQS."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from moto import mock_aws

from chalicelib import aws as clients
from chalicelib.queues import Queue
from chalicelib.service import finished
from chalicelib.settings import settings
from infra import ROOT
from infra.template import merged

REGION = "us-east-1"
#: DynamoDB Local gives each access key tables of its own. It is one key per process, so that the clients are made
#: once: that takes longer than most tests.
ACCESS_KEY = uuid.uuid4().hex
Record = dict[str, Any]


@contextmanager
def in_process(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str) -> Iterator[None]:
    """Give the service an empty table and empty queues, those of moto."""
    core: Any = {"mock_credentials": False, "passthrough": {"urls": [f"{dynamodb_endpoint}/.*"], "services": []}}
    with mock_aws(config={"core": core}):
        _set_environment(monkeypatch, dynamodb_endpoint)
        for queue in Queue:
            url = clients.sqs().create_queue(QueueName=queue)["QueueUrl"]
            monkeypatch.setenv(f"{queue.upper()}_QUEUE_URL", url)
        with _empty_table():
            yield


@contextmanager
def table_in_process(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str) -> Iterator[None]:
    """Give the service an empty table; the caller sets the addresses of the queues."""
    _set_environment(monkeypatch, dynamodb_endpoint)
    with _empty_table():
        yield


def _set_environment(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str) -> None:
    """Point the service to DynamoDB Local and a table that does not exist yet."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_endpoint,
        "TABLE_NAME": f"tasks-{uuid.uuid4()}",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@contextmanager
def _empty_table() -> Iterator[None]:
    settings.cache_clear()
    name = settings().table_name
    clients.dynamodb().create_table(TableName=name, **_table_definition())
    try:
        yield
    finally:
        clients.dynamodb().delete_table(TableName=name)
        settings.cache_clear()
        finished.clear()


def queue_url(queue: Queue) -> str:
    """Return the address of a queue."""
    url: str = getattr(settings(), f"{queue}_queue_url")
    return url


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


@cache
def _table_definition() -> dict[str, Any]:
    """Return the table of infra/resources.yaml as the parameters of CreateTable."""
    properties = merged(ROOT / "infra" / "resources.yaml")["Resources"]["TasksTable"]["Properties"]
    names = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    return {name: properties[name] for name in names}
