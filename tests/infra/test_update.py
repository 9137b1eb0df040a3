"""A deploy over a running version: no task that the version before accepted is lost or changed."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib import VERSION
from infra.deploy.deploy import deploy
from infra.emulator.ministack import Emulator
from tests.support.emulator import emulator_session
from tests.support.polling import final_task, until
from tests.support.servers import free_port

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif("AWS_ENDPOINT_URL" in os.environ, reason="it starts a MiniStack of its own"),
]

#: Screened by the worker and proven by the prover.
HARD_PRIME = 10**30 + 57
LIST = [11, 9, 1, HARD_PRIME]
VERDICTS = ["prime", "composite", "not_prime", "probable_prime"]

Body = dict[str, Any]
#: What the version before accepts and does not finish. It screens the first number, whose message is then in the queue
#: of proofs.
SCREENED = "a prime without a proof"
QUEUED: dict[str, Body] = {
    SCREENED: {"number": str(HARD_PRIME)},
    "a number with a key": {"number": 103},
    "a list": {"numbers": LIST},
}


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """Run another MiniStack: other tests use the stack of the session's."""
    with Emulator(free_port(), tmp_path / "emulator", permissions=True) as url:
        yield url


def submit(url: str, body: Body) -> str:
    """Submit a number or a list and return its task's id."""
    headers = {"Idempotency-Key": "key-1"} if body == QUEUED["a number with a key"] else {}
    response = requests.post(url, json=body, headers=headers, timeout=30)
    assert response.status_code == 202, response.text
    return str(response.json()["task_id"])


def read(url: str, path: str) -> str:
    """Return a response's body."""
    return requests.get(url + path, timeout=30).text


def set_mapping(endpoint: str, function: str, *, enabled: bool) -> None:
    """Let a function get messages, or not."""
    client = emulator_session(endpoint).client("lambda")
    mappings = client.list_event_source_mappings()["EventSourceMappings"]
    (mapping,) = [each["UUID"] for each in mappings if f"-{function}-" in each["FunctionArn"]]
    client.update_event_source_mapping(UUID=mapping, Enabled=enabled)


def test_an_update_loses_and_changes_no_task(endpoint: str, project: Path) -> None:
    version = project / "chalicelib" / "__init__.py"
    version.write_text(version.read_text().replace(VERSION, f"{VERSION}-before"))
    before = deploy("local", endpoint, project=project)
    url = before["EndpointURL"]
    finished = final_task(url, submit(url, {"number": "9"}))
    set_mapping(endpoint, "Prover", enabled=False)
    queued = {SCREENED: submit(url, QUEUED[SCREENED])}
    until(lambda: '"STARTED"' in read(url, queued[SCREENED]), "the number is screened")
    for function in ("Worker", "ListWorker"):
        set_mapping(endpoint, function, enabled=False)
    queued |= {task: submit(url, body) for task, body in QUEUED.items() if task != SCREENED}
    after = deploy("local", endpoint)
    assert after["TableName"] == before["TableName"]
    for function in ("Prover", "Worker", "ListWorker"):
        set_mapping(endpoint, function, enabled=True)
    url = after["EndpointURL"]
    assert json.loads(read(url, finished["task_id"])) == finished
    assert submit(url, QUEUED["a number with a key"]) == queued["a number with a key"]
    for task, task_id in queued.items():
        end = final_task(url, task_id)
        assert (end["status"], end["error"]) == ("SUCCESS", None), task
        if task == "a list":
            results = json.loads(read(url, f"{task_id}/results"))["results"]
            assert [row["verdict"] for row in results] == VERDICTS
        else:
            assert (end["result"]["verdict"], end["result"]["proven"]) == ("prime", True), task


def test_a_restored_table_serves_its_tasks_and_takes_new_ones(endpoint: str) -> None:
    url, table = use_table(endpoint, "")
    task = final_task(url, submit(url, {"number": "9"}))
    # The emulators do not restore a table: a copy takes the place of the restored one.
    dynamodb = emulator_session(endpoint).client("dynamodb")
    like = dynamodb.describe_table(TableName=table)["Table"]
    indexes = [
        {key: each[key] for key in ("IndexName", "KeySchema", "Projection")} for each in like["GlobalSecondaryIndexes"]
    ]
    keys = {"KeySchema": like["KeySchema"], "AttributeDefinitions": like["AttributeDefinitions"]}
    dynamodb.create_table(TableName="restored", BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=indexes, **keys)
    for item in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.put_item(TableName="restored", Item=item)
    url, used = use_table(endpoint, "restored")
    assert used == "restored"
    assert json.loads(read(url, task["task_id"])) == task
    assert final_task(url, submit(url, {"number": "11"}))["result"]["verdict"] == "prime"
    assert json.loads(read(use_table(endpoint, "")[0], task["task_id"])) == task


def use_table(endpoint: str, name: str) -> tuple[str, str]:
    """Deploy with the parameter TableName, and return the service's address and its table."""
    outputs = deploy("local", endpoint, {"TableName": name})
    return outputs["EndpointURL"], outputs["TableName"]
