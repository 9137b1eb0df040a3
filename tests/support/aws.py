"""The table and the queues of the service for tests in one process.

SQS is moto's. The table is DynamoDB Local's, or moto's where no address of DynamoDB Local is given.
"""

import io
import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from typing import Any

import pytest
import requests
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HTTPHeaders
from moto import mock_aws
from moto.core.models import MockAWS
from urllib3 import HTTPResponse

from chalicelib import aws as clients
from chalicelib.queues import QUEUES, Queue
from chalicelib.service import backlog, final_tasks, latency
from chalicelib.settings import settings
from chalicelib.store import history
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
#: A statement that moto's PartiQL parser cannot read.
INSERT = re.compile(r'INSERT INTO "(\S+)" VALUE {(.*)}')
Record = dict[str, Any]


#: The addresses of the queues that this test has used, which exist.
_made: set[str] = set()
#: Two threads that create a queue make moto forget the messages that the first of them has sent.
_making = threading.Lock()


@contextmanager
def in_process(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str | None) -> Iterator[None]:
    """Give the service an empty table and empty queues, each made when it is used; moto has started."""
    requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=10)
    _made.clear()
    for queue in Queue:
        monkeypatch.setenv(QUEUES[queue].url_variable, f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{queue}")
    with table_in_process(monkeypatch, dynamodb_endpoint):
        events = clients.sqs().meta.events  # of a client that all tests share
        events.register_first("provide-client-params.sqs", _make_queue)
        yield
        events.unregister("provide-client-params.sqs", _make_queue)


def _make_queue(params: dict[str, Any], **_: object) -> None:
    url = params.get("QueueUrl")
    if not url or url in _made:
        return
    with _making:
        if url not in _made:
            clients.sqs().create_queue(QueueName=url.rpartition("/")[2])
            _made.add(url)


@contextmanager
def table_in_process(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str | None) -> Iterator[None]:
    """Give the service an empty table; the caller sets the addresses of the queues."""
    _set_environment(monkeypatch, dynamodb_endpoint)
    settings.cache_clear()
    final_tasks._tasks.clear()
    monkeypatch.setattr(backlog, "_last_history", backlog._LastHistory())
    monkeypatch.setattr(backlog, "_backlogs", {queue: backlog._Backlog(queue) for queue in history.COUNTED})
    monkeypatch.setattr(latency, "_seconds", [latency.FIRST_SECONDS])
    monkeypatch.setattr(history, "throughput", throughput := history.Throughput())
    with nullcontext() if dynamodb_endpoint else moto():
        if dynamodb_endpoint:
            _create_table_once()
            delete_items(TABLE_NAME)
        else:
            _create_table()
            events: Any = clients.dynamodb().meta.events
            name = "before-send.dynamodb.BatchExecuteStatement"
            events.register_first(name, _insert_all, unique_id="insert_all")  # once: the client is shared by all tests
        try:
            yield
        finally:
            # A write that is due a second later would be a call to the table of the next test.
            throughput._counts.clear()
            settings.cache_clear()


def moto() -> MockAWS:
    """Let moto respond to calls to AWS: it begins with nothing. Calls to another address reach it."""
    return mock_aws(config={"core": {"mock_credentials": False, "reset_boto3_session": False}})


def _set_environment(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str | None) -> None:
    """Point the service to the table."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": "test",
        "TABLE_NAME": TABLE_NAME,
    }
    if dynamodb_endpoint:
        environment["AWS_ENDPOINT_URL_DYNAMODB"] = dynamodb_endpoint
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def _create_table() -> None:
    # On a busy machine the response may come so late that botocore asks a second time.
    with suppress(clients.dynamodb().exceptions.ResourceInUseException):
        clients.dynamodb().create_table(TableName=TABLE_NAME, **_table_definition())


#: On DynamoDB Local, where it stays.
_create_table_once = cache(_create_table)


def delete_items(table: str) -> None:
    """Delete what an earlier test has written."""
    pages = clients.dynamodb().get_paginator("scan").paginate(TableName=table, ProjectionExpression="task_id, part")
    keys = [key for page in pages for key in page["Items"]]
    for start in range(0, len(keys), MAX_BATCH_WRITES):
        requests: Any = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + MAX_BATCH_WRITES]]
        response = clients.dynamodb().batch_write_item(RequestItems={table: requests})
        assert not response["UnprocessedItems"]


def queue_url(queue: Queue) -> str:
    return settings().queue_urls[QUEUES[queue].url_variable]


def receive(queue: Queue) -> list[Record]:
    """Receive messages as an event source mapping does and return them as the records of an event."""
    response = clients.sqs().receive_message(
        QueueUrl=queue_url(queue),
        MaxNumberOfMessages=10,
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
    """Return the table of infra/template/resources.yaml as the parameters of CreateTable."""
    properties = merged({}, ROOT / "infra" / "template" / "resources.yaml")["Resources"]["TasksTable"]["Properties"]
    names = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}  # that of events.yaml
    return {name: properties[name] for name in names} | {"StreamSpecification": stream}


def _insert_all(request: AWSPreparedRequest, **_: object) -> AWSResponse:
    """Respond to INSERTs with parameters, each by a PutItem: a handler of botocore's event `before-send`."""
    body: Any = request.body
    responses = [_insert(request.url, each["Statement"], each["Parameters"]) for each in json.loads(body)["Statements"]]
    # botocore calls moto's handler, too, and takes the first response: let moto read a call that it can read.
    request.headers["X-Amz-Target"] = "DynamoDB_20120810.ListTables"
    raw = HTTPResponse(io.BytesIO(json.dumps({"Responses": responses}).encode()), preload_content=False)
    return AWSResponse(request.url, 200, HTTPHeaders(), raw)


def _insert(url: str, statement: str, parameters: list[Any]) -> dict[str, Any]:
    found = INSERT.fullmatch(statement)
    assert found, statement
    put = {
        "TableName": found[1],
        "Item": dict(zip(re.findall(r"'(\w+)': \?", found[2]), parameters, strict=True)),
        "ConditionExpression": "attribute_not_exists(task_id)",
    }
    headers = {"X-Amz-Target": "DynamoDB_20120810.PutItem", "Content-Type": "application/x-amz-json-1.0"}
    response = requests.post(url, json=put, headers=headers, timeout=10)
    if response.ok:
        return {"TableName": found[1]}
    code = response.json()["__type"].rpartition("#")[2]
    code = {"ConditionalCheckFailedException": "DuplicateItem"}.get(code, code)
    return {"TableName": found[1], "Error": {"Code": code, "Message": response.text}}
