"""The calls to DynamoDB: an item is read as it was written, and a condition that fails changes nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.aws import dynamodb
from chalicelib.errors import Unavailable
from chalicelib.store import table
from chalicelib.store.table import Condition, ConditionFailed, Item
from chalicelib.tasks import ids
from tests.support import examples
from tests.support.doubles import calls_of

pytestmark = pytest.mark.usefixtures("aws")

#: Each example has a task of its own, so that the examples of a test can share its table.
one_table = settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
values = st.one_of(
    st.text(),
    st.integers(-(10**37), 10**37),
    st.binary(),
    st.sets(st.integers(-(10**9), 10**9), min_size=1),
)
NOW = 1_800_000_000


def write(task_id: str, part: int = table.TASK, **attributes: Any) -> Item:
    item = {"task_id": task_id, "part": part, "expires_at": NOW} | attributes
    table.put_part(item)
    return item


@one_table
@given(st.dictionaries(st.sampled_from(["a", "b", "status", "#", "ä"]), values))
def test_an_item_is_read_as_it_was_written(attributes: dict[str, Any]) -> None:
    task_id = ids.new_id()
    item = write(task_id, 3, **attributes)
    assert table.get(task_id, 3) == item


def test_an_item_is_read_consistently(monkeypatch: pytest.MonkeyPatch) -> None:
    """An emulator is always consistent, DynamoDB by default only in the end."""
    reads: list[dict[str, Any]] = []

    def read(**parameters: Any) -> dict[str, Any]:
        reads.append(parameters)
        return {"Items": []}

    monkeypatch.setattr(dynamodb(), "get_item", read)
    monkeypatch.setattr(dynamodb(), "query", read)
    task_id = ids.new_id()
    table.get(task_id, table.TASK)
    table.parts(task_id, 1, 1)
    table.parts_with(task_id, "message")
    assert [parameters.get("ConsistentRead") for parameters in reads] == [True] * 3


@pytest.mark.parametrize(("expires_at", "is_free"), [(NOW - 1, True), (NOW, True), (NOW + 1, False)])
def test_an_id_is_free_once_its_item_has_expired(expires_at: int, is_free: bool) -> None:
    task_id = ids.new_id()
    first = write(task_id, expires_at=expires_at)
    second = first | {"expires_at": NOW + 60}
    if is_free:
        table.create(second, NOW)
    else:
        with pytest.raises(ConditionFailed) as caught:
            table.create(second, NOW)
        assert caught.value.item == first
    assert table.get(task_id, table.TASK) == (second if is_free else first)


def test_an_update_whose_condition_fails_changes_nothing_and_shows_the_item() -> None:
    item = write(ids.new_id(), n=1)
    with pytest.raises(ConditionFailed) as caught:
        table.update(item["task_id"], table.TASK, "SET n = :two", {":two": 2}, condition=Condition("n = :two", {}, {}))
    assert caught.value.item == item
    assert table.get(item["task_id"], table.TASK) == item


@one_table
@given(st.sets(st.integers(-3, 12)), st.integers(1, 12), st.integers(1, 5))
def test_parts_come_in_their_order_from_the_first_that_is_asked_for(written: set[int], first: int, limit: int) -> None:
    task_id = ids.new_id()
    for part in written:
        write(task_id, part)
    expected = sorted(part for part in written if part >= first)[:limit]
    assert [item["part"] for item in table.parts(task_id, first, limit)] == expected


def test_every_part_with_an_attribute_is_found_beyond_the_megabyte_of_a_call() -> None:
    task_id = ids.new_id()
    for part in range(6):
        write(task_id, part, results=b"r" * 300_000, message="m")
    write(task_id, 6)
    found: list[Item] = []
    calls = calls_of(lambda: found.extend(table.parts_with(task_id, "message")))
    assert [item["part"] for item in found] == list(range(6))
    assert calls == ["Query"] * 2


def test_an_index_that_is_still_made_is_not_available(dynamodb_endpoint: str | None) -> None:
    if dynamodb_endpoint is None:
        pytest.skip("moto has another text of the error")
    with pytest.raises(Unavailable, match="still made"):
        table.query_index("other", "failed_shard = :shard", {":shard": "1"}, 10)
