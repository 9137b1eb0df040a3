"""A batch's answers, written in one call where that can be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from chalicelib.tasks import ids, records, states, table, times
from chalicelib.tasks.messages import Message
from chalicelib.tasks.task import Item


@dataclass(frozen=True, slots=True)
class Answer:
    """A number's result, ready to be written: final, or the interim one of a prime that is not proven yet.

    `result` is None for a number that is too large to be screened here.
    """

    message: Message
    attempts: int
    started_at: str
    result: dict[str, Any] | None
    final: bool

    def fields(self) -> Item:
        """Return the attributes of the record that this answer makes."""
        fields = {
            "status": {"S": states.SUCCESS if self.final else states.STARTED},
            "attempts": {"N": str(self.attempts)},
            "started_at": {"S": self.started_at},
            "expires_at": {"N": str(records.expiry())},
        }
        if self.final:
            fields["finished_at"] = {"S": times.now()}
        if self.result is not None:
            fields["result"] = {"S": json.dumps(self.result, separators=(",", ":"))}
        return fields


def write_answers(answers: list[Answer]) -> list[bool | Exception]:
    """Write a batch's answers in one call and return for each: written, not written, or the error that it met.

    Only where a record is already there (a duplicate, a task with an Idempotency-Key, a second attempt) the
    answer takes a call of its own.
    """
    outcomes: list[bool | Exception] = [False] * len(answers)
    by_shape: dict[tuple[str, ...], list[tuple[int, Item]]] = {}
    seen: set[str] = set()
    again: list[int] = []
    for index, answer in enumerate(answers):
        task_id = answer.message.task_id
        if task_id in seen or answer.message.retries or ids.is_keyed(task_id):
            again.append(index)  # one INSERT an item, and none where there is a record for sure
            continue
        seen.add(task_id)
        fields = answer.fields()
        item = table.key(task_id, table.TASK) | fields
        by_shape.setdefault(tuple(item), []).append((index, item))
    for group in by_shape.values():
        codes = _insert(group)
        for (index, _), code in zip(group, codes, strict=True):
            if code is None:
                outcomes[index] = True
            elif code == "DuplicateItem":
                again.append(index)
            else:
                outcomes[index] = code if isinstance(code, Exception) else RuntimeError(f"The table refused it: {code}")
    for index in again:
        outcomes[index] = _attempt(answers[index])
    return outcomes


def _insert(group: list[tuple[int, Item]]) -> list[str | None] | list[Exception]:
    try:
        return table.insert_all([item for _, item in group])
    except Exception as error:  # noqa: BLE001 - each message of the group fails with it
        return [error] * len(group)


def _attempt(answer: Answer) -> bool | Exception:
    try:
        return write_answer(answer)
    except Exception as error:  # noqa: BLE001 - this message fails with it, the others of its batch do not
        return error


def write_answer(answer: Answer) -> bool:
    """Write one answer over whatever open record there is; tell whether it was written."""
    return records.write(answer.message, answer.fields()) is not None
