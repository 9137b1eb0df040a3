"""The calls to DynamoDB. Items are plain dicts here; boto3's serializer translates them.

The key is `task_id` and `part`. Part 0 is the task, parts from 1 on are the chunks of a list, negative parts are
certificates. Results that are found by their number, and the certificates of these, have keys that are not ids: see
stored_results.py. Every function raises Unavailable where the table does not respond, and ServiceFault where DynamoDB
refuses the call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import dynamodb, raise_error
from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.tasks import lifetime

#: An item, or the values of an expression: str, int, bytes, or a set of int.
Item = dict[str, Any]

#: The text of the error of a query while an update adds the index, which takes minutes.
INDEX_IS_MADE = re.compile("does not have the specified index|backfilling global secondary index")
#: The part that is the task.
TASK = 0

serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


class ConditionFailed(Exception):
    """A conditional write met an item that its condition forbids; `item` is that item, or None."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("The condition of the write failed.")
        self.item = item


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition expression with the attribute names and the values that it refers to."""

    expression: str
    names: Mapping[str, str]
    values: Mapping[str, Any]


def has_expired(item: Item) -> bool:
    """Return whether an item has expired: DynamoDB deletes it days later.

    An Idempotency-Key that is used again makes a task with the same id, which must not get the parts of the former one.
    """
    return lifetime.has_expired(int(item["expires_at"]))


def get(task_id: str, part: int, *, is_consistent: bool = True) -> Item | None:
    """Return a part of a task, or None. A read that is not consistent costs half and may be a moment old."""
    with call():
        response = dynamodb().get_item(
            TableName=settings().table_name, Key=key_of(task_id, part), ConsistentRead=is_consistent
        )
    return from_wire(response["Item"]) if "Item" in response else None


def put(item: Item, condition: Condition) -> None:
    """Write an item under a condition on the existing item; the condition uses no aliases of attributes.

    Raises:
        ConditionFailed: the condition does not hold.
    """
    with call():
        dynamodb().put_item(
            TableName=settings().table_name,
            Item=_to_wire(item),
            ConditionExpression=condition.expression,
            ExpressionAttributeValues=_to_wire(condition.values),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )


def put_part(item: Item) -> None:
    """Write a part of a task; do not overwrite a part of a later submission with the task's key.

    Raises:
        ConditionFailed: it is of a later submission, which expires later.
    """
    condition = "attribute_not_exists(task_id) OR expires_at <= :expires_at"
    put(item, Condition(condition, {}, {":expires_at": item["expires_at"]}))


def create(item: Item, now: int) -> None:
    """Write an item unless an item exists that has not expired at `now` (seconds since 1970).

    Raises:
        ConditionFailed: there is one.
    """
    put(item, Condition("attribute_not_exists(task_id) OR expires_at <= :now", {}, {":now": now}))


def update(  # noqa: PLR0913 - the parameters of the call
    task_id: str,
    part: int,
    update: str,
    values: Mapping[str, Any],
    *,
    condition: Condition | None = None,
    names: Mapping[str, str] | None = None,
    returning: str = "NONE",
) -> Item:
    """Change a part of a task under a condition.

    Args:
        task_id: the task.
        part: the part.
        update: the update expression.
        values: the values that the update expression refers to.
        condition: the condition.
        names: the attribute names that the update expression refers to.
        returning: DynamoDB's ReturnValues: which attributes to return.

    Raises:
        ConditionFailed: the condition does not hold.
    """
    optional: dict[str, Any] = {}
    names = dict(names or {})
    if condition is not None:
        optional |= {
            "ConditionExpression": condition.expression,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        names |= condition.names
        values = {**values, **condition.values}
    if names:
        optional["ExpressionAttributeNames"] = names
    with call():
        response = dynamodb().update_item(
            TableName=settings().table_name,
            Key=key_of(task_id, part),
            UpdateExpression=update,
            ExpressionAttributeValues=_to_wire(values),
            ReturnValues=cast("Any", returning),
            **optional,
        )
    return from_wire(response.get("Attributes", {}))


def delete(task_id: str) -> None:
    """Delete a task's item."""
    with call():
        dynamodb().delete_item(TableName=settings().table_name, Key=key_of(task_id, TASK))


def parts(task_id: str, first: int, limit: int) -> list[Item]:
    """Return up to `limit` parts of a task from part `first` on, in order; fewer if they exceed 1 MB."""
    with call():
        response = dynamodb().query(
            TableName=settings().table_name,
            KeyConditionExpression="task_id = :task_id AND part >= :part",
            ExpressionAttributeValues=_to_wire({":task_id": task_id, ":part": first}),
            Limit=limit,
            ConsistentRead=True,
        )
    return [from_wire(item) for item in response["Items"]]


def parts_with(task_id: str, attribute: str) -> list[Item]:
    """Return all parts of a task that have an attribute."""
    found: list[Item] = []
    start: dict[str, Any] = {}
    while True:
        with call():
            response = dynamodb().query(
                TableName=settings().table_name,
                KeyConditionExpression="task_id = :task_id",
                FilterExpression="attribute_exists(#attribute)",
                ExpressionAttributeNames={"#attribute": attribute},
                ExpressionAttributeValues=_to_wire({":task_id": task_id}),
                ConsistentRead=True,
                **start,
            )
        found += [from_wire(item) for item in response["Items"]]
        if "LastEvaluatedKey" not in response:
            return found
        start = {"ExclusiveStartKey": response["LastEvaluatedKey"]}


def query_index(index: str, condition: str, values: Mapping[str, Any], limit: int) -> list[Item]:
    """Return up to `limit` items of an index, the largest sort key first."""
    with call():
        response = dynamodb().query(
            TableName=settings().table_name,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=_to_wire(values),
            ScanIndexForward=False,
            Limit=limit,
        )
    return [from_wire(item) for item in response["Items"]]


def key_of(task_id: str, part: int) -> Item:
    """Return the key of a part, with DynamoDB's types."""
    return {"task_id": {"S": task_id}, "part": {"N": str(part)}}


def _to_wire(item: Mapping[str, Any]) -> Item:
    return {name: serialize(value) for name, value in item.items()}


def from_wire(item: Mapping[str, Any]) -> Item:
    """Return an item that has DynamoDB's types: `{"S": "text"}`."""
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 - an attribute of any type
    return value.value if isinstance(value, Binary) else value  # type: ignore[attr-defined] # the stubs lack it


@contextmanager
def call() -> Iterator[None]:
    """Raise the errors of this package if a call to DynamoDB in the block fails."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            item = cast("dict[str, Item | None]", error.response).get("Item")
            raise ConditionFailed(from_wire(item) if item else None) from error
        if INDEX_IS_MADE.search(str(error)):
            raise Unavailable("The table's index is still made, since the last deploy.") from error
        raise_error("table", error)
