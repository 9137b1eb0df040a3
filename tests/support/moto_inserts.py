"""INSERT with parameters on moto's table, whose PartiQL parser cannot read one: each is a PutItem under a condition."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import requests
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HTTPHeaders
from urllib3 import HTTPResponse

INSERT = re.compile(r'INSERT INTO "(\S+)" VALUE {(.*)}')


def insert_all(request: AWSPreparedRequest, **_: object) -> AWSResponse:
    """Respond to a BatchExecuteStatement of INSERTs: a handler of botocore's event `before-send`."""
    body: Any = request.body
    responses = [_insert(request.url, each["Statement"], each["Parameters"]) for each in json.loads(body)["Statements"]]
    # botocore calls moto's handler, too, and takes the first response: let moto read a call that it can read.
    request.headers["X-Amz-Target"] = "DynamoDB_20120810.ListTables"
    raw = HTTPResponse(io.BytesIO(json.dumps({"Responses": responses}).encode()), preload_content=False)
    return AWSResponse(request.url, 200, HTTPHeaders(), raw)


def _insert(url: str, statement: str, parameters: list[Any]) -> dict[str, Any]:
    found = INSERT.fullmatch(statement)
    assert found, statement
    put = {
        "TableName": found[1],
        "Item": dict(zip(re.findall(r"'(\w+)': \?", found[2]), parameters, strict=True)),
        "ConditionExpression": "attribute_not_exists(task_id)",
    }
    headers = {"X-Amz-Target": "DynamoDB_20120810.PutItem", "Content-Type": "application/x-amz-json-1.0"}
    response = requests.post(url, json=put, headers=headers, timeout=10)
    if response.ok:
        return {"TableName": found[1]}
    code = response.json()["__type"].rpartition("#")[2]
    code = {"ConditionalCheckFailedException": "DuplicateItem"}.get(code, code)
    return {"TableName": found[1], "Error": {"Code": code, "Message": response.text}}
