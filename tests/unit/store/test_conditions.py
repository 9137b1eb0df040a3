"""Which tasks a message may change: every status, round and chunk, as DynamoDB evaluates the conditions."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.store import conditions, list_results, table
from chalicelib.store.table import Condition, ConditionFailed
from chalicelib.tasks import ids
from chalicelib.tasks.messages import ChunkMessage, Message, NumberMessage
from chalicelib.tasks.status import Status
from tests.support.tasks import chunk_message, number_message

pytestmark = pytest.mark.usefixtures("aws")

OPEN = {Status.PENDING, Status.STARTED, Status.RETRY}
#: The round of the messages.
ROUND = 2
#: The rounds that the item of a task can have: None is the first one. A failed task always has one.
ROUNDS = [None, 1, 2, 3]
every_status = pytest.mark.parametrize("status", Status)


def number_in_round(task_id: str | None = None) -> NumberMessage:
    return number_message(11, task_id, round=ROUND)


def chunk_in_round(chunk: int = 1) -> ChunkMessage:
    return chunk_message(chunk=chunk, chunks=3, round=ROUND)


def write(message: Message, **attributes: Any) -> None:
    """Write the item of a message's task."""
    present = {name: value for name, value in attributes.items() if value is not None}
    item = {"task_id": message.task_id, "part": table.TASK, "expires_at": message.expires_at}
    table.put_part(item | present)


def may(message: Message, condition: Condition) -> bool:
    """Return whether a condition holds for the item of a message's task, or for its absence."""
    try:
        table.update(message.task_id, table.TASK, "SET changed = :changed", {":changed": 1}, condition=condition)
    except ConditionFailed:
        return False
    return True


def may_change(message: Message) -> bool:
    return may(message, conditions.is_open(message))


def may_count(message: ChunkMessage) -> bool:
    return may(message, list_results.countable(message))


@every_status
def test_a_number_is_changed_while_it_is_open_and_once_it_failed_in_an_earlier_round(status: Status) -> None:
    for task_round in ROUNDS:
        message = number_in_round()
        write(message, status=status, round=task_round)
        is_open = status in OPEN and (task_round or 0) <= ROUND
        failed_earlier = status is Status.FAILURE and task_round is not None and task_round < ROUND
        assert may_change(message) == (is_open or failed_earlier), task_round


def test_a_number_without_an_item_is_open_unless_its_id_is_that_of_a_key() -> None:
    assert may_change(number_in_round())
    assert not may_change(number_in_round(ids.keyed_id("", "key")))


@every_status
@pytest.mark.parametrize("remaining", [0, 1])
def test_a_list_is_cancelled_while_it_is_open_and_a_chunk_of_it_is_not_finished(status: Status, remaining: int) -> None:
    message = number_in_round()
    write(message, status=status, round=ROUND, remaining=remaining)
    assert may_change(message) == (status in OPEN and remaining > 0)


@every_status
@pytest.mark.parametrize(("remaining", "done"), [(1, {2, 3}), (1, {1, 2}), (0, {2, 3}), (3, None)])
def test_a_chunk_changes_a_list_that_is_open_or_failed_earlier_until_it_is_counted(
    status: Status, remaining: int, done: set[int] | None
) -> None:
    is_counted = done is not None and 1 in done
    for task_round in ROUNDS:
        message = chunk_in_round(1)
        write(message, status=status, round=task_round, remaining=remaining, done=done)
        failed_earlier = status is Status.FAILURE and task_round is not None and task_round < ROUND
        is_open = status in OPEN or failed_earlier
        assert may_change(message) == (is_open and remaining > 0 and not is_counted), task_round


@every_status
def test_a_message_changes_nothing_of_another_submission_of_its_key(status: Status) -> None:
    number, chunk = number_in_round(ids.keyed_id("", "key")), chunk_in_round()
    for message in (number, chunk):
        write(message, status=status, round=ROUND, remaining=1)
        for expires_at in (message.expires_at - 86_400, message.expires_at + 86_400):
            assert not may_change(replace(message, expires_at=expires_at))
    assert not may_count(replace(chunk, expires_at=chunk.expires_at - 86_400))


@every_status
@pytest.mark.parametrize("done", [None, {2}, {1, 2}])
def test_a_chunk_is_counted_once_in_every_list_that_was_not_cancelled(status: Status, done: set[int] | None) -> None:
    message = chunk_in_round(1)
    write(message, status=status, done=done, remaining=1, counted_at="then" if done else None)
    is_counted = done is not None and 1 in done
    assert may_count(message) == (status is not Status.REVOKED and not is_counted)


@every_status
def test_a_chunk_is_not_counted_in_the_task_of_a_number(status: Status) -> None:
    message = chunk_in_round()
    write(message, status=status)
    assert not may_count(message)
