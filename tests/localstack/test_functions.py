"""The deployed functions run as on Lambda: by AWS's runtime client, from their own zips, with JSON logs."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from tests.support.emulator import emulator_session
from tests.support.polling import until

pytestmark = pytest.mark.emulator

LOGS = ROOT / "build" / "localstack" / "functions"


def invoke(endpoint: str, name: str, event: object) -> dict[str, Any]:
    response = emulator_session(endpoint).client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    payload: dict[str, Any] = json.loads(response["Payload"].read())
    return payload


@pytest.fixture(scope="module")
def worker(endpoint: str, outputs: dict[str, str]) -> str:
    stack = emulator_session(endpoint).client("cloudformation")
    described = stack.describe_stack_resource(StackName="is-it-prime-local", LogicalResourceId="Worker")
    return str(described["StackResourceDetail"]["PhysicalResourceId"])


def log(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(LOGS / f"{name}.log").read_text().splitlines()]


def test_every_line_is_json_and_an_error_that_no_handler_catches_is_one_line(endpoint: str, worker: str) -> None:
    assert invoke(endpoint, worker, {"Records": []}) == {"batchItemFailures": []}
    assert invoke(endpoint, worker, {"Records": [{}]})["errorType"] == "KeyError"
    (line,) = until(lambda: [entry for entry in log(worker) if entry.get("level") == "ERROR"], "the error is logged")
    assert {"timestamp", "errorType", "errorMessage", "requestId", "stackTrace"} <= set(line)
    assert [line for line in log(worker) if line.get("function") == "worker"]
