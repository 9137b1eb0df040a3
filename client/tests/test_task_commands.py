"""The commands for one task: show, cancel and retry."""

from __future__ import annotations

import json
import re

import pytest

from command import run, submitted
from fake import FakeService

pytestmark = pytest.mark.usefixtures("service_url")
UNKNOWN = "00000000-0000-0000-0000-000000000001"


SCREENED = "97 is a probable prime: it passed trial division in 2.5 ms; it is not proven"


@pytest.mark.parametrize(
    ("fields", "line", "exit_status"),
    [
        ({}, "Task ID: started", 4),
        ({"verdict": "probable_prime"}, f"{SCREENED} yet (started)", 3),
        ({"status": "SUCCESS", "verdict": "probable_prime"}, SCREENED, 3),
        ({"status": "REVOKED", "verdict": "probable_prime"}, f"{SCREENED} (cancelled)", 4),
        ({"status": "REVOKED"}, "Task ID: cancelled", 4),
        ({"status": "FAILURE"}, "Task ID: failed: it failed", 4),
        (
            {"status": "SUCCESS", "computed_at": "2026-11-24T08:33:22.125Z"},
            "97 is prime, proven by trial division in 2.5 ms on 2026-11-24",
            0,
        ),
    ],
    ids=str,
)
def test_a_task_is_shown_in_one_line(service: FakeService, fields: dict[str, str], line: str, exit_status: int) -> None:
    task_id = submitted(service)
    vars(service.tasks[task_id]).update(fields)
    result = run("show", task_id)
    assert (result.stdout, result.exit_code) == (line.replace("ID", task_id) + "\n", exit_status)


@pytest.mark.parametrize(
    ("late", "words"), [(False, "started, expected at"), (True, "started, later than expected, now expected at")]
)
def test_show_says_when_an_open_task_is_expected(service: FakeService, late: bool, words: str) -> None:
    task_id = submitted(service)
    service.tasks[task_id].unfinished_reads = 1
    service.tasks[task_id].expected = {"expected_at": "2100-02-03T12:00:00.500Z", "late": late}
    assert re.search(rf"{words} 2100-02-0[234] \d\d:\d\d:00\n", run("show", task_id).stdout)
    assert "expected" not in run("show", task_id).stdout


@pytest.mark.usefixtures("clock")
def test_show_wait_waits_until_the_task_is_finished(service: FakeService) -> None:
    task_id = submitted(service)
    service.tasks[task_id].unfinished_reads = 2
    assert run("show", task_id, "--wait").stdout == "97 is prime, proven by trial division in 2.5 ms\n"


def test_a_failed_task_is_queued_again(service: FakeService) -> None:
    task_id = submitted(service)
    service.tasks[task_id].status = "FAILURE"
    assert run("retry", task_id).stdout.startswith(f"Task {task_id} is queued again")
    assert service.tasks[task_id].status == "PENDING"


def test_cancel_ends_a_task(service: FakeService) -> None:
    task_id = submitted(service)
    assert run("cancel", task_id).stdout == f"Task {task_id} is cancelled.\n"
    assert json.loads(run("cancel", task_id, "--json").stdout)["status"] == "REVOKED"


@pytest.mark.parametrize("command", ["show", "cancel", "retry"])
def test_an_unknown_task_is_wrong_input(command: str) -> None:
    result = run(command, UNKNOWN)
    assert (result.exit_code, result.stderr) == (2, "Error: There is no such task, or it has expired.\n")
