"""DynamoDB Local starts, keeps DynamoDB's rules where moto does not, and is reached from this machine only."""

from __future__ import annotations

import re
import socket
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "tasks"
#: Ids of an item that is there and of two that are not.
OLD, NEW, OTHER = "old", "new", "other"


def client(endpoint: str, access_key: str) -> DynamoDBClient:
    return session().client(
        "dynamodb", endpoint_url=endpoint, aws_access_key_id=access_key, aws_secret_access_key="secret"
    )


@cache
def session() -> boto3.Session:
    """Return a session, which reads the description of DynamoDB once: that takes longer than a test."""
    return boto3.Session(region_name="us-east-1")


@pytest.fixture
def table(dynamodb_local_url: str, request: pytest.FixtureRequest) -> DynamoDBClient:
    """Return a client that has one table, empty."""
    dynamodb = client(dynamodb_local_url, re.sub(r"\W|_", "", request.node.name))
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "task_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "task_id", "KeyType": "HASH"}],
    )
    return dynamodb


def test_it_listens_on_loopback_only(dynamodb_local_url: str) -> None:
    port = urlsplit(dynamodb_local_url).port
    listening = [
        address
        for kind in ("tcp", "tcp6")
        for address, _, state in (line.split()[1:4] for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:])
        if state == "0A" and int(address.rpartition(":")[2], 16) == port
    ]
    loopback = socket.inet_aton("127.0.0.1")[::-1].hex().upper()
    assert len(listening) == 1
    assert listening[0].partition(":")[0].endswith(loopback)


def test_an_access_key_has_tables_of_its_own(dynamodb_local_url: str, table: DynamoDBClient) -> None:
    assert table.list_tables()["TableNames"] == [TABLE]
    assert client(dynamodb_local_url, "anotherkey").list_tables()["TableNames"] == []


def test_an_item_of_more_than_400_kb_is_refused(table: DynamoDBClient) -> None:
    with pytest.raises(ClientError, match="Item size has exceeded the maximum allowed size"):
        table.put_item(TableName=TABLE, Item={"task_id": {"S": "large"}, "text": {"S": "1" * 400 * 1024}})


def test_one_refused_insert_of_a_batch_leaves_the_others(table: DynamoDBClient) -> None:
    table.put_item(TableName=TABLE, Item={"task_id": {"S": OLD}})
    insert = f"INSERT INTO {TABLE} VALUE {{'task_id': ?}}"
    responses = table.batch_execute_statement(
        Statements=[{"Statement": insert, "Parameters": [{"S": name}]} for name in (NEW, OLD, OTHER)]
    )["Responses"]
    assert [response.get("Error", {}).get("Code") for response in responses] == [None, "DuplicateItem", None]
    assert len(table.scan(TableName=TABLE)["Items"]) == 3
