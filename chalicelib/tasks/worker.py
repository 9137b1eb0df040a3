"""The worker: answers what can be answered in about a second and forwards the rest to the prover."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.numbers.cost import screening_seconds
from chalicelib.primality.screening import needs_proof, screen, screen_thoroughly, trial_division
from chalicelib.settings import settings
from chalicelib.tasks import lists, queues, results, times
from chalicelib.tasks.answers import Answer, write_answers
from chalicelib.tasks.deliveries import Delivery, fail, read_deliveries, response
from chalicelib.tasks.messages import Message
from chalicelib.telemetry import Invocation

#: A number that takes longer to screen goes to the prover unless it has a small factor, in seconds.
LONGEST = 1.0
#: Answers that are ready are written before a number that takes longer than this, in seconds.
QUICK = 0.02


def work(event_records: Iterable[dict[str, Any]], invocation: Invocation) -> dict[str, list[dict[str, str]]]:
    """Answer a batch of messages, the cheap ones first, and return its partial batch response."""
    deliveries = [(delivery, _seconds(delivery.message)) for delivery in read_deliveries(event_records, invocation)]
    deliveries.sort(key=lambda costed: (costed[0].message.is_chunk, costed[1]))
    failed: list[str] = []
    ready: list[tuple[Delivery, Answer]] = []
    for delivery, seconds in deliveries:
        try:
            if ready and (seconds > QUICK or delivery.message.is_chunk):
                failed += _write(ready, invocation)
                ready = []
            if delivery.message.is_chunk:
                _answer_chunk(delivery, seconds, invocation)
            else:
                ready.append((delivery, _answer(delivery, seconds)))
        except Exception as error:  # noqa: BLE001 - one bad message never holds up the rest of its batch
            failed.append(fail(delivery, error, settings().tasks_queue_url, invocation))
    return response(failed + _write(ready, invocation))


def _seconds(message: Message) -> float:
    """Estimate what screening a message's longest number takes."""
    return screening_seconds(4 * max(map(len, message.numbers.split(" "))))


def _answer(delivery: Delivery, seconds: float) -> Answer:
    started_at = times.now()
    number = delivery.message.values()[0]
    verdict = trial_division(number) if seconds > LONGEST else screen_thoroughly(number)
    if verdict is None:
        return Answer(delivery.message, delivery.attempts, started_at, None, final=False)
    result = results.of_verdict(verdict)
    final = not needs_proof(verdict)
    return Answer(delivery.message, delivery.attempts, started_at, result, final=final)


def _answer_chunk(delivery: Delivery, seconds: float, invocation: Invocation) -> None:
    if seconds > LONGEST:
        queues.forward([delivery.message])
        invocation.count("forwarded")
        return
    verdicts = [screen(number) for number in delivery.message.values()]
    counted = lists.write_chunk(delivery.message, verdicts, delivery.attempts)
    invocation.count("chunks" if counted else "stale")


def _write(ready: list[tuple[Delivery, Answer]], invocation: Invocation) -> list[str]:
    """Write answers and forward those that are not final; return the ids of the messages that failed."""
    failed: list[str] = []
    forward: list[Delivery] = []
    outcomes = write_answers([answer for _, answer in ready])
    for (delivery, answer), outcome in zip(ready, outcomes, strict=True):
        if isinstance(outcome, Exception):
            failed.append(fail(delivery, outcome, settings().tasks_queue_url, invocation))
        elif not outcome:
            invocation.count("stale")
        elif answer.final and answer.result is not None:
            invocation.count(f"success_{answer.result['verdict']}")
        else:
            forward.append(delivery)
    return failed + _forward(forward, invocation)


def _forward(deliveries: list[Delivery], invocation: Invocation) -> list[str]:
    try:
        queues.forward([delivery.message for delivery in deliveries])
    except Exception as error:  # noqa: BLE001 - each of them is tried again
        return [fail(delivery, error, settings().tasks_queue_url, invocation) for delivery in deliveries]
    if deliveries:
        invocation.count("forwarded", len(deliveries))
    return []
