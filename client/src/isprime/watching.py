"""The events of final tasks on one machine: a rule on the event bus of the emulator, with a queue of its own.

The rule's name has the number of the process, so that the next one finds what a killed one has left.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from isprime.cli.display import shorten
from isprime.errors import IsPrimeError

#: The bus of the service that `make run` deploys.
BUS = "is-it-prime-local"
PATTERN = json.dumps({"source": ["is-it-prime"], "detail-type": ["TaskFinished"]})
#: The names of the rules and the queues begin with it.
PREFIX = "watch-"
#: The queue keeps an event for a minute, the least that SQS takes: nobody reads it after a watch was killed.
KEPT_SECONDS = 60
#: An emulator takes any credentials; these keep the real ones from being sent to it.
KEY, REGION = "test", "us-east-1"


class NoEvents(IsPrimeError):
    """The emulator does not respond, or has no event bus of the service."""


class Watch:
    """A rule on the event bus, and the queue into which it puts the events."""

    def __init__(self, endpoint: str) -> None:
        """Make both at the emulator of this address.

        Raises:
            BotoCoreError: The emulator does not respond.
            ClientError: It has no bus of the service.
        """
        session = boto3.Session(aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=REGION)
        config = Config(retries={"total_max_attempts": 2}, proxies={})
        self._events = session.client("events", endpoint_url=endpoint, config=config)
        self._sqs = session.client("sqs", endpoint_url=endpoint, config=config)
        self._delete_left()
        self._name = f"{PREFIX}{os.getpid()}"
        self._events.put_rule(Name=self._name, EventBusName=BUS, EventPattern=PATTERN)
        self._queue_url = self._sqs.create_queue(
            QueueName=self._name, Attributes={"MessageRetentionPeriod": str(KEPT_SECONDS)}
        )["QueueUrl"]
        described = self._sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])
        target = {"Id": "queue", "Arn": described["Attributes"]["QueueArn"], "InputPath": "$.detail"}
        self._events.put_targets(Rule=self._name, EventBusName=BUS, Targets=[target])

    def receive(self, wait_seconds: int = 1) -> list[dict[str, Any]]:
        """Return the details of events that have come, after this time at most."""
        received = self._sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds
        )
        messages = received.get("Messages", [])
        if messages:
            entries: Any = [
                {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]} for place, message in enumerate(messages)
            ]
            self._sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)
        return [json.loads(message["Body"]) for message in messages]

    def close(self) -> None:
        """Delete the rule and the queue."""
        self._delete(self._name)

    def _delete_left(self) -> None:
        """Delete what a watch has left that was killed."""
        for rule in self._events.list_rules(NamePrefix=PREFIX, EventBusName=BUS)["Rules"]:
            number = rule["Name"].removeprefix(PREFIX)
            if number.isdigit() and not _is_running(int(number)):
                self._delete(rule["Name"])

    def _delete(self, name: str) -> None:
        with contextlib.suppress(ClientError, BotoCoreError):
            self._events.remove_targets(Rule=name, EventBusName=BUS, Ids=["queue"])
            self._events.delete_rule(Name=name, EventBusName=BUS)
        with contextlib.suppress(ClientError, BotoCoreError):
            self._sqs.delete_queue(QueueUrl=self._sqs.get_queue_url(QueueName=name)["QueueUrl"])


@contextmanager
def watching(endpoint: str) -> Iterator[Watch]:
    """Watch the final tasks of an emulator during the block.

    Raises:
        NoEvents: The emulator does not respond, or has no bus of the service.
    """
    try:
        watch = Watch(endpoint)
        try:
            yield watch
        finally:
            watch.close()
    except (ClientError, BotoCoreError) as error:
        raise NoEvents(f"{str(error).rstrip('.')}. Start the service with `make run` first.") from error


def line(detail: dict[str, Any]) -> str:
    """Return an event as a line: the time, the end, the result, and the task's address."""
    proven = {True: "proven", False: "not proven", None: ""}[detail["proven"]]
    number = shorten(detail["number"], "digits") if detail["number"] else detail["kind"]
    found = " ".join(filter(None, [number, detail["verdict"], proven]))
    return f"{detail['finished_at']}  {detail['status']:<7}  {found}  {detail['link']}"


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of another user
        return True
    return True
