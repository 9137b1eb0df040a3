"""A client that openapi-python-client generates from the contract submits, polls and pages."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.client.conftest import CLIENT

CONTRACT = CLIENT.parent / "docs" / "openapi.json"
PACKAGE = "generated_client"

pytestmark = pytest.mark.emulator


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Generate the client where Python finds it."""
    config = tmp_path / "config.yaml"
    config.write_text("post_hooks: []\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta=none", "--fail-on-warning"]
    paths = [f"--path={CONTRACT}", f"--output-path={tmp_path / PACKAGE}", f"--config={config}"]
    subprocess.run([*command, *paths], check=True, timeout=60)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / PACKAGE


def part(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


def test_the_generated_client_submits_polls_and_pages(generated: Path, service_url: str) -> None:
    assert generated.is_dir()
    with part("client").Client(base_url=service_url.rstrip("/")) as client:
        _submit_poll_and_page(client)


def _submit_poll_and_page(client: Any) -> None:
    operations = {name: part(f"api.tasks.{name}") for name in ("submit", "read_task", "read_results", "cancel_task")}
    models = part("models")

    number = operations["submit"].sync(client=client, body=models.Single(number="2^127-1"), idempotency_key="one")
    task = _final(operations["read_task"], client, number.task_id)
    assert (task.status.value, task.result.verdict.value, task.result.is_prime) == ("SUCCESS", "prime", True)

    numbers = operations["submit"].sync(client=client, body=models.List(numbers=[*range(25), "2^61-1"]))
    assert _final(operations["read_task"], client, numbers.task_id).result.total == 26
    rows: list[Any] = []
    cursor: str | None = None
    while cursor is not None or not rows:
        query: dict[str, str] = {"cursor": cursor} if cursor else {}
        page = operations["read_results"].sync(numbers.task_id, client=client, limit=10, **query)
        assert page.complete
        rows += page.results
        cursor = page.next_
    assert [row.number for row in rows] == [*range(25), 2**61 - 1]

    refused = operations["cancel_task"].sync(numbers.task_id, client=client)
    assert (type(refused).__name__, refused.status) == ("Problem", 409)


def _final(read_task: ModuleType, client: Any, task_id: Any) -> Any:
    """Return a task once it is final."""
    while True:
        task = read_task.sync(task_id, client=client, prefer="wait=10")
        if task.status.value in {"SUCCESS", "FAILURE", "REVOKED"}:
            return task
