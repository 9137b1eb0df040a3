"""If the API is killed, or loses its queues, between its two calls, the same request with the same key is accepted."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from tests.support.polling import final_task
from tests.support.servers import free_port, local_server

pytestmark = pytest.mark.emulator

BODIES = [
    pytest.param({"number": 97}, id="number"),
    pytest.param({"numbers": list(range(100))}, id="list"),
]


@contextmanager
def api_with_queues_at(url: str, environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the API with another endpoint of the queues."""
    with local_server(environment | {"AWS_ENDPOINT_URL_SQS": url}) as (api_url, process):
        yield api_url, process


def send(url: str, body: dict[str, Any], key: str) -> requests.Response:
    """Submit with a key."""
    return requests.post(url, json=body, headers={"Idempotency-Key": key}, timeout=60)


def assert_accepted_and_finished(url: str, body: dict[str, Any], key: str) -> None:
    """Check that the same request, sent again, is accepted and that its task has the right result."""
    response = send(url, body, key)
    assert response.status_code == 202
    task = final_task(url, response.json()["task_id"])
    assert task["status"] == "SUCCESS"
    assert task["result"]["primes"] == 25 if "numbers" in body else task["result"]["is_prime"]


@pytest.mark.parametrize("body", BODIES)
def test_killed_before_the_message_was_sent_it_accepts_the_same_request_again(
    service_url: str, service_environment: dict[str, str], body: dict[str, Any]
) -> None:
    key = f"killed-{free_port()}"
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as client:
        silent.settimeout(30)
        queues_url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with api_with_queues_at(queues_url, service_environment) as (url, process):
            response = client.submit(send, url, body, key)
            connection, _ = silent.accept()  # the table has the task, and now the message is sent
            process.kill()
            connection.close()
            assert isinstance(response.exception(), requests.ConnectionError)
    assert_accepted_and_finished(service_url, body, key)


@pytest.mark.parametrize("body", BODIES)
def test_without_its_queues_it_responds_with_503_and_accepts_the_same_request_again(
    service_url: str, service_environment: dict[str, str], body: dict[str, Any]
) -> None:
    key = f"cut-off-{free_port()}"
    with api_with_queues_at(f"http://127.0.0.1:{free_port()}", service_environment) as (url, _):
        response = send(url, body, key)
        assert (response.status_code, response.headers["Content-Type"]) == (503, "application/problem+json")
        assert response.headers["Retry-After"]
    assert_accepted_and_finished(service_url, body, key)
