"""The table of the queues, and every call to SQS.

Every call raises Unavailable where a queue does not respond, and ClientError where SQS refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import raise_transient, sqs
from chalicelib.errors import Unavailable
from chalicelib.group_commit import GroupCommit
from chalicelib.settings import settings
from chalicelib.tasks.messages import Message, encode

#: Messages of one call. Source: Amazon SQS Developer Guide, "Message quotas".
MAX_BATCH_MESSAGES = 10
#: Bytes of all messages of one call. Source: the same page.
MAX_BATCH_BYTES = 1_048_576
#: The longest visibility timeout in seconds. Source: the same page.
MAX_VISIBILITY_SECONDS = 43_200
#: How often a queue delivers a message before it moves it to the dead letters.
MAX_RECEIVES = 5


#: The parameters with which a message is sent, beside its queue.
Parameters = dict[str, str]


class Queue(StrEnum):
    """The queues."""

    TASKS = "tasks"
    LISTS = "lists"
    PROOFS = "proofs"
    LONG_PROOFS = "long_proofs"
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
    #: proofs, lists and long proofs. On AWS a function shares no core, and this changes nothing.
    niceness: int


#: The table of the queues: one for each class of cost, so that cheap work never waits behind expensive work. The other
#: parts of the service, the template and the tools read it.
QUEUES = {
    # what it holds, URL variable, function, timeout, batch size, concurrency, niceness
    Queue.TASKS: QueueRow("single numbers", "TASKS_QUEUE_URL", "worker", 30, 10, 20, 4),
    Queue.LISTS: QueueRow("chunks of lists", "LISTS_QUEUE_URL", "list_worker", 60, 10, 20, 12),
    Queue.PROOFS: QueueRow("what takes up to about 30 s", "PROOFS_QUEUE_URL", "prover", 120, 1, 10, 8),
    Queue.LONG_PROOFS: QueueRow("what takes longer", "LONG_PROOFS_QUEUE_URL", "long_prover", 900, 1, 5, 18),
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


def send_all(queue: Queue, messages: list[Message]) -> None:
    """Send messages in as few calls as possible.

    Raises:
        Unavailable: some messages may have been sent.
    """
    for batch in _batches([_parameters(message) for message in messages]):
        codes = _send_batch(_url(queue), batch)
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


def _batches(messages: list[Parameters]) -> list[list[Parameters]]:
    batches: list[list[Parameters]] = []
    size = MAX_BATCH_BYTES
    for message in messages:
        width = _size(message)
        if size + width > MAX_BATCH_BYTES or len(batches[-1]) == MAX_BATCH_MESSAGES:
            batches.append([])
            size = 0
        batches[-1].append(message)
        size += width
    return batches


def _send_group(queue: Queue, messages: list[Parameters]) -> list[Exception | None]:
    """Send the messages of several threads, and return the error of each."""
    if len(messages) == 1:
        with _call():
            sqs().send_message(QueueUrl=_url(queue), **messages[0])  # type: ignore[arg-type] # a plain dict
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
