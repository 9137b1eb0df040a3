"""The results of single numbers; one call writes a batch if possible."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace

from chalicelib import clock
from chalicelib.errors import ServiceFault, Unavailable
from chalicelib.factorization.factors import of_prime
from chalicelib.queues import Queue
from chalicelib.store import batches, result_codec, table, task_index
from chalicelib.store.table import Item
from chalicelib.store.transitions import write
from chalicelib.tasks import ids
from chalicelib.tasks.messages import NumberMessage
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import Found
from primes_core.notation.integers import to_decimal


@dataclass(frozen=True, slots=True)
class TaskUpdate(Found):
    """An update of a number's task by a consumer, ready to be written. A number that is not screened has no result."""

    message: NumberMessage
    #: The receive count of the message.
    attempts: int
    #: When the attempt started, RFC 3339.
    started_at: str
    _: KW_ONLY
    #: Whether the result is the last one.
    is_final: bool
    #: When the proof of an interim result is expected, RFC 3339; None where there is none, or that is not known.
    expected_at: str | None = None
    #: The queue that the number is forwarded to: its task is then in the pages of tasks. None where it stays.
    queue: Queue | None = None
    #: Whether its task has an item since an earlier update of this attempt.
    has_item: bool = False

    def fields(self) -> Item:
        """Return the attributes to write."""
        fields: Item = {
            "status": Status.SUCCESS if self.is_final else Status.STARTED,
            "attempts": self.attempts,
            "started_at": self.started_at,
            "expires_at": self.message.expires_at,
        }
        if self.is_final:
            fields["finished_at"] = clock.rfc3339(clock.now())
        if self.expected_at is not None:
            fields["promised_at"] = fields["expected_at"] = self.expected_at
        if self.queue is not None:
            fields |= {"queue": self.queue, **task_index.listed(self.message)}
        if self.message.find is not None:
            fields |= {"find": self.message.find, "of": to_decimal(self.message.number)}
        if self.message.expression is not None:
            fields["expression"] = self.message.expression
        found: Found = self
        if self.is_final and self.message.factors and self.result is not None and self.result.is_prime:
            found = replace(self, factorization=of_prime(self.result))
        return fields | result_codec.to_item(found)


def insert_all(updates: list[TaskUpdate]) -> list[bool | Exception]:
    """Write the updates of a batch and return for each whether it was written, or the error that it met.

    Tasks without an item are written by one BatchExecuteStatement of INSERTs for each set of attributes. An update
    takes a call of its own where the task has an item: a duplicate, an Idempotency-Key, a later attempt or round. After
    a call without a response there is no further one: it might take as long as the function may.
    """
    outcomes: list[bool | Exception] = [False] * len(updates)
    one_by_one: list[int] = []
    seen: set[str] = set()
    groups: dict[tuple[str, ...], list[tuple[int, Item]]] = {}
    for index, update in enumerate(updates):
        task_id = update.message.task_id
        if task_id in seen or update.has_item or update.message.round or ids.is_keyed(task_id):
            one_by_one.append(index)
            continue
        seen.add(task_id)
        item = {"task_id": task_id, "part": table.TASK} | update.fields()
        groups.setdefault(tuple(item), []).append((index, item))
    down: Unavailable | None = None
    for group in groups.values():
        for (index, _), code in zip(group, [down] * len(group) if down else _insert(group), strict=True):
            if code == "DuplicateItem":
                one_by_one.append(index)
            else:
                outcomes[index] = True if code is None else _error(code)
            down = code if isinstance(code, Unavailable) else down
    for index in one_by_one:
        outcome = outcomes[index] = down or _update_or_error(updates[index])
        down = outcome if isinstance(outcome, Unavailable) else down
    return outcomes


def _insert(group: list[tuple[int, Item]]) -> list[str | None] | list[Exception]:
    try:
        return batches.insert_all([item for _, item in group])
    except Exception as error:  # noqa: BLE001 - every message of the group fails with it
        return [error] * len(group)


def _error(code: str | Exception) -> Exception:
    """Return the error of a statement, or of the call."""
    if isinstance(code, Exception):
        return code
    if code in batches.TRANSIENT_STATEMENT_CODES:
        return Unavailable(f"The table does not respond ({code}).")
    return ServiceFault(f"The table refused it: {code}")


def _update_or_error(update: TaskUpdate) -> bool | Exception:
    try:
        return write(update.message, update.fields()) is not None
    except Exception as error:  # noqa: BLE001 - this message fails with it, the rest of its batch does not
        return error
