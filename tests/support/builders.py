"""Tasks for tests, submitted through the service."""

from __future__ import annotations

import pytest

from chalicelib.service.submit import Submission, submit, submit_once
from chalicelib.tasks import chunks


def submit_number(number: int, expression: str | None = None) -> str:
    """Submit a number and return its task's id."""
    return submit(Submission([number], is_list=False, expressions={0: expression} if expression else {}))


def submit_list(numbers: list[int]) -> str:
    """Submit a list and return its task's id."""
    return submit(Submission(numbers, is_list=True, expressions={}))


def submit_keyed(numbers: list[int], key: str, *, is_list: bool = False, caller: str = "") -> str:
    """Submit with an Idempotency-Key and return the task's id."""
    return submit_once(Submission(numbers, is_list=is_list, expressions={}), caller, key)


def set_chunk_size(monkeypatch: pytest.MonkeyPatch, numbers: int) -> None:
    """Make the chunks of lists have this many numbers."""
    monkeypatch.setattr(chunks, "MAX_CHUNK_NUMBERS", numbers)
