"""The deployed worker whose table does not respond: its messages wait, and use up no attempt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import requests
from localstack_client.session import Session

from tests.support.polling import final_task, until
from tests.support.servers import free_port

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

pytestmark = pytest.mark.emulator


@contextmanager
def without_table(functions: LambdaClient, function: str) -> Iterator[None]:
    """Give a function an address of DynamoDB at which nothing listens."""
    variables = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    nowhere = variables | {"AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{free_port()}"}
    functions.update_function_configuration(FunctionName=function, Environment={"Variables": nowhere})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=function, Environment={"Variables": variables})


def test_a_worker_that_cannot_reach_the_table_uses_up_no_attempt(service_url: str, session: Session) -> None:
    with closing(session.client("lambda")) as functions:
        names = [each["FunctionName"] for each in functions.list_functions()["Functions"]]
        (worker,) = [name for name in names if "-Worker-" in name]
        with without_table(functions, worker):
            response = requests.post(service_url, json={"number": 97}, timeout=30)
            task_id = response.json()["task_id"]
            until(lambda: delayed(service_url), "its message is put off")
            task: dict[str, Any] = requests.get(service_url + task_id, timeout=30).json()
            assert task["status"] == "PENDING"
    task = final_task(service_url, task_id)
    assert (task["status"], task["attempts"]) == ("SUCCESS", 1)


def delayed(url: str) -> int:
    """Return how many single numbers are put off."""
    return int(requests.get(f"{url}queue", timeout=30).json()["queues"]["tasks"]["delayed"])
