"""The API killed, or cut off, between its two calls: the same request with the same key heals what it left."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests

from tests.conftest import ROOT, free_port
from tests.support.polling import final, until

pytestmark = pytest.mark.emulator

BODIES = [
    pytest.param({"number": 97}, id="number"),
    pytest.param({"numbers": list(range(100))}, id="list"),
]


@contextmanager
def api(environment: dict[str, str], queues: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the API with its queues at another address than they are."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "infra.server", "--port", str(port)]
    env = {**environment, "AWS_ENDPOINT_URL_SQS": queues}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: answers(url), "the server answers")
            yield url, process
        finally:
            process.kill()


def answers(url: str) -> bool:
    """Tell whether a server is there."""
    with suppress(requests.ConnectionError):
        return requests.get(f"{url}openapi.json", timeout=5).ok
    return False


def send(url: str, body: dict[str, Any], key: str) -> requests.Response:
    """Submit with a key."""
    return requests.post(url, json=body, headers={"Idempotency-Key": key}, timeout=60)


def assert_healed(url: str, body: dict[str, Any], key: str) -> None:
    """Check that the same request, sent again, is accepted and comes to its right end."""
    answer = send(url, body, key)
    assert answer.status_code == 202
    task = final(url, answer.json()["task_id"])
    assert task["status"] == "SUCCESS"
    assert task["result"]["primes"] == 25 if "numbers" in body else task["result"]["is_prime"]


@pytest.mark.parametrize("body", BODIES)
def test_killed_before_the_queue_had_the_message_it_is_healed_by_the_same_key(
    service_url: str, service_environment: dict[str, str], body: dict[str, Any]
) -> None:
    key = f"killed-{free_port()}"
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as client:
        silent.settimeout(30)
        with api(service_environment, f"http://127.0.0.1:{silent.getsockname()[1]}") as (url, process):
            answer = client.submit(send, url, body, key)
            asked, _ = silent.accept()  # the table has the task, and now the queue is asked
            process.kill()
            asked.close()
            assert isinstance(answer.exception(), requests.ConnectionError)
    assert_healed(service_url, body, key)


@pytest.mark.parametrize("body", BODIES)
def test_cut_off_from_the_queue_it_answers_503_and_is_healed_by_the_same_key(
    service_url: str, service_environment: dict[str, str], body: dict[str, Any]
) -> None:
    key = f"cut-off-{free_port()}"
    with api(service_environment, f"http://127.0.0.1:{free_port()}") as (url, _):
        answer = send(url, body, key)
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
        assert answer.headers["Retry-After"]
    assert_healed(service_url, body, key)
