"""Exactly the writes that make a task final are found in the table's stream."""

import copy
import json
import os
from base64 import b64encode
from typing import Any

import boto3
import pytest

from chalicelib import aws as clients
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.service.read import read_task
from chalicelib.service.retry import retry_task
from chalicelib.settings import settings
from chalicelib.store import transitions
from chalicelib.store.stream import StreamRecord, finished_task
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask
from tests.support.aws import receive
from tests.support.consumers import fail_waiting, handle, redriven, run, run_all
from tests.support.tasks import (
    HARD_PRIME,
    LONG_PRIME,
    SQUARE,
    lower_limits,
    set_chunk_size,
    submit_keyed,
    submit_list,
    submit_number,
)

pytestmark = pytest.mark.usefixtures("aws")

#: The two patterns of infra/template/events.yaml by which Lambda leaves out records.
FINAL = {"SUCCESS", "FAILURE", "REVOKED"}


class Stream:
    """The records that are written from its start on."""

    def __init__(self) -> None:
        """Note the end of the stream."""
        # DynamoDB Local serves the stream beside the table, moto at AWS's address.
        address = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB", "https://streams.dynamodb.us-east-1.amazonaws.com")
        self._client: Any = boto3.client("dynamodbstreams", endpoint_url=address)
        arn = clients.dynamodb().describe_table(TableName=settings().table_name)["Table"]["LatestStreamArn"]
        shards = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self._iterators = [
            self._client.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST")[
                "ShardIterator"
            ]
            for shard in shards
            if "EndingSequenceNumber" not in shard["SequenceNumberRange"]
        ]

    def records(self) -> list[StreamRecord]:
        """Return the records since the last call that pass Lambda's filter, as the JSON of its event has them."""
        found = []
        for place in range(len(self._iterators)):
            while True:
                response = self._client.get_records(ShardIterator=self._iterators[place])
                self._iterators[place] = response["NextShardIterator"]
                if not response["Records"]:
                    break
                found += response["Records"]
        records: list[StreamRecord] = json.loads(json.dumps(found, default=_json))
        return [record for record in records if _passes(record)]


def _json(value: Any) -> str:
    return b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _passes(record: StreamRecord) -> bool:
    """Return whether a record passes Lambda's filter."""
    item = record["dynamodb"].get("NewImage", {})
    is_task = record["dynamodb"]["Keys"]["part"] == {"N": "0"}
    return is_task and (item.get("status", {}).get("S") in FINAL or item.get("remaining") == {"N": "0"})


@pytest.fixture
def stream(aws: None) -> Stream:
    return Stream()


def ends(stream: Stream) -> list[NumberTask | ListTask]:
    """Return the tasks that the writes since the last call have made final, one for each write."""
    return [task for record in stream.records() if (task := finished_task(record)) is not None]


def test_each_way_to_a_final_status_is_one_end_and_no_other_write_is(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower_limits(monkeypatch)
    set_chunk_size(monkeypatch, 2)
    submitted = [submit_number(11), submit_number(HARD_PRIME), submit_number(LONG_PRIME), submit_keyed([11], "number")]
    submitted += [submit_number(SQUARE, factors=True), submit_list([1, 2, 3, 4, 5]), submit_list([6])]
    submitted += [submit_keyed([1, 2, 3], "list", is_list=True)]
    cancelled = submit_number(13)
    cancel_task(cancelled)
    run_all()
    failed = submit_number(17)
    fail_waiting(Queue.TASKS)
    found = ends(stream)
    assert sorted(task.task_id for task in found) == sorted([*submitted, cancelled, failed])
    assert [task for task in found if task != read_task(task.task_id)] == []


@pytest.mark.parametrize("is_written", [True, False])
def test_a_retry_that_ends_is_an_end_also_before_it_is_written_as_pending(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, is_written: bool
) -> None:
    task_id = submit_number(11)
    fail_waiting(Queue.TASKS)
    with monkeypatch.context() as patch:
        if not is_written:
            patch.setattr(transitions, "requeue", lambda *_: True)
        retry_task(task_id)
        fail_waiting(Queue.TASKS)
        retry_task(task_id)
        run_all()
    assert [task.status for task in ends(stream)] == [Status.FAILURE, Status.FAILURE, Status.SUCCESS]


def test_a_chunk_that_is_counted_in_a_failed_list_is_no_other_end(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_chunk_size(monkeypatch, 1)
    submit_list([2, 3, 5])
    first, *rest = receive(Queue.LISTS)
    handle(Queue.DEAD_LETTERS, redriven([first]))
    handle(Queue.LISTS, rest)
    handle(Queue.LISTS, [first])
    assert [task.status for task in ends(stream)] == [Status.FAILURE]


def test_what_expires_and_what_is_no_task_is_no_end(stream: Stream) -> None:
    submit_number(11)
    run(Queue.TASKS)
    (written,) = (record for record in stream.records() if finished_task(record))
    expired = copy.deepcopy(written) | {"eventName": "REMOVE"}
    expired["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    expired["dynamodb"]["OldImage"] = expired["dynamodb"].pop("NewImage")
    other: dict[str, Any] = copy.deepcopy(written)
    other["dynamodb"]["NewImage"]["task_id"] = {"S": "of no task"}
    assert (finished_task(expired), finished_task(other)) == (None, None)
