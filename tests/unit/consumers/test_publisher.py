"""The publisher puts the events of a batch on the bus in as few calls as possible, in the order of the writes."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib import publishing
from chalicelib.aws import sqs
from chalicelib.consumers.publisher import handle
from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.tasks import ids
from tests.support.doubles import unavailable


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


@pytest.fixture
def bus(aws: None, monkeypatch: pytest.MonkeyPatch) -> Bus:
    """Put a model in the place of the bus, and make the queue of what is not published."""
    bus = Bus()
    monkeypatch.setattr(publishing, "events", lambda: bus)
    monkeypatch.setenv("EVENT_BUS", "bus")
    monkeypatch.setenv("UNPUBLISHED_QUEUE_URL", sqs().create_queue(QueueName="unpublished")["QueueUrl"])
    settings.cache_clear()
    return bus


def unpublished() -> list[dict[str, Any]]:
    """Return the messages of the queue of what is not published."""
    url = settings().queue_urls["UNPUBLISHED_QUEUE_URL"]
    messages = sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def record(sequence: int, **attributes: Any) -> dict[str, Any]:
    """Return the record of the INSERT of a task that was cancelled before anything else was known of it.

    It has expired since: the stream may be read a day later.
    """
    item = {"task_id": {"S": ids.new_id()}, "part": {"N": "0"}, "expires_at": {"N": "1"}}
    item |= {"status": {"S": "REVOKED"}, "finished_at": {"S": f"2026-11-24T08:33:22.{sequence:03}Z"}}
    keys = {name: item[name] for name in ("task_id", "part")}
    change = {"Keys": keys, "NewImage": item | attributes, "SequenceNumber": str(sequence)}
    return {"eventName": "INSERT", "dynamodb": change}


def of(records: list[dict[str, Any]]) -> list[str]:
    """Return the ids of the records' events."""
    images = [each["dynamodb"]["NewImage"] for each in records]
    return [f"{image['task_id']['S']}/{image['finished_at']['S']}" for image in images]


def test_a_hundred_events_are_ten_calls_in_the_order_of_their_writes(bus: Bus) -> None:
    records = [record(sequence) for sequence in range(100)]
    assert handle(records) == {"batchItemFailures": []}
    assert bus.ids == of(records)
    assert bus.calls == [10] * 10


def test_the_batch_comes_again_from_the_first_event_that_is_refused(bus: Bus) -> None:
    records = [record(sequence) for sequence in range(30)]
    bus.refused = {13}
    assert handle(records) == {"batchItemFailures": [{"itemIdentifier": "13"}]}
    assert bus.calls == [10, 10], "those after it would come before it"


def test_the_batch_comes_again_while_the_bus_does_not_respond(bus: Bus) -> None:
    bus.error = Unavailable("The event bus does not respond.")
    assert handle([record(0), record(1)]) == {"batchItemFailures": [{"itemIdentifier": "0"}]}


def test_a_record_that_makes_no_task_final_makes_no_call(bus: Bus) -> None:
    assert handle([record(0, status={"S": "STARTED"})]) == {"batchItemFailures": []}
    assert bus.calls == []


def test_an_unreadable_record_is_kept_in_the_queue_and_the_others_pass(
    bus: Bus, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [record(0), record(1, status={"S": "NEW_IN_VERSION_9"}), record(2)]
    assert handle(records) == {"batchItemFailures": []}
    assert bus.ids == of([records[0], records[2]])
    (kept,) = unpublished()
    assert kept["keys"] == records[1]["dynamodb"]["Keys"]
    assert "NEW_IN_VERSION_9" in json.loads(capsys.readouterr().out)["errors"][0]


def test_an_unreadable_record_that_the_queue_refuses_comes_again(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "keep_unreadable", unavailable)
    records = [record(0), record(1, status={"S": "NEW_IN_VERSION_9"}), record(2)]
    assert handle(records) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert bus.ids == of(records[:1])
