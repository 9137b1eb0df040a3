"""Waiting for a condition by polling."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests

T = TypeVar("T")


def until(look: Callable[[], T], description: str | Callable[[], str], seconds: float = 60) -> T:
    """Return the first true value that `look` returns.

    Raises:
        AssertionError: there is none in this time; the message has the description.
    """
    deadline = time.monotonic() + seconds
    pause = 0.005
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            described = description if isinstance(description, str) else description()
            raise AssertionError(f"{described}: not within {seconds} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)


def final_task(url: str, task_id: str) -> dict[str, Any]:
    """Return a task of the service at `url` once its status is final."""

    def look() -> dict[str, Any] | None:
        response = requests.get(url + task_id, headers={"Prefer": "wait=5"}, timeout=30)
        task: dict[str, Any] = response.json()
        return task if task["status"] in {"SUCCESS", "FAILURE", "REVOKED"} else None

    found = until(look, f"task {task_id} is final")
    assert found is not None
    return found
