"""Tasks for tests, submitted through the service."""

from __future__ import annotations

import pytest

from chalicelib.service.submit import ListSubmission, NumberSubmission, submit, submit_once
from chalicelib.tasks import chunks


def submit_number(number: int, expression: str | None = None) -> str:
    """Submit a number and return its task's id."""
    return submit(NumberSubmission(number, expression))


def submit_list(numbers: list[int]) -> str:
    """Submit a list and return its task's id."""
    return submit(ListSubmission(numbers))


def submit_keyed(numbers: list[int], key: str, *, is_list: bool = False, caller: str = "") -> str:
    """Submit with an Idempotency-Key and return the task's id."""
    return submit_once(ListSubmission(numbers) if is_list else NumberSubmission(numbers[0]), caller, key)


def set_chunk_size(monkeypatch: pytest.MonkeyPatch, numbers: int) -> None:
    """Make the chunks of lists have this many numbers."""
    monkeypatch.setattr(chunks, "MAX_CHUNK_NUMBERS", numbers)
