"""What takes long and what failed is in an index, by one write of it; a number that a worker finishes is in none."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.primality.direction import Direction
from chalicelib.queues import Queue
from chalicelib.store import table, task_index
from chalicelib.store.task_index import TASKS
from tests.support.aws import receive
from tests.support.consumers import fail_waiting, handle, run, run_all
from tests.support.tasks import number_message, set_chunk_size, submit_keyed, submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")

PROVEN_BY_A_PROVER = 10**30 + 57


@pytest.fixture
def units(dynamodb_endpoint: str | None) -> Iterator[Counter[str]]:
    """Count the write units of each index, as DynamoDB Local reports them for all writes except PartiQL's."""
    if dynamodb_endpoint is None:
        pytest.skip("moto tells no units of an index")
    counted: Counter[str] = Counter()
    with _asked_of("PutItem", counted), _asked_of("UpdateItem", counted):
        yield counted


@contextmanager
def _asked_of(operation: str, counted: Counter[str]) -> Iterator[None]:
    def ask(params: dict[str, Any], **_: object) -> None:
        params["ReturnConsumedCapacity"] = "INDEXES"

    def count(parsed: dict[str, Any], **_: object) -> None:
        for index, used in parsed.get("ConsumedCapacity", {}).get("GlobalSecondaryIndexes", {}).items():
            counted[index] += used["CapacityUnits"]

    events = aws.dynamodb().meta.events
    handlers: Any = {"provide-client-params": ask, "after-call": count}
    for event, handler in handlers.items():
        events.register(f"{event}.dynamodb.{operation}", handler)
    try:
        yield
    finally:
        for event, handler in handlers.items():
            events.unregister(f"{event}.dynamodb.{operation}", handler)


def item_of(task_id: str) -> dict[str, Any]:
    return table.get(task_id, table.TASK) or {}


def test_a_number_that_a_worker_finishes_is_written_without_anything_for_an_index() -> None:
    task_ids = [submit_number(11), submit_number(91, factors=True), submit_number(10**9, find=Direction.NEXT)]
    run(Queue.TASKS)
    common = {"task_id", "part", "status", "attempts", "started_at", "finished_at", "expires_at", "result"}
    of_each: list[set[str]] = [set(), {"factors"}, {"find", "of"}]
    assert [set(item_of(task_id)) - common for task_id in task_ids] == of_each
    assert all(set(item_of(task_id)) >= common for task_id in task_ids)
    keyed = submit_keyed([11], "key")
    run(Queue.TASKS)
    assert TASKS.shard not in item_of(keyed)


def test_no_write_after_the_first_one_is_a_write_to_the_index_of_tasks(
    units: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = submit_number(PROVEN_BY_A_PROVER)  # the first one is an INSERT
    handle(Queue.TASKS, receive(Queue.TASKS) * 2)  # the message comes twice
    assert TASKS.shard in item_of(task_id)
    run_all()
    assert units == {}
    set_chunk_size(monkeypatch, 1)
    submit_list([11, 13, 15])
    run_all()
    assert units == {"tasks": 1}


def test_a_failed_number_is_one_write_to_each_index(units: Counter[str]) -> None:
    submit_number(11)
    fail_waiting(Queue.TASKS)
    assert units == {"failed": 1, "tasks": 1}


@pytest.mark.parametrize(
    ("fields", "kind", "subject"),
    [
        ({}, "number", "100000000000…000000000007 (61 digits)"),
        ({"expression": "10^60+7"}, "number", "10^60+7"),
        ({"expression": "10^60+7" + "+0" * 30}, "number", "100000000000…000000000007 (61 digits)"),
        ({"factors": True}, "factorization", "100000000000…000000000007 (61 digits)"),
        ({"find": Direction.NEXT, "expression": "10^60+7"}, "search", "next prime after 10^60+7"),
    ],
)
def test_a_number_is_described_as_it_was_sent_and_shortened(fields: dict[str, Any], kind: str, subject: str) -> None:
    described = task_index.described(number_message(10**60 + 7, **fields))
    assert described == {"kind": kind, "subject": subject, "digits": "100000000000…000000000007 (61 digits)"}


def test_the_tasks_of_each_caller_are_spread_over_partitions_of_their_own() -> None:
    messages = [number_message(caller=caller) for caller in ("", "a", "1") for _ in range(300)]
    found = Counter(task_index.shard_of(message.task_id, message.caller) for message in messages)
    assert len(found) == 3 * task_index.SHARDS
    assert max(found.values()) < 300 / 4
