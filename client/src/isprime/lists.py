"""Check any number of numbers: send them as lists of bounded size, and emit the results in the same order.

A list's Idempotency-Key is the hash of its content. A client that sends the same numbers again, for example after an
interruption, gets the same lists, and finished ones are not computed again.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, SupportsIndex

from isprime import fields, numbers, operations
from isprime.errors import Conflict, InvalidNumber, UnexpectedResponse
from isprime.exchange import Session, exchange, parsed
from isprime.models import Task
from isprime.results import Result
from isprime.steps import Emit, Send, Sleep, Steps

#: A list's numbers and bytes: small enough that the first results arrive soon, and far below the service's limits.
LIST_NUMBERS, LIST_BYTES = 10_000, 1_000_000
#: Lists that the service works on at the same time. With the two sizes above, it bounds the memory.
MAX_LISTS_IN_FLIGHT = 4
#: The largest page of results that the service gives.
PAGE_ROWS = 10_000
#: Reads, a second apart, of a list whose status is final while its results say that they are not complete.
MAX_INCOMPLETE_READS = 30
#: Pages that have a next one and no results.
MAX_EMPTY_PAGES = 100

OnCount = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """Numbers that are sent as one list, each as JSON text."""

    items: tuple[str, ...]
    #: Whether their prime factors are asked for.
    factors: bool = False

    def body(self) -> bytes:
        """Return the request's body."""
        end = b'],"factors":true}' if self.factors else b"]}"
        return b'{"numbers":[' + ",".join(self.items).encode() + end

    def split(self, index: int) -> tuple[Batch, Batch]:
        """Return the batch's numbers before an index, and the others."""
        return Batch(self.items[:index], self.factors), Batch(self.items[index:], self.factors)


def batches(items: Iterable[SupportsIndex | str], *, factors: bool = False) -> Iterator[Batch]:
    """Yield the numbers in batches, which depend only on the numbers."""
    batch: list[str] = []
    size = 0
    for number in items:
        for each in numbers.expand(number):
            item = json.dumps(numbers.to_json(each))
            if batch and (len(batch) == LIST_NUMBERS or size + len(item) > LIST_BYTES):
                yield Batch(tuple(batch), factors)
                batch, size = [], 0
            batch.append(item)
            size += len(item) + 1
    if batch:
        yield Batch(tuple(batch), factors)


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch that the service accepted; `renewals` counts the lists of the same content that were cancelled."""

    task_id: str
    batch: Batch
    renewals: int


def check_many(
    session: Session, items: Iterable[SupportsIndex | str], on_progress: OnCount | None = None, *, factors: bool = False
) -> Steps[None]:
    """Read the numbers as far as they are needed, and emit their results in the same order.

    Args:
        session: The client's session.
        items: The numbers.
        on_progress: Called with the count of numbers that are done, while the others are waited for.
        factors: Whether to find the prime factors, too.

    Raises:
        InvalidNumber: the service refuses a number. The results of those before it have been emitted.
        TaskFailed, TaskCancelled: a list failed or was cancelled while the client waited for it.
    """
    in_flight: deque[Sent | InvalidNumber] = deque()
    rest, done = batches(items, factors=factors), 0
    while True:
        while len(in_flight) < MAX_LISTS_IN_FLIGHT and (batch := next(rest, None)):
            in_flight += yield from _submit(session, batch)
            if isinstance(in_flight[-1], InvalidNumber):
                rest = iter(())  # nothing after it is read
        if not in_flight:
            return
        oldest = in_flight.popleft()
        if isinstance(oldest, InvalidNumber):
            raise InvalidNumber(str(oldest), done)
        sent = yield from _finish(session, oldest, _counter(on_progress, done, len(oldest.batch.items)))
        yield from _emit(session, sent)
        done += len(sent.batch.items)
        if on_progress:
            on_progress(done)


def _submit(session: Session, batch: Batch) -> Steps[list[Sent | InvalidNumber]]:
    """Submit a batch as one list, or as several if the service refuses it. The last item may be a refused number.

    The service refuses a list for one of its numbers, or because all of them are too many or too much work. Then the
    numbers before the one that the service names, or else one half, are sent as a list of their own, until a list is
    accepted or refused for its first number.
    """
    sent: list[Sent | InvalidNumber] = []
    rest = [batch]
    while rest:
        batch = rest.pop()
        try:
            sent.append((yield from _send(session, batch)))
        except InvalidNumber as refusal:
            length = len(batch.items)
            index = length // 2 if refusal.index is None else min(refusal.index, length - 1)
            if index == 0:
                return [*sent, refusal]
            rest += reversed(batch.split(index))
    return sent


def _send(session: Session, batch: Batch, renewals: int = 0) -> Steps[Sent]:
    body = batch.body()
    key = hashlib.sha256(body).hexdigest() + (f"-{renewals}" if renewals else "")
    return Sent((yield from operations.submit_body(session, body, key)), batch, renewals)


def _finish(session: Session, sent: Sent, on_progress: operations.OnTask | None) -> Steps[Sent]:
    """Wait until a list is finished. If it was cancelled or failed before, submit it or queue it again."""
    task = yield from operations.read(session, sent.task_id)
    while task.status == "REVOKED":
        sent = yield from _send(session, sent.batch, sent.renewals + 1)
        task = yield from operations.read(session, sent.task_id)
    if task.status == "FAILURE":
        with suppress(Conflict):  # another client has queued it again
            yield from operations.retry(session, sent.task_id)
    task = yield from operations.wait(session, sent.task_id, on_progress=on_progress)
    operations.require_success(task)
    return sent


def _emit(session: Session, sent: Sent) -> Steps[None]:
    """Emit the results of a finished list, page by page, and check that there is one for each number."""
    rows, incomplete, wanted = 0, 0, len(sent.batch.items)
    params = {"limit": str(PAGE_ROWS)}
    cursors: set[str] = set()
    while True:
        response = yield from exchange(session, Send("GET", f"{sent.task_id}/results", params=params))
        page = parsed(session, response, lambda data: _Page.from_json(data, sent.task_id))
        if not page.complete and incomplete < MAX_INCOMPLETE_READS:
            incomplete += 1
            yield Sleep(1.0)
            continue
        rows += len(page.results)
        if rows > wanted or (page.cursor is None and rows < wanted):
            message = f"{session.url}: list {sent.task_id} has {rows:,} results for {wanted:,} numbers."
            raise UnexpectedResponse(message)
        items = sent.batch.items[rows - len(page.results) : rows]
        if not all(
            numbers.is_about(item.strip('"'), row.number) for item, row in zip(items, page.results, strict=True)
        ):
            raise UnexpectedResponse(f"{session.url}: list {sent.task_id} has results of other numbers.")
        yield Emit(page.results)
        if page.cursor is None:
            return
        if page.cursor in cursors or len(cursors) > wanted + MAX_EMPTY_PAGES:
            raise UnexpectedResponse(f"{session.url}: the pages of list {sent.task_id} have no end.")
        cursors.add(page.cursor)
        params = params | {"cursor": page.cursor}


@dataclass(frozen=True, slots=True)
class _Page:
    results: list[Result]
    cursor: str | None
    complete: bool

    @classmethod
    def from_json(cls, data: Any, task_id: str) -> _Page:  # noqa: ANN401 - JSON
        results = [Result.from_json(fields.mapping(row), task_id) for row in fields.array(data["results"])]
        return cls(results, fields.optional(fields.text, data["next"]), fields.boolean(data.get("complete", True)))


def _counter(on_progress: OnCount | None, done: int, length: int) -> operations.OnTask | None:
    """Return a callback that reports a list's progress as a count of numbers, including earlier lists."""
    if on_progress is None:
        return None

    def count(task: Task) -> None:
        on_progress(done + int(length * (task.progress.fraction if task.progress else 0)))

    return count
