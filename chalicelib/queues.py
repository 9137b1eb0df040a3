"""The table of the queues, and the calls to a queue except sending, which is in sending.py.

Every call raises Unavailable where a queue does not respond, and ServiceFault where SQS refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import thresholds
from chalicelib.aws import raise_error, sqs
from chalicelib.errors import ServiceFault
from chalicelib.settings import settings
from chalicelib.tasks.messages import ChunkMessage, Message

#: The longest visibility timeout in seconds. Source: Amazon SQS Developer Guide, "Message quotas".
MAX_VISIBILITY_SECONDS = 43_200
#: How often a queue delivers a message before it moves it to the dead letters.
MAX_RECEIVES = 5


class Queue(StrEnum):
    """The queues."""

    TASKS = "tasks"
    LISTS = "lists"
    LONG_LISTS = "long_lists"
    PROOFS = "proofs"
    LONG_PROOFS = "long_proofs"
    FACTORS = "factors"
    LONG_FACTORS = "long_factors"
    DEAD_LETTERS = "dead_letters"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue, and the function that consumes it."""

    #: What it holds.
    holds: str
    #: The environment variable with its URL.
    url_variable: str
    #: The function, also in app.py.
    function: str
    #: The function's timeout, in seconds.
    timeout_seconds: int
    #: The most records of an invocation.
    batch_size: int
    #: How many functions run at once.
    concurrency: int
    #: The time that a consumer takes for a message where none was measured lately, in seconds.
    typical_seconds: float


#: The table of the queues: one for each class of cost, so that cheap work never waits behind expensive work. The other
#: parts of the service, the template and the tools read it.
QUEUES = {
    # what it holds, URL variable, function, timeout, batch size, concurrency, typical seconds
    Queue.TASKS: QueueRow("single numbers", "TASKS_QUEUE_URL", "worker", 30, 10, 20, 0.005),
    Queue.LISTS: QueueRow("chunks of short lists", "LISTS_QUEUE_URL", "list_worker", 60, 10, 20, 0.1),
    Queue.LONG_LISTS: QueueRow("chunks of long lists", "LONG_LISTS_QUEUE_URL", "long_list_worker", 900, 1, 20, 5.0),
    Queue.PROOFS: QueueRow("computations of up to about 30 s", "PROOFS_QUEUE_URL", "prover", 120, 1, 10, 1.0),
    Queue.LONG_PROOFS: QueueRow("longer computations", "LONG_PROOFS_QUEUE_URL", "long_prover", 900, 1, 5, 60.0),
    Queue.FACTORS: QueueRow("factorizations of up to about 30 s", "FACTORS_QUEUE_URL", "factorizer", 120, 1, 10, 2.0),
    Queue.LONG_FACTORS: QueueRow(
        "longer factorizations", "LONG_FACTORS_QUEUE_URL", "long_factorizer", 900, 1, 5, 300.0
    ),
    Queue.DEAD_LETTERS: QueueRow(
        "messages that failed every attempt", "DEAD_LETTERS_QUEUE_URL", "dead_letters", 30, 10, 2, 0.005
    ),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """The approximate counts of a queue's messages."""

    #: Messages that can be received.
    waiting: int
    #: Messages that were received and are hidden until their visibility timeout ends.
    in_flight: int
    #: Messages that were sent with a delay that has not passed.
    delayed: int


def first_queue(message: Message) -> Queue:
    """Return the queue that a new message is sent to: its class of cost."""
    if not isinstance(message, ChunkMessage):
        return Queue.TASKS
    seconds = message.seconds
    # Its list, if all chunks are alike; the estimate of a chunk may be too long.
    is_short = seconds <= thresholds.MAX_SHORT_CHUNK_SECONDS
    is_short &= seconds * message.chunks <= 2 * thresholds.MAX_SHORT_LIST_SECONDS
    return Queue.LISTS if is_short else Queue.LONG_LISTS


def large_number_queue(seconds: float) -> Queue:
    """Return the queue for a screening, or a search, that takes `seconds`: too long for the worker."""
    return Queue.PROOFS if seconds <= thresholds.MAX_SHORT_SCREENING_SECONDS else Queue.LONG_PROOFS


def consumers(queue: Queue) -> int:
    """Return how many functions consume a queue at once."""
    row = QUEUES[queue]
    slots = settings().slots.get(queue)
    return max(slots // row.batch_size, 1) if slots else row.concurrency


def set_visibility_timeout(queue: Queue, receipt_handle: str, seconds: int) -> None:
    """Hide a received message for this long from now; 0 makes it visible at once."""
    with call():
        sqs().change_message_visibility(
            QueueUrl=url_of(queue), ReceiptHandle=receipt_handle, VisibilityTimeout=min(seconds, MAX_VISIBILITY_SECONDS)
        )


def counts(queue: Queue) -> Counts:
    """Return how many messages a queue holds."""
    with call():
        response = sqs().get_queue_attributes(
            QueueUrl=url_of(queue),
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            ],
        )
    attributes = response["Attributes"]
    return Counts(
        waiting=int(attributes["ApproximateNumberOfMessages"]),
        in_flight=int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        delayed=int(attributes["ApproximateNumberOfMessagesDelayed"]),
    )


def url_of(queue: Queue) -> str:
    """Return the URL of a queue."""
    variable = QUEUES[queue].url_variable
    url = settings().queue_urls.get(variable)
    if url is None:
        raise ServiceFault(f"The environment variable {variable} is not set: deploy with `make run` or `make deploy`.")
    return url


@contextmanager
def call() -> Iterator[None]:
    """Raise Unavailable if a call to SQS in the block gets no response."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise_error("queue", error)
