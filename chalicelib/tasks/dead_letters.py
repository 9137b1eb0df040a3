"""The end of a message that failed every attempt: its task fails, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.tasks import records
from chalicelib.tasks.deliveries import Delivery, describe, read_deliveries, response
from chalicelib.telemetry import Invocation

#: Receives after which a queue gives a message up: `maxReceiveCount` in infra/resources.yaml.
MOST_ATTEMPTS = 5


def bury(event_records: Iterable[dict[str, Any]], invocation: Invocation) -> dict[str, list[dict[str, str]]]:
    """Fail the tasks of a batch of dead letters and return its partial batch response."""
    failed: list[str] = []
    for delivery in read_deliveries(event_records, invocation):
        try:
            if records.write_failure(delivery.message, _reason(delivery), MOST_ATTEMPTS):
                invocation.count("failure")
            else:
                invocation.count("stale")
        except Exception as error:  # noqa: BLE001 - the letter comes back, the others of its batch are done
            invocation.note("errors", f"{type(error).__name__}: {error}")
            failed.append(delivery.message_id)
    return response(failed)


def _reason(delivery: Delivery) -> str:
    what = describe(delivery.message)
    task = records.read(delivery.message.task_id)
    last = task.error if task else None
    if last and last.startswith(what):
        return last
    return f"{what}: given up after {MOST_ATTEMPTS} attempts that ended without a word (killed, or out of memory)."
