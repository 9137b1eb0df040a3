"""The table of the queues, and every call to SQS.

Every call raises Unavailable where a queue does not respond, and ClientError where SQS refuses it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import raise_transient, sqs
from chalicelib.concurrently import in_parallel
from chalicelib.errors import Unavailable
from chalicelib.group_commit import GroupCommit
from chalicelib.settings import settings
from chalicelib.tasks.messages import ChunkMessage, Message, encode

#: Messages of one call. Source: Amazon SQS Developer Guide, "Message quotas".
MAX_BATCH_MESSAGES = 10
#: Bytes of all messages of one call. Source: the same page.
MAX_BATCH_BYTES = 1_048_576
#: The longest visibility timeout in seconds. Source: the same page.
MAX_VISIBILITY_SECONDS = 43_200
#: The longest delay of a message in seconds. Source: the same page.
MAX_DELAY_SECONDS = 900
#: How often a queue delivers a message before it moves it to the dead letters.
MAX_RECEIVES = 5
#: How many calls send the messages of a list at the same time.
SENDERS = 8
#: A chunk that takes longer than this starts in the queue of long lists, in seconds, and so does one whose list takes
#: longer if all of its chunks are alike. Those of a short list take half of both: see tasks/chunks.py.
MAX_SHORT_CHUNK_SECONDS, MAX_SHORT_LIST_SECONDS = 0.5, 20.0


class PartlySent(Unavailable):
    """A part of the service does not respond."""

    def __init__(self, detail: str, sent: int) -> None:
        """Note how many messages were sent for sure, from the first one on; others may have been sent."""
        super().__init__(detail)
        self.sent = sent


#: The parameters with which a message is sent, beside its queue.
Parameters = dict[str, Any]


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
    #: By how much the function lowers its scheduling priority. On one machine all functions share the cores with the
    #: API and the emulator, which come first: they pass on what the consumers work on. Then come single numbers, short
    #: lists, short proofs, long lists and long proofs. On AWS a function shares no core, and this changes nothing.
    niceness: int


#: The table of the queues: one for each class of cost, so that cheap work never waits behind expensive work. The other
#: parts of the service, the template and the tools read it.
QUEUES = {
    # what it holds, URL variable, function, timeout, batch size, concurrency, niceness
    Queue.TASKS: QueueRow("single numbers", "TASKS_QUEUE_URL", "worker", 30, 10, 20, 4),
    Queue.LISTS: QueueRow("chunks of short lists", "LISTS_QUEUE_URL", "list_worker", 60, 10, 20, 6),
    Queue.LONG_LISTS: QueueRow("chunks of long lists", "LONG_LISTS_QUEUE_URL", "long_list_worker", 900, 1, 20, 14),
    Queue.PROOFS: QueueRow("what takes up to about 30 s", "PROOFS_QUEUE_URL", "prover", 120, 1, 10, 8),
    Queue.LONG_PROOFS: QueueRow("what takes longer", "LONG_PROOFS_QUEUE_URL", "long_prover", 900, 1, 5, 18),
    Queue.FACTORS: QueueRow("factorizations of up to about 30 s", "FACTORS_QUEUE_URL", "factorizer", 120, 1, 10, 10),
    Queue.LONG_FACTORS: QueueRow("longer factorizations", "LONG_FACTORS_QUEUE_URL", "long_factorizer", 900, 1, 5, 19),
    Queue.DEAD_LETTERS: QueueRow(
        "messages that failed every attempt", "DEAD_LETTERS_QUEUE_URL", "dead_letters", 30, 10, 2, 4
    ),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages a queue holds, approximately."""

    #: Messages that can be received.
    waiting: int
    #: Messages that were received and are hidden until their visibility timeout ends.
    in_flight: int
    #: Messages that were sent with a delay that has not passed.
    delayed: int


def send(queue: Queue, message: Message) -> None:
    """Send a message. Threads that send at the same time share a call.

    Raises:
        Unavailable: the message may have been sent.
    """
    _committers[queue].commit(_parameters(message))


def first_queue(message: Message) -> Queue:
    """Return the queue that a new message is sent to: its class of cost."""
    if not isinstance(message, ChunkMessage):
        return Queue.TASKS
    seconds = message.seconds
    is_short = seconds <= MAX_SHORT_CHUNK_SECONDS and seconds * message.chunks <= MAX_SHORT_LIST_SECONDS
    return Queue.LISTS if is_short else Queue.LONG_LISTS


def send_new(messages: Sequence[Message]) -> None:
    """Send the messages of a new task to the queues where they start.

    Raises:
        PartlySent: some messages may have been sent.
    """
    _send([(first_queue(message), message) for message in messages])


def send_all(queue: Queue, messages: Sequence[Message]) -> None:
    """Send messages in as few calls as possible.

    Raises:
        PartlySent: some messages may have been sent.
    """
    _send([(queue, message) for message in messages])


def _send(messages: Sequence[tuple[Queue, Message]]) -> None:
    """Send messages in as few calls as possible, several at the same time. The first error ends it."""
    batches, taking = _batches(messages), threading.Lock()
    sent: set[int] = set()
    errors: list[Exception] = []

    def send_until_an_error() -> None:
        while not errors:
            with taking:
                batch = next(batches, None)
            if batch is None:
                return
            try:
                codes = _send_batch(_url(batch.queue), batch.entries)
            except (Unavailable, ClientError) as error:
                errors.append(error)
                return
            sent.update(place for index, place in enumerate(batch.places) if index not in codes)
            if codes:
                errors.append(Unavailable(f"The queue refused a part of the messages ({next(iter(codes.values()))})."))

    if len(messages) <= MAX_BATCH_MESSAGES:
        send_until_an_error()
    else:
        in_parallel([send_until_an_error] * SENDERS)
    if errors:
        first = errors[0]
        if not isinstance(first, Unavailable):
            raise first
        unsent = (place for place in range(len(messages)) if place not in sent)
        raise PartlySent(first.detail, next(unsent)) from first


def send_later(queue: Queue, messages: list[Message], delays: list[int]) -> None:
    """Send up to ten messages by one call; each can be received after a delay in seconds.

    Raises:
        Unavailable: some messages may have been sent.
    """
    delayed = zip(messages, delays, strict=True)
    codes = _send_batch(_url(queue), [_parameters(message) | {"DelaySeconds": delay} for message, delay in delayed])
    if codes:
        raise Unavailable(f"The queue refused a part of the messages ({next(iter(codes.values()))}).")


def set_visibility_timeout(queue: Queue, receipt_handle: str, seconds: int) -> None:
    """Hide a received message for this long from now; 0 makes it visible at once."""
    with _call():
        sqs().change_message_visibility(
            QueueUrl=_url(queue), ReceiptHandle=receipt_handle, VisibilityTimeout=min(seconds, MAX_VISIBILITY_SECONDS)
        )


def counts(queue: Queue) -> Counts:
    """Return how many messages a queue holds."""
    with _call():
        response = sqs().get_queue_attributes(
            QueueUrl=_url(queue),
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


def _url(queue: Queue) -> str:
    variable = QUEUES[queue].url_variable
    url = settings().queue_urls.get(variable)
    if url is None:
        raise RuntimeError(f"The environment variable {variable} is not set: deploy with `make run` or `make deploy`.")
    return url


@contextmanager
def _call() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise_transient("queue", error)
        raise


def _parameters(message: Message) -> Parameters:
    """Return the parameters of a message; those of one caller are a message group.

    SQS gives the messages of other groups precedence over those of a group that occupies most of the consumers. Source:
    Amazon SQS Developer Guide, "Amazon SQS fair queues".
    """
    body = {"MessageBody": encode(message)}
    return body | {"MessageGroupId": message.caller} if message.caller else body


def _size(parameters: Parameters) -> int:
    """Return the bytes of a message: the length of its body in UTF-8."""
    body = parameters["MessageBody"]
    return len(body) if body.isascii() else len(body.encode())


@dataclass(slots=True)
class _Batch:
    """The messages of a call."""

    queue: Queue
    entries: list[Parameters] = field(default_factory=list)
    #: Their places among all that are to be sent.
    places: list[int] = field(default_factory=list)
    bytes: int = 0


def _batches(messages: Iterable[tuple[Queue, Message]]) -> Iterator[_Batch]:
    """Yield the batches of messages; each message is encoded when its batch is made."""
    last: dict[Queue, _Batch] = {}
    for place, (queue, message) in enumerate(messages):
        parameters = _parameters(message)
        size, batch = _size(parameters), last.setdefault(queue, _Batch(queue))
        if batch.entries and (batch.bytes + size > MAX_BATCH_BYTES or len(batch.entries) == MAX_BATCH_MESSAGES):
            yield batch
            batch = last[queue] = _Batch(queue)
        batch.entries.append(parameters)
        batch.places.append(place)
        batch.bytes += size
    yield from last.values()


def _send_group(queue: Queue, messages: list[Parameters]) -> list[Exception | None]:
    """Send the messages of several threads, and return the error of each."""
    if len(messages) == 1:
        with _call():
            sqs().send_message(QueueUrl=_url(queue), **messages[0])
        return [None]
    codes = _send_batch(_url(queue), messages)
    return [
        Unavailable(f"The queue refused the message ({codes[index]}).") if index in codes else None
        for index in range(len(messages))
    ]


#: For each queue what its threads send at the same time.
_committers = {
    queue: GroupCommit(partial(_send_group, queue), _size, MAX_BATCH_MESSAGES, MAX_BATCH_BYTES) for queue in Queue
}


def _send_batch(queue_url: str, messages: list[Parameters]) -> dict[int, str]:
    """Send messages by one call, and return the error codes of those that the queue refuses, by their places."""
    entries: Any = [{"Id": str(index), **message} for index, message in enumerate(messages)]  # plain dicts
    with _call():
        response = sqs().send_message_batch(QueueUrl=queue_url, Entries=entries)
    return {int(entry["Id"]): entry.get("Code", "unknown") for entry in response.get("Failed", [])}
