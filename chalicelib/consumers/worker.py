"""The worker: screens single numbers and forwards to the provers what is not final after that."""

from __future__ import annotations

from chalicelib import clock, queues
from chalicelib.consumers import queue_choice
from chalicelib.consumers.batch import Batch, Record
from chalicelib.numbers.cost import screening_seconds
from chalicelib.primality.screening import needs_proof, screen_thoroughly, trial_division
from chalicelib.queues import Queue
from chalicelib.store.updates import TaskUpdate, write_updates
from chalicelib.tasks.messages import NumberMessage

#: A number that takes longer to screen goes to a prover unless it has a small factor, in seconds.
MAX_SCREENING_SECONDS = 1.0
#: Results that are ready are written before a number that takes longer than this is screened, in seconds.
WRITE_FIRST_SECONDS = 0.02

Ready = list[tuple[Record, TaskUpdate]]


def screen_numbers(batch: Batch) -> None:
    """Screen a batch of numbers, the cheap ones first, and write their results."""
    ready: Ready = []
    for record in sorted(batch.records, key=_cost):
        message, seconds = record.message, _cost(record)
        if not isinstance(message, NumberMessage):
            batch.schedule_retry(record, TypeError("the queue of numbers got a chunk"))
            continue
        if not batch.has_time_for(min(seconds, MAX_SCREENING_SECONDS)):
            batch.hand_back(record)
            continue
        if ready and seconds > WRITE_FIRST_SECONDS:
            _write(batch, ready)
            ready = []
        try:
            ready.append((record, _screen(message, record.receive_count, seconds)))
        except Exception as error:  # noqa: BLE001 - one bad message must not delay the rest of its batch
            batch.schedule_retry(record, error)
    _write(batch, ready)


def _cost(record: Record) -> float:
    return screening_seconds(record.message.bits)


def _screen(message: NumberMessage, attempts: int, seconds: float) -> TaskUpdate:
    started_at = clock.timestamp()
    is_large = seconds > MAX_SCREENING_SECONDS
    result = trial_division(message.number) if is_large else screen_thoroughly(message.number)
    is_final = result is not None and not needs_proof(result)
    return TaskUpdate(message, attempts, started_at, result, is_final)


def _write(batch: Batch, ready: Ready) -> None:
    """Write updates, and forward the numbers that are not final."""
    forwards: Ready = []
    outcomes = write_updates([update for _, update in ready])
    for (record, update), outcome in zip(ready, outcomes, strict=True):
        if isinstance(outcome, Exception):
            batch.schedule_retry(record, outcome)
        elif not outcome:
            batch.invocation.count("stale")
        elif update.is_final and update.result is not None:
            batch.count_result(update.result)
        else:
            forwards.append((record, update))
    for queue in (Queue.PROOFS, Queue.LONG_PROOFS):
        _forward(batch, queue, [record for record, update in forwards if _next_queue(update) is queue])


def _next_queue(update: TaskUpdate) -> Queue:
    if update.result is None:
        return queue_choice.queue_of_screening(update.message.bits)
    return queue_choice.queue_of_proof(update.result)


def _forward(batch: Batch, queue: Queue, records: list[Record]) -> None:
    try:
        queues.send_all(queue, [record.message for record in records])
    except Exception as error:  # noqa: BLE001 - each of them is tried again
        for record in records:
            batch.schedule_retry(record, error)
    else:
        if records:
            batch.invocation.count("forwarded", len(records))
