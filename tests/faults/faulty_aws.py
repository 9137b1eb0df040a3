"""The service in this process on DynamoDB Local and the model of SQS, with every call to them under control."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from chalicelib.queues import Queue
from tests.faults.fault_injection import FaultInjector, Killed, inject_faults
from tests.faults.sqs_model import SqsModel
from tests.support.aws import Record, table_in_process
from tests.support.consumers import REMAINING_SECONDS, handle

#: How long `drain` lets pass. A message is delivered again within that time, except an unreadable dead letter.
DRAIN_SECONDS = 6 * 3_600
#: The queues whose consumers forward messages to another one.
QUEUES_BEFORE = {Queue.PROOFS: [Queue.TASKS], Queue.LONG_PROOFS: [Queue.TASKS, Queue.LISTS, Queue.PROOFS]}


@dataclass(frozen=True)
class FaultyAws:
    """The queues, and the faults of the calls to them and to the table."""

    faults: FaultInjector
    sqs: SqsModel

    def receive(self, queue: Queue, limit: int = 10) -> list[Record]:
        """Receive the visible messages of a queue."""
        return self.sqs.receive_visible(queue, limit)

    def forward_to(self, queue: Queue) -> list[Record]:
        """Receive the messages of a queue once the consumers of the queues before it have run."""
        for earlier in QUEUES_BEFORE.get(queue, []):
            self.deliver(earlier, self.receive(earlier))
        return self.receive(queue)

    def deliver(
        self, queue: Queue, records: list[Record], remaining_seconds: Callable[[], float] = lambda: REMAINING_SECONDS
    ) -> list[Record]:
        """Run a queue's consumer on records, as the event source mapping does.

        Returns:
            The next receive of those that are delivered again: what the response names, or all of them where the
            process was killed.
        """
        return self.sqs.receive(self.sqs.find(self._handle(queue, records, remaining_seconds)))

    def drain(self) -> None:
        """Run the consumers until no message is left, while a few hours pass.

        What then is left is a dead letter that no consumer can read.
        """
        end = self.sqs.now + DRAIN_SECONDS
        while self.sqs.now <= end:
            for queue in Queue:
                while records := self.receive(queue):
                    self._handle(queue, records)
            self.sqs.now = min((message.visible_at for message in self.sqs.messages), default=end + 1)
        self.sqs.now = end

    def _handle(
        self, queue: Queue, records: list[Record], remaining_seconds: Callable[[], float] = lambda: REMAINING_SECONDS
    ) -> set[str]:
        """Run the consumer, delete what it finished and return the ids of the others."""
        message_ids = {record["messageId"] for record in records}
        try:
            response = handle(queue, records, remaining_seconds=remaining_seconds)
        except Killed:
            return message_ids
        failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
        self.sqs.delete(message_ids - failed)
        return failed


@contextmanager
def faulty_aws_in_process(monkeypatch: pytest.MonkeyPatch, dynamodb_endpoint: str | None) -> Iterator[FaultyAws]:
    """Give the service an empty table and the model's queues, which are empty, too."""
    for queue in Queue:
        monkeypatch.setenv(f"{queue.upper()}_QUEUE_URL", f"http://sqs/{queue}")
    sqs = SqsModel()
    with table_in_process(monkeypatch, dynamodb_endpoint), inject_faults(monkeypatch, sqs) as faults:
        yield FaultyAws(faults, sqs)
