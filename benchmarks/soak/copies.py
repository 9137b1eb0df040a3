"""Send copies of the tasks' messages to the queues, because SQS may deliver a message more than once."""

import random
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from benchmarks.soak.submissions import Kind, Submission
from chalicelib.queues import Queue
from chalicelib.tasks.chunks import split
from chalicelib.tasks.messages import Message, NumberMessage, encode
from infra.deploy.cloud import EMULATOR_KEY, EMULATOR_REGION

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

#: A part of each queue's name.
NAMES = {
    Queue.TASKS: "-TasksQueue-",
    Queue.LISTS: "-ListsQueue-",
    Queue.PROOFS: "-ProofsQueue-",
    Queue.LONG_PROOFS: "-LongProofsQueue-",
    Queue.DEAD_LETTERS: "-DeadLettersQueue-",
}
#: The queues that the messages of a task may be in.
QUEUES_OF = {
    Kind.NUMBER: (Queue.TASKS,),
    Kind.LIST: (Queue.LISTS,),
    Kind.PROOF: (Queue.TASKS, Queue.PROOFS),
    Kind.LONG_PROOF: (Queue.TASKS, Queue.LONG_PROOFS),
}
COUNTS = ("", "NotVisible", "Delayed")


class Queues:
    """The queues of the emulator on a port."""

    def __init__(self, port: int) -> None:
        """Find the queues; the service must run."""
        session = boto3.Session(EMULATOR_KEY, EMULATOR_KEY, region_name=EMULATOR_REGION)
        config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
        self._sqs: SQSClient = session.client("sqs", endpoint_url=f"http://127.0.0.1:{port}", config=config)
        urls = self._sqs.list_queues()["QueueUrls"]
        self._urls = {queue: next(url for url in urls if name in url) for queue, name in NAMES.items()}

    def send(self, queue: Queue, message: Message) -> None:
        """Send a message."""
        self._sqs.send_message(QueueUrl=self._urls[queue], MessageBody=encode(message))

    def count(self) -> int:
        """Return how many messages all queues hold: waiting, in flight and delayed."""
        names = [f"ApproximateNumberOfMessages{suffix}" for suffix in COUNTS]
        total = 0
        for url in self._urls.values():
            found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)  # type: ignore[arg-type] # str
            total += sum(int(value) for value in found["Attributes"].values())
        return total

    def set_visibility_timeout(self, seconds: int) -> None:
        """Set the visibility timeout of all queues."""
        for url in self._urls.values():
            self._sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})


def copy_of(task_id: str, submission: Submission, source: random.Random) -> tuple[Queue, Message]:
    """Return a queue that the task's message may be in, and a copy of it: for a list, of one of its chunks."""
    queue = source.choice(QUEUES_OF[submission.kind])
    if submission.kind is Kind.LIST:
        return queue, source.choice(split(task_id, [*submission.numbers]))
    return queue, NumberMessage(task_id, submission.numbers[0])
