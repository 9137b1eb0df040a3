"""What is common to the consumers of the queues: a batch of records, and what the outcome of each means.

A consumer decides, this module acts: it writes, forwards, delays, counts and builds the partial batch response. The
records come to the consumer one by one, the cheapest first. An exception concerns one record: the rest of the batch
goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, TypeAlias

from chalicelib import clock, queues, sending
from chalicelib.consumers.outcomes import (
    REDRIVE_SECONDS,
    ComputationFailed,
    Failed,
    Finished,
    FinishedChunk,
    Forward,
    HandBack,
    Interim,
    Outcome,
    PutOff,
    Receipt,
    Record,
    Redrive,
    Retry,
    Stale,
    Unreadable,
    Update,
    caught,
    is_fault,
    outcome_of,
    put_off_delay,
    retry_delay,
)
from chalicelib.errors import Unavailable
from chalicelib.queues import MAX_RECEIVES, MAX_VISIBILITY_SECONDS, QUEUES, Queue
from chalicelib.store import history, list_results, number_results, stored_results, transitions
from chalicelib.store.list_results import OpenList
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.messages import Message, UnreadableMessage, decode
from chalicelib.telemetry import Invocation

#: The partial batch response: it names the messages to deliver again; the others are deleted.
Response: TypeAlias = dict[str, list[dict[str, str]]]

#: Results that are ready are written before a record that takes longer than this is begun, in seconds.
WRITE_FIRST_SECONDS = 0.005


def consume(decide: Decide, event: Any, queue: Queue) -> Response:  # noqa: ANN401 - Chalice's SQSEvent
    """Handle the records of a Chalice SQS event and return the partial batch response."""
    row = QUEUES[queue]
    with Invocation(row.function) as invocation:
        batch = Batch(queue, decide, invocation, lambda: event.context.get_remaining_time_in_millis() / 1000)
        records, started = event.to_dict()["Records"], clock.now()
        response = batch.handle(records)
        sent = [sent_at(record, started) for record in records]
        history.throughput.add_batch(queue, batch.finished, sent, started)
        return response


@dataclass(slots=True)
class Batch:
    """The records of one invocation, and the settled outcomes."""

    queue: Queue
    #: Yields the outcomes of a record; it ends where a task turns out not to be open.
    decide: Decide
    invocation: Invocation
    #: Returns how long the function may still run, in seconds.
    remaining_seconds: Callable[[], float]
    #: How many numbers were finished.
    finished: int = 0
    #: The lists by their ids, None for one that is not open: each is read once for all of its chunks.
    open_lists: dict[str, OpenList | None] = field(default_factory=dict)
    #: What is to be written together.
    ready: list[Update] = field(default_factory=list)
    #: The ids of the messages that are to be delivered again.
    failed: list[str] = field(default_factory=list)
    #: The messages that are put off, and whether the rest of the batch is.
    put_off: list[Record] = field(default_factory=list)
    is_down: bool = False

    def handle(self, event_records: Iterable[dict[str, Any]]) -> Response:
        """Settle the records of an event, and return the partial batch response.

        Args:
            event_records: the event's records. Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".
        """
        records = [record for each in event_records if (record := self._read(each))]
        for record in sorted(records, key=attrgetter("seconds")):
            if self.ready and record.seconds > WRITE_FIRST_SECONDS:
                self._write_ready()
            if isinstance(error := caught(self._run, record), Exception):
                self._settle_error(record, error)
        self._write_ready()
        self._send_put_off()
        if self.finished:
            self.invocation.metrics["finished"] = self.finished
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in self.failed]}

    def set_visibility_timeout(self, record: Receipt, seconds: int) -> None:
        """Set the visibility timeout of a message. If that fails, its timeout stays."""
        self.succeeds(queues.set_visibility_timeout, self.queue, record.receipt_handle, seconds)

    def succeeds(self, act: Callable[..., object], *arguments: object) -> bool:
        """Call a function whose failure must not stop the work; log its exception, and return whether it had none."""
        error = caught(act, *arguments)
        if isinstance(error, Exception):
            self.log(error)
        return not isinstance(error, Exception)

    def log(self, error: Exception) -> None:
        """Log an exception, and count the faults of the service: an alarm watches them."""
        if is_fault(error):
            self.invocation.metrics["faults"] += 1
        self.invocation.lists["errors"].append(f"{type(error).__name__}: {error}")

    def _read(self, event_record: dict[str, Any]) -> Record | None:
        receive_count = int(event_record["attributes"]["ApproximateReceiveCount"])
        receipt = event_record["messageId"], event_record["receiptHandle"], receive_count
        self.invocation.fields["receive_count"] = max(receive_count, self.invocation.fields.get("receive_count", 1))
        try:
            message = decode(event_record["body"])
        except UnreadableMessage as error:
            self._settle(Unreadable(Receipt(*receipt), str(error)))
            return None
        self.invocation.lists["task_ids"].append(message.task_id)
        return Record(*receipt, message, message.seconds, message.attempts + receive_count)

    def _run(self, record: Record) -> None:
        if lifetime.have_messages_ended(record.message.expires_at):
            self._settle(Stale(record))
        elif self.is_down:
            self._settle(PutOff(record))
        elif record.attempt > MAX_RECEIVES and self.queue is not Queue.DEAD_LETTERS:
            self._deliver_again(record, 0)  # it has had its attempts: SQS moves it after the receives that are left
        else:
            try:
                for outcome in self.decide(self, record):
                    if not self._settle(outcome):
                        break
            except ComputationFailed as error:
                self.log(error)
                self._settle(outcome_of(record, error))

    def _settle(self, outcome: Outcome) -> bool:  # noqa: C901, PLR0912 - a case for each outcome
        """Do what an outcome means; return whether its consumer may go on with the record."""
        metrics = self.invocation.metrics
        match outcome:
            case Interim():
                self.ready.append(outcome)
                return self._write_ready()
            case Finished():
                self.ready.append(outcome)
            case Forward(record, update, queue):
                self.ready.append(replace(outcome, update=replace(update, queue=queue)))
            case FinishedChunk(record, (text, primes, probable_primes)):
                remaining = list_results.write_chunk(record.chunk, text, primes, probable_primes, record.attempt)
                if remaining is None:
                    return self._settle(Stale(record))
                metrics["chunks"] += 1
                self.finished += record.chunk.count
                if not remaining:
                    self._note_final(record.message)
            case Failed(record, reason):
                attempts = MAX_RECEIVES if self.queue is Queue.DEAD_LETTERS else record.attempt
                if not transitions.write_failure(record.message, reason, attempts):
                    return self._settle(Stale(record))
                metrics["failure"] += 1
                self._note_final(record.message)
            case Stale(record, keep):
                metrics["stale"] += 1
                if keep is not None:
                    self.succeeds(stored_results.keep, keep)
            case HandBack(record):
                metrics["handed_back"] += 1
                if not self.succeeds(sending.send_all, self.queue, [record.anew()]):
                    self._deliver_again(record, 0)
            case PutOff(record) if self.queue is Queue.DEAD_LETTERS:  # its receives are not limited
                self._deliver_again(record, put_off_delay(record.receive_count - 1))
            case PutOff(record):
                self.put_off.append(record)
            case Redrive(record):
                metrics["redriven"] += 1
                message = replace(record.message, attempts=0, put_offs=0, redrives=record.message.redrives + 1)
                sending.send_later(queues.first_queue(message), [message], [REDRIVE_SECONDS])
            case Retry(record, reason):
                self._retry(record, reason)
            case Unreadable(receipt, reason):
                metrics["unreadable"] += 1
                entry = {"message_id": receipt.message_id, "reason": reason[:200]}
                self.invocation.lists["unreadable_messages"].append(entry)
                is_dead = self.queue is Queue.DEAD_LETTERS
                self._deliver_again(receipt, MAX_VISIBILITY_SECONDS if is_dead else retry_delay(receipt.receive_count))
        return False

    def _settle_error(self, record: Record, error: Exception) -> None:
        """Settle a record that met an error.

        If the table or a queue does not respond, the rest of the batch is put off with it, because each further call
        could take as long as the function may.
        """
        self.is_down |= isinstance(error, Unavailable)
        # The task of a dead letter has failed all of its attempts.
        outcome = PutOff(record) if self.queue is Queue.DEAD_LETTERS else outcome_of(record, error)
        if isinstance(outcome, PutOff):
            self.log(error)
        self._settle(outcome)

    def _write_ready(self) -> bool:
        """Write the results that are ready; return whether the task of the last one is open."""
        ready, self.ready = self.ready, []
        forwards: dict[Queue, list[Record]] = {}
        is_open = False
        for outcome, written in zip(ready, number_results.insert_all([each.update for each in ready]), strict=True):
            is_open = written is True
            if isinstance(written, Exception):
                self._settle_error(outcome.record, written)
            elif not written:
                self._settle(Stale(outcome.record))
            elif isinstance(outcome, Finished):
                self._note_result(outcome)
            elif isinstance(outcome, Forward):
                forwards.setdefault(outcome.queue, []).append(outcome.record)
        for queue, records in forwards.items():
            self._forward(queue, records)
        return is_open

    def _note_result(self, outcome: Finished) -> None:
        """Count a number whose final result is written, and store the result by the number.

        A result that cannot be kept is computed again some time: it is not a reason to fail the task.
        """
        result = outcome.update.result
        self.invocation.metrics[f"success_{result.verdict}" if result else "success"] += 1
        self.finished += 1
        self._note_final(outcome.record.message)
        if outcome.keep is not None:
            self.succeeds(stored_results.keep, outcome.keep)

    def _forward(self, queue: Queue, records: list[Record]) -> None:
        """Send messages to another queue, with no attempts yet; a message that cannot be sent is tried again."""
        messages = [replace(record.message, attempts=0, put_offs=0) for record in records]
        error = caught(sending.send_all, queue, messages)
        if not isinstance(error, Exception):
            self.invocation.metrics["forwarded"] += len(records)
            return
        for record in records:
            self._settle_error(record, error)

    def _retry(self, record: Record, reason: str) -> None:
        """Write the error to the task, and have the message delivered again after a delay.

        The last attempt has no delay: SQS moves a message to the dead letters when it would be visible again. Where the
        table or the queue does not respond, the message is delivered again after the queue's visibility timeout.
        """
        self.invocation.metrics["retries"] += 1
        self.invocation.lists["errors"].append(reason)
        is_written = self.succeeds(transitions.write_retry, record.message, record.attempt, reason)
        self._deliver_again(record, retry_delay(record.attempt) if is_written else None)

    def _note_final(self, message: Message) -> None:
        """Log the seconds from the submission of a task to its final status, if its id has it and it is the first."""
        if not message.round and not ids.is_keyed(message.task_id):
            submitted = ids.submitted_at(message.task_id)
            self.invocation.lists["seconds_to_final"].append(max(0.0, round(clock.now() - submitted, 3)))

    def _deliver_again(self, record: Receipt, delay: int | None) -> None:
        """Have a message delivered again after a delay in seconds, None for the queue's visibility timeout."""
        self.failed.append(record.message_id)
        if delay is not None:
            self.set_visibility_timeout(record, delay)

    def _send_put_off(self) -> None:
        """Send the messages that are put off; if that fails, SQS delivers them again, which uses a receive."""
        if not self.put_off:
            return
        self.invocation.metrics["put_off"] += len(self.put_off)
        delays = [put_off_delay(record.message.put_offs) for record in self.put_off]
        messages = [replace(record.anew(), put_offs=record.message.put_offs + 1) for record in self.put_off]
        if not self.succeeds(sending.send_later, self.queue, messages, delays):
            for record, delay in zip(self.put_off, delays, strict=True):
                self._deliver_again(record, delay)


Decide: TypeAlias = Callable[[Batch, Record], Iterator[Outcome]]


def sent_at(record: dict[str, Any], received_at: float) -> float:
    """Return when a message was sent; when it was received for a later receive, which an attempt has delayed."""
    attributes = record["attributes"]
    if attributes.get("ApproximateReceiveCount", "1") != "1" or "SentTimestamp" not in attributes:
        return received_at
    return min(int(attributes["SentTimestamp"]) / 1000, received_at)
