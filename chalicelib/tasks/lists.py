"""What is written about a list's chunks: their results, then their count."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.primality.result import Result
from chalicelib.tasks import chunks, conditions, records, states, table, times
from chalicelib.tasks.messages import Message
from chalicelib.tasks.table import Refused


def write_chunk(message: Message, verdicts: list[Result], attempts: int) -> bool:
    """Write a chunk's results and count it; tell whether it counted.

    The results come first, so that a counted chunk can be read. A chunk done twice is written twice, with
    the same results, and counted once.
    """
    item = table.key(message.task_id, message.chunk) | {
        "rows": {"B": chunks.pack(verdicts)},
        "first": {"N": str(message.first)},
        "expires_at": {"N": str(records.expiry())},
    }
    table.put(item)
    primes = sum(verdict.is_prime for verdict in verdicts)
    composites = len(verdicts) - primes
    now = times.now()
    try:
        table.update(
            message.task_id,
            table.TASK,
            UpdateExpression="ADD done :done, primes :primes, composites :composites, remaining :minus"
            " SET started_at = if_not_exists(started_at, :now), counted_at = :now, expires_at = :expiry,"
            " attempts = if_not_exists(attempts, :attempts)",
            ConditionExpression=conditions.COUNTABLE,
            ExpressionAttributeNames=conditions.NAMES,
            ExpressionAttributeValues={
                ":done": {"NS": [str(message.chunk)]},
                ":chunk": {"N": str(message.chunk)},
                ":primes": {"N": str(primes)},
                ":composites": {"N": str(composites)},
                ":minus": {"N": "-1"},
                ":now": {"S": now},
                ":expiry": {"N": str(records.expiry())},
                ":attempts": {"N": str(attempts)},
                ":revoked": {"S": states.REVOKED},
            },
        )
    except Refused:
        return False
    return True


def rows(task_id: str, chunk: int, offset: int, limit: int, characters: int) -> tuple[list[chunks.Row], str | None]:
    """Return results of a list in its order, from a place on, and the cursor of the next page or None.

    The place is a chunk and an offset in it. The page ends at `limit` rows or once its numbers pass
    `characters`. Chunks that are not done yet are passed over.
    """
    page: list[chunks.Row] = []
    size = 0
    for number, row_number, row in _rows_from(task_id, chunk, offset):
        if len(page) == limit or (page and size + len(row.number) > characters):
            return page, f"{number}.{row_number}"
        page.append(row)
        size += len(row.number)
    return page, None


def _rows_from(task_id: str, chunk: int, offset: int) -> Iterator[tuple[int, int, chunks.Row]]:
    while parts := table.parts(task_id, chunk, limit=4):
        for part in parts:
            number = int(part["part"]["N"])
            if "rows" in part:
                found = chunks.unpack(part["rows"]["B"], int(part["first"]["N"]))
                start = offset if number == chunk else 0
                for row_number in range(start, len(found)):
                    yield number, row_number, found[row_number]
        chunk, offset = int(parts[-1]["part"]["N"]) + 1, 0
