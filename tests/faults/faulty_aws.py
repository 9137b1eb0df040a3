"""The service in this process on its table and the model of SQS, with every call to them under control."""

from collections import Counter
from dataclasses import dataclass, field

from chalicelib.queues import Queue
from chalicelib.telemetry import Invocation
from tests.faults.fault_injection import FaultInjector, Killed
from tests.faults.sqs_model import SqsModel
from tests.support.aws import Record
from tests.support.consumers import handle

#: How long `drain` lets pass. A message is delivered again within that time, except an unreadable dead letter.
DRAIN_SECONDS = 6 * 3_600
#: The queues whose consumers forward messages to another one.
QUEUES_BEFORE = {
    Queue.PROOFS: [Queue.TASKS],
    Queue.LONG_PROOFS: [Queue.TASKS, Queue.PROOFS],
    Queue.FACTORS: [Queue.TASKS],
    Queue.LONG_FACTORS: [Queue.TASKS, Queue.FACTORS],
}


@dataclass(frozen=True)
class FaultyAws:
    """The queues, and the faults of the calls to them and to the table."""

    faults: FaultInjector
    sqs: SqsModel
    #: The sums of the metrics of all log lines.
    metrics: Counter[str] = field(default_factory=Counter)

    def receive(self, queue: Queue, limit: int = 10) -> list[Record]:
        """Receive the visible messages of a queue."""
        return self.sqs.receive_visible(queue, limit)

    def forward_to(self, queue: Queue) -> list[Record]:
        """Receive the messages of a queue once the consumers of the queues before it have run."""
        for earlier in QUEUES_BEFORE.get(queue, []):
            self.deliver(earlier, self.receive(earlier))
        return self.receive(queue)

    def deliver(self, queue: Queue, records: list[Record]) -> list[Record]:
        """Run a queue's consumer on records and return the next receive of those that are delivered again."""
        return self.sqs.receive(self.sqs.find(self.handle(queue, records)))

    def drain(self, seconds: float = DRAIN_SECONDS) -> int:
        """Run the consumers for a while: by default until no message is left but dead letters that none can read.

        Returns:
            How many batches they had.
        """
        end, batches = self.sqs.now + seconds, 0
        while self.sqs.now <= end:
            for queue in Queue:
                while records := self.receive(queue):
                    self.handle(queue, records)
                    batches += 1
            next_at = min((message.visible_at for message in self.sqs.messages), default=end + 1)
            self.sqs.pass_time(min(next_at, end + 1) - self.sqs.now)
        return batches

    def handle(self, queue: Queue, records: list[Record]) -> set[str]:
        """Run a queue's consumer on records and delete what it finished, as the event source mapping does.

        Returns:
            The ids of the others: what the response names, or all of them where the process was killed.
        """
        message_ids = {record["messageId"] for record in records}
        invocation = Invocation("test")
        try:
            response = handle(queue, records, invocation)
        except Killed:
            return message_ids
        self.metrics.update(invocation.metrics)
        failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
        self.sqs.delete(message_ids - failed)
        return failed
