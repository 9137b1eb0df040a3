"""The common entry point of the consumers: reads a batch of records and settles the outcome of each.

A consumer decides, this module acts: it writes, forwards, delays, counts and builds the partial batch response. The
records come to the consumer one by one, the cheapest first. An exception concerns one record: the rest of the batch
goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, TypeVar

from chalicelib import clock, queues, sending
from chalicelib.consumers.outcomes import (
    Finished,
    Interim,
    Outcome,
    PutOff,
    Receipt,
    Record,
    Retry,
    Stale,
    Unreadable,
    put_off_delay,
)
from chalicelib.errors import Unavailable
from chalicelib.queues import MAX_RECEIVES, QUEUES, Queue
from chalicelib.store import history, number_results
from chalicelib.store.list_results import OpenList
from chalicelib.store.number_results import TaskUpdate
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.messages import Message, UnreadableMessage, decode
from chalicelib.telemetry import Invocation

T = TypeVar("T")

#: Results that are ready are written before a record that takes longer than this is begun, in seconds.
WRITE_FIRST_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Consumer:
    """The consumer of a queue: how it decides the outcomes of a record, and how its results are written."""

    #: Yields the outcomes of a record; it ends where a task turns out not to be open.
    decide: Callable[[Batch, Record], Iterator[Outcome]]
    #: Writes the results of a batch together. Without it each is written at once: its task has an item.
    write_together: Callable[[list[TaskUpdate]], list[bool | Exception]] | None = None

    def consume(self, event: Any, queue: Queue) -> dict[str, list[dict[str, str]]]:  # noqa: ANN401 - SQSEvent
        """Handle the records of a Chalice SQS event and return the partial batch response."""
        row = QUEUES[queue]

        def remaining_seconds() -> float:
            return float(event.context.get_remaining_time_in_millis()) / 1000

        with Invocation(row.function) as invocation:
            batch = Batch(queue, self, invocation, remaining_seconds)
            records, started = event.to_dict()["Records"], clock.now()
            response = batch.handle(records)
            sent = [sent_at(record, started) for record in records]
            history.throughput.add_batch(queue, batch.finished, sent, started)
            return response


@dataclass(slots=True)
class Batch:
    """The records of one invocation, and what is settled of them."""

    queue: Queue
    consumer: Consumer
    invocation: Invocation
    #: Returns how long the function may still run, in seconds.
    remaining_seconds: Callable[[], float]
    #: How many numbers were finished.
    finished: int = 0
    #: The lists by their ids, None for one that is not open: each is read once for all of its chunks.
    open_lists: dict[str, OpenList | None] = field(default_factory=dict)
    ready: list[Finished | Interim] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    #: The messages that are put off, and whether the rest of the batch is.
    put_off: list[Record] = field(default_factory=list)
    is_down: bool = False

    def handle(self, event_records: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, str]]]:
        """Settle the records of an event, and return the partial batch response.

        Args:
            event_records: the event's records. Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".

        Returns:
            The response that names the messages to deliver again; the others are deleted.
        """
        records = [record for each in event_records if (record := self._read(each))]
        for record in sorted(records, key=attrgetter("seconds")):
            if self.ready and record.seconds > WRITE_FIRST_SECONDS:
                self._write_ready()
            if isinstance(error := attempt(self._run, record), Exception):
                self.fail(record, error)
        self._write_ready()
        self._send_put_off()
        if self.finished:
            self.invocation.metrics["finished"] = self.finished
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in self.failed]}

    def _write(self, outcome: Finished | Interim) -> bool:
        """Write a result, now or together with others; return whether its task may be open.

        What is known of a number is written now where its consumer goes on with it.
        """
        self.ready.append(outcome)
        is_last = isinstance(outcome, Finished) or outcome.update.queue is not None
        return (is_last and self.consumer.write_together is not None) or self._write_ready()

    def _write_ready(self) -> bool:
        """Write the results that are ready, then forward; return whether the task of the last one was open."""
        if not self.ready:
            return True
        ready, self.ready = self.ready, []
        write = self.consumer.write_together or number_results.update_each
        forwards: dict[Queue, list[Record]] = {}
        is_open = True
        for outcome, written in zip(ready, write([each.update for each in ready]), strict=True):
            record, result = outcome.record, outcome.update.result
            is_open = written is True
            if isinstance(written, Exception):
                self.fail(record, written)
            elif not written:
                Stale(record).settle(self)
            elif isinstance(outcome, Finished) and result is not None:
                self.invocation.metrics[f"success_{result.verdict}"] += 1
                self.finished += 1
                self.note_final(record.message)
            elif isinstance(outcome, Interim) and outcome.update.queue is not None:
                forwards.setdefault(outcome.update.queue, []).append(record)
        for queue, records in forwards.items():
            self.forward(queue, records)
        return is_open

    def forward(self, queue: Queue, records: list[Record]) -> None:
        """Send messages to another queue, where their attempts begin anew; each is tried again where that fails."""
        messages = [replace(record.message, attempts=0, put_offs=0) for record in records]
        error = attempt(sending.send_all, queue, messages)
        if not isinstance(error, Exception):
            self.invocation.metrics["forwarded"] += len(records)
            return
        for record in records:
            self.fail(record, error)

    def fail(self, record: Record, error: Exception) -> bool:
        """Settle a record that met an error; return False, because its consumer may not go on.

        Where the table or a queue does not respond, that is no fault of the message: it is put off, and with it what is
        left of the batch, because each further call could take as long as the function may.
        """
        if not isinstance(error, Unavailable):
            return Retry(record, error).settle(self)
        self.is_down = True
        self.invocation.lists["errors"].append(error.detail)
        return PutOff(record).settle(self)

    def note_final(self, message: Message) -> None:
        """Log the seconds from the submission of a task to its final status, if its id has it and it is the first."""
        if not message.round and not ids.is_keyed(message.task_id):
            submitted = ids.submitted_at(message.task_id)
            self.invocation.lists["seconds_to_final"].append(max(0.0, round(clock.now() - submitted, 3)))

    def deliver_again(self, record: Receipt, delay: int | None) -> None:
        """Have a message delivered again after a delay in seconds, None for the queue's visibility timeout."""
        self.failed.append(record.message_id)
        if delay is not None:
            self.set_visibility_timeout(record, delay)

    def set_visibility_timeout(self, record: Receipt, seconds: int) -> None:
        """Set the visibility timeout of a message. Where that fails, the one that it has stays."""
        self.succeeds(queues.set_visibility_timeout, self.queue, record.receipt_handle, seconds)

    def succeeds(self, act: Callable[..., object], *arguments: object) -> bool:
        """Call a function whose failure must not stop the work; log its exception, and return whether it had none."""
        error = attempt(act, *arguments)
        if isinstance(error, Exception):
            self.invocation.lists["errors"].append(f"{type(error).__name__}: {error}")
        return not isinstance(error, Exception)

    def _send_put_off(self) -> None:
        """Send the messages that are put off anew; one that cannot be sent is delivered again, which uses a receive."""
        if not self.put_off:
            return
        self.invocation.metrics["put_off"] += len(self.put_off)
        delays = [put_off_delay(record.message.put_offs) for record in self.put_off]
        messages = [replace(record.anew(), put_offs=record.message.put_offs + 1) for record in self.put_off]
        if not self.succeeds(sending.send_later, self.queue, messages, delays):
            for record, delay in zip(self.put_off, delays, strict=True):
                self.deliver_again(record, delay)

    def _run(self, record: Record) -> None:
        if lifetime.have_messages_ended(record.message.expires_at):
            Stale(record).settle(self)
            return
        if self.is_down:
            PutOff(record).settle(self)
            return
        if record.attempt > MAX_RECEIVES and self.queue is not Queue.DEAD_LETTERS:
            self.deliver_again(record, 0)  # it has had its attempts: SQS moves it after the receives that are left
            return
        for outcome in self.consumer.decide(self, record):
            is_open = self._write(outcome) if isinstance(outcome, Finished | Interim) else outcome.settle(self)
            if not is_open:
                return

    def _read(self, event_record: dict[str, Any]) -> Record | None:
        receive_count = int(event_record["attributes"]["ApproximateReceiveCount"])
        receipt = event_record["messageId"], event_record["receiptHandle"], receive_count
        self.invocation.fields["receive_count"] = max(receive_count, self.invocation.fields.get("receive_count", 1))
        try:
            message = decode(event_record["body"])
        except UnreadableMessage as error:
            Unreadable(Receipt(*receipt), str(error)).settle(self)
            return None
        self.invocation.lists["task_ids"].append(message.task_id)
        return Record(*receipt, message, message.seconds, message.attempts + receive_count)


def sent_at(record: dict[str, Any], received_at: float) -> float:
    """Return when a message was sent; when it was received for a later receive, which an attempt has delayed."""
    attributes = record["attributes"]
    if attributes.get("ApproximateReceiveCount", "1") != "1" or "SentTimestamp" not in attributes:
        return received_at
    return min(int(attributes["SentTimestamp"]) / 1000, received_at)


def attempt(act: Callable[..., T], *arguments: Any) -> T | Exception:  # noqa: ANN401 - of any function
    """Call a function, and return what it returns, or the exception that it raises."""
    try:
        return act(*arguments)
    except Exception as error:  # noqa: BLE001 - one bad message or call must not delay the rest of the batch
        return error
