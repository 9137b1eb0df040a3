"""A client that openapi-generator generates from the contract submits, polls and pages."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.client.conftest import CLIENT

CONTRACT = CLIENT.parent / "chalicelib" / "api" / "openapi.json"
PACKAGE = "generated_client"

pytestmark = [pytest.mark.emulator, pytest.mark.deep]


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Generate the client and import it."""
    command = [str(Path(sys.executable).with_name("openapi-generator-cli")), "generate", "--generator-name=python"]
    paths = [f"--input-spec={CONTRACT}", f"--output={tmp_path}", f"--package-name={PACKAGE}"]
    subprocess.run([*command, *paths], check=True, timeout=240, stdout=subprocess.DEVNULL)
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module(PACKAGE)


def test_the_generated_client_submits_polls_and_pages(generated: Any, service_url: str) -> None:
    with generated.ApiClient(generated.Configuration(host=service_url.rstrip("/"))) as client:
        tasks = generated.TasksApi(client)

        task = _final(tasks, _submit(tasks, generated, {"number": "2^127-1"}, idempotency_key="one"))
        result = task.result.actual_instance
        assert (task.status, result.verdict, result.number_text) == ("SUCCESS", "prime", str(2**127 - 1))

        task_id = _submit(tasks, generated, {"numbers": [*range(25), "2^61-1"]})
        assert _final(tasks, task_id).result.actual_instance.total == 26
        rows: list[Any] = []
        cursor: str | None = None
        while cursor is not None or not rows:
            page = tasks.read_results(task_id, cursor=cursor, limit=10)
            assert page.complete
            rows += page.results
            cursor = page.next
        assert [row.number.actual_instance for row in rows] == [*range(25), str(2**61 - 1)]

        with pytest.raises(generated.ApiException) as refused:
            tasks.cancel_task(task_id)
        assert refused.value.status == 409


def _submit(tasks: Any, generated: Any, body: dict[str, object], **headers: str) -> Any:
    """Submit a body and return the id of its task."""
    return tasks.submit(generated.SubmitRequest.from_dict(body), **headers).task_id


def _final(tasks: Any, task_id: Any) -> Any:
    """Return a task once it is final."""
    while True:
        task = tasks.read_task(task_id, prefer="wait=10")
        if task.status in {"SUCCESS", "FAILURE", "REVOKED"}:
            return task
