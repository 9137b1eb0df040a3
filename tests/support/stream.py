"""The stream of the table of the tests: its records as Lambda gives them to the publisher."""

import json
import os
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from chalicelib import aws, publishing
from chalicelib.settings import settings
from chalicelib.store.stream import StreamRecord

#: The two patterns of infra/template/events.yaml by which Lambda leaves out records.
FINAL = {"SUCCESS", "FAILURE", "REVOKED"}


class Stream:
    """The records that are written from its start on."""

    def __init__(self) -> None:
        """Note the end of the stream."""
        # DynamoDB Local serves the stream beside the table, moto at AWS's address.
        address = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB", "https://streams.dynamodb.us-east-1.amazonaws.com")
        self._client: Any = boto3.client("dynamodbstreams", endpoint_url=address)
        arn = aws.dynamodb().describe_table(TableName=settings().table_name)["Table"]["LatestStreamArn"]
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


@dataclass
class Bus:
    """A model of the event bus, for calls of put_events."""

    details: list[dict[str, Any]] = field(default_factory=list)
    #: The sizes of the calls.
    calls: list[int] = field(default_factory=list)
    #: The places of the entries that it refuses, counted from the first one of all calls.
    refused: set[int] = field(default_factory=set)
    #: Raised by each call.
    error: Exception | None = None
    _entries: int = 0

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's
        """Take events, and refuse some."""
        if self.error is not None:
            raise self.error
        self.calls.append(len(Entries))
        response = []
        for entry in Entries:
            if self._entries in self.refused:
                response.append({"ErrorCode": "ThrottlingException", "ErrorMessage": "refused"})
            else:
                self.details.append(json.loads(entry["Detail"]))
                response.append({"EventId": str(self._entries)})
            self._entries += 1
        return {"Entries": response, "FailedEntryCount": 0}

    @property
    def ids(self) -> list[str]:
        """The ids of the events that it took, in their order."""
        return [detail["id"] for detail in self.details]


def model_of_the_bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    """Put a model in the place of the bus, and make the queue of what is not published."""
    bus = Bus()
    monkeypatch.setattr(publishing, "events", lambda: bus)
    monkeypatch.setenv("EVENT_BUS", "bus")
    monkeypatch.setenv("API_URL", "https://api.example/api")
    url = aws.sqs().create_queue(QueueName="unpublished")["QueueUrl"]
    monkeypatch.setenv("UNPUBLISHED_QUEUE_URL", url)
    settings.cache_clear()
    return bus


def unpublished() -> list[dict[str, Any]]:
    """Return the messages of the queue of what is not published."""
    url = settings().queue_urls["UNPUBLISHED_QUEUE_URL"]
    messages = aws.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]
