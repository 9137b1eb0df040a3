"""The calls to DynamoDB for many items at once. DynamoDB may process a part: the rest is tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from chalicelib.aws import dynamodb
from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.store.table import TASK, Item, call, from_wire, key_of, serialize

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import BatchStatementRequestTypeDef

#: The errors of a single statement that may pass: botocore tries no statement again. Source: Amazon DynamoDB API
#: Reference, "BatchStatementError".
TRANSIENT_STATEMENT_CODES = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)
#: How often a part of a batch is tried, and the mean pause before the second time, in seconds. It doubles each time.
TRIES, PAUSE_SECONDS = 4, 0.1


def get_all(task_ids: list[str], attributes: Sequence[str]) -> dict[str, Item]:
    """Return some attributes of the items of up to 100 tasks, by the ids of those that have an item.

    Keys that are not processed are asked for again. Source: Amazon DynamoDB API Reference, "BatchGetItem".

    Raises:
        Unavailable: the table is throttled, and several calls have returned nothing.
    """
    names = {f"#{name}": name for name in attributes}
    asked = {"ConsistentRead": True, "ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    keys, name = [key_of(task_id, TASK) for task_id in dict.fromkeys(task_ids)], settings().table_name
    found: dict[str, Item] = {}
    tries = 0
    while keys:  # a response has at most 16 MB, and fewer items where the table is throttled
        with call():
            response = dynamodb().batch_get_item(RequestItems={name: cast("Any", {"Keys": keys, **asked})})
        read = response["Responses"].get(name, [])
        found |= {item["task_id"]: item for item in map(from_wire, read)}
        rest = response["UnprocessedKeys"].get(name)
        keys = cast("list[Item]", rest["Keys"]) if rest else []
        tries = 0 if read else tries + 1
        if tries == TRIES:
            raise Unavailable("The table does not respond (UnprocessedKeys).")
        if keys:
            _pause(tries)
    return found


def insert_all(items: list[Item]) -> list[str | None]:
    """Write up to 25 new items in one call: the most statements of a BatchExecuteStatement.

    What is throttled alone is tried again for about a second.

    Args:
        items: items that have the same attributes and differ in their keys.

    Returns:
        For each item None, or the code of its error: `DuplicateItem` where there is an item already.
    """
    names = list(items[0])
    fields = ", ".join(f"'{name}': ?" for name in names)
    statement = f'INSERT INTO "{settings().table_name}" VALUE {{{fields}}}'
    statements = [{"Statement": statement, "Parameters": [serialize(item[name]) for name in names]} for item in items]
    codes = _execute(statements)
    for tries in range(1, TRIES):
        again = [index for index, code in enumerate(codes) if code in TRANSIENT_STATEMENT_CODES]
        if not again:
            break
        _pause(tries)
        for index, code in zip(again, _execute([statements[index] for index in again]), strict=True):
            codes[index] = code
    return codes


def _execute(statements: list[dict[str, Any]]) -> list[str | None]:
    with call():
        response = dynamodb().batch_execute_statement(Statements=cast("list[BatchStatementRequestTypeDef]", statements))
    return [str(each["Error"].get("Code")) if "Error" in each else None for each in response["Responses"]]


def _pause(tries: int) -> None:
    time.sleep(random.uniform(0, PAUSE_SECONDS * 2**tries))  # noqa: S311 - spreads the load, no secret
