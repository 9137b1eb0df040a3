"""`make watch`: the tasks of `make run` as they become final, each one a line; with EMULATOR_PORT."""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.tasks.events import SOURCE, TASK_FINISHED
from infra.deploy.cloud import connect
from infra.deploy.outputs import outputs_of
from infra.environment import isolate
from infra.errors import InfraError

PATTERN = json.dumps({"source": [SOURCE], "detail-type": [TASK_FINISHED]})
#: A rule and its queue have this name and the number of the process, so that the next watch finds those of one that was
#: killed. Their queue keeps messages for a minute only, the least that SQS takes.
PREFIX = "watch-"
KEPT_SECONDS = 60


class Watch:
    """A rule on the event bus of an emulator, and the queue into which it puts the events."""

    def __init__(self, endpoint: str) -> None:
        """Make both.

        Raises:
            InfraError: The service is deployed there without events.
        """
        session = connect(endpoint).session
        self._events = session.client("events", endpoint_url=endpoint)
        self._sqs = session.client("sqs", endpoint_url=endpoint)
        bus = outputs_of("local", endpoint).get("EventBusName")
        if bus is None:
            message = "The service publishes no events: deploy it with the parameter Events=true."
            raise InfraError(message)
        self._bus = bus
        self._delete_left()
        self._name = f"{PREFIX}{os.getpid()}"
        self._queue_url = self._sqs.create_queue(
            QueueName=self._name, Attributes={"MessageRetentionPeriod": str(KEPT_SECONDS)}
        )["QueueUrl"]
        described = self._sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])
        target = {"Id": "queue", "Arn": described["Attributes"]["QueueArn"], "InputPath": "$.detail"}
        self._events.put_rule(Name=self._name, EventBusName=bus, EventPattern=PATTERN)
        self._events.put_targets(Rule=self._name, EventBusName=bus, Targets=[target])

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
        for rule in self._events.list_rules(NamePrefix=PREFIX, EventBusName=self._bus)["Rules"]:
            number = rule["Name"].removeprefix(PREFIX)
            if number.isdigit() and not Path(f"/proc/{number}").exists():
                self._delete(rule["Name"])

    def _delete(self, name: str) -> None:
        with contextlib.suppress(ClientError):
            self._events.remove_targets(Rule=name, EventBusName=self._bus, Ids=["queue"])
            self._events.delete_rule(Name=name, EventBusName=self._bus)
        with contextlib.suppress(ClientError):
            self._sqs.delete_queue(QueueUrl=self._sqs.get_queue_url(QueueName=name)["QueueUrl"])


@contextmanager
def watching(endpoint: str) -> Iterator[Watch]:
    """Watch the final tasks of an emulator during the block."""
    watch = Watch(endpoint)
    try:
        yield watch
    finally:
        watch.close()


def line(detail: dict[str, Any]) -> str:
    """Return an event as a line: when, how it ended, what was found, and where the task is."""
    proven = {True: "proven", False: "not proven", None: ""}[detail["proven"]]
    found = " ".join(filter(None, [detail["number"] or detail["kind"], detail["verdict"], proven]))
    return f"{detail['finished_at']}  {detail['status']:<7}  {found}  {detail['link']}"


def main() -> None:
    """Print the final tasks until a signal, or until nobody reads them."""
    isolate()
    endpoint = f"http://127.0.0.1:{os.environ.get('EMULATOR_PORT') or '4566'}"
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        with watching(endpoint) as watch:
            print("watching: each task that becomes final is a line; Ctrl-C ends it", flush=True)
            while True:
                for detail in watch.receive():
                    print(line(detail), flush=True)
    except (InfraError, ClientError, BotoCoreError) as error:
        sys.exit(f"make watch: {error} Start the service with `make run` first.")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes stdout at its end


if __name__ == "__main__":
    main()
