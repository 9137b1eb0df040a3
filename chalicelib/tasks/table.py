"""The table: every call to DynamoDB is made here.

The key is `task_id` and `part`. Part 0 is the task, parts 1 and up are a list's chunks, those below 0
certificates. The sparse index `failed` holds the tasks that carry the attribute of that name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from chalicelib.aws import dynamodb, unavailable
from chalicelib.settings import settings
from chalicelib.tasks.task import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import BatchStatementRequestTypeDef

TASK = 0


class Refused(Exception):
    """A conditional write met an item that its condition forbids; `item` is that item, or None."""

    def __init__(self, item: Item | None) -> None:
        super().__init__()
        self.item = item


def key(task_id: str, part: int) -> Item:
    """Return the key of a part of a task."""
    return {"task_id": {"S": task_id}, "part": {"N": str(part)}}


def get(task_id: str, part: int) -> Item | None:
    """Return a part of a task as it is now, or None."""
    with unavailable("table"):
        answer = dynamodb().get_item(TableName=settings().table_name, Key=key(task_id, part), ConsistentRead=True)
    return answer.get("Item")


def put(item: Item) -> None:
    """Write a part whatever was there before."""
    with unavailable("table"):
        dynamodb().put_item(TableName=settings().table_name, Item=item)


def create(item: Item, now: int) -> None:
    """Write a part that is not there yet, or has expired by `now`; raise Refused with the one that is."""
    with unavailable("table"), _conditional():
        dynamodb().put_item(
            TableName=settings().table_name,
            Item=item,
            ConditionExpression="attribute_not_exists(task_id) OR expires_at <= :now",
            ExpressionAttributeValues={":now": {"N": str(now)}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )


def insert_all(items: list[Item]) -> list[str | None]:
    """Write items that are not there yet in one call; return for each None or the code of its error.

    An item that exists gets `DuplicateItem` and is left as it is. All items have the same attributes. At
    most 25 (Amazon DynamoDB API Reference, "BatchExecuteStatement").
    """
    names = list(items[0])
    fields = ", ".join(f"'{name}': ?" for name in names)
    statement = f'INSERT INTO "{settings().table_name}" VALUE {{{fields}}}'
    statements = [{"Statement": statement, "Parameters": [item[name] for name in names]} for item in items]
    with unavailable("table"):
        answer = dynamodb().batch_execute_statement(Statements=cast("list[BatchStatementRequestTypeDef]", statements))
    return [str(response["Error"].get("Code")) if "Error" in response else None for response in answer["Responses"]]


def update(task_id: str, part: int, *, returning: str = "NONE", **expression: Any) -> Item:  # noqa: ANN401 - passed on
    """Change a part under a condition and return what `returning` names; raise Refused with the item that is there."""
    with unavailable("table"), _conditional():
        answer = dynamodb().update_item(
            TableName=settings().table_name,
            Key=key(task_id, part),
            ReturnValues=cast("Any", returning),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **expression,
        )
    return answer.get("Attributes", {})


def delete(task_id: str) -> None:
    """Take a task's record away."""
    with unavailable("table"):
        dynamodb().delete_item(TableName=settings().table_name, Key=key(task_id, TASK))


def parts(task_id: str, first: int, limit: int) -> list[Item]:
    """Return up to `limit` parts of a task from part `first` on, in order; fewer where they pass 1 MB."""
    with unavailable("table"):
        answer = dynamodb().query(
            TableName=settings().table_name,
            KeyConditionExpression="task_id = :task_id AND part >= :part",
            ExpressionAttributeValues={":task_id": {"S": task_id}, ":part": {"N": str(first)}},
            Limit=limit,
            ConsistentRead=True,
        )
    return answer["Items"]


def messages(task_id: str) -> list[Item]:
    """Return the parts of a task that carry a message to be sent again."""
    found: list[Item] = []
    start: Item = {}
    while True:
        with unavailable("table"):
            answer = dynamodb().query(
                TableName=settings().table_name,
                KeyConditionExpression="task_id = :task_id",
                FilterExpression="attribute_exists(message)",
                ExpressionAttributeValues={":task_id": {"S": task_id}},
                ConsistentRead=True,
                **start,
            )
        found += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return found
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def failed(limit: int) -> list[Item]:
    """Return the records of the tasks that failed last, newest first."""
    with unavailable("table"):
        answer = dynamodb().query(
            TableName=settings().table_name,
            IndexName="failed",
            KeyConditionExpression="failed = :failed",
            ExpressionAttributeValues={":failed": {"S": "yes"}},
            ScanIndexForward=False,
            Limit=limit,
        )
    return answer["Items"]


@contextmanager
def _conditional() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise Refused(cast("dict[str, Item | None]", error.response).get("Item")) from error
        raise
