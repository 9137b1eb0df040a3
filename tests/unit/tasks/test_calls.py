"""An answer costs few calls to AWS: what a million of them costs depends on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib import aws
from chalicelib.tasks import reading, submit
from tests.aws import run_worker

pytestmark = pytest.mark.usefixtures("aws")


def calls_of(act: Callable[[], object]) -> list[str]:
    """Return the calls to AWS that an action makes, in order."""
    seen: list[str] = []

    def see(model: object, **_: object) -> None:
        seen.append(getattr(model, "name", ""))

    clients = (aws.dynamodb(), aws.sqs())
    for client in clients:
        client.meta.events.register("before-call", see)
    act()
    for client in clients:
        client.meta.events.unregister("before-call", see)
    return seen


def test_a_number_is_submitted_by_one_call() -> None:
    assert calls_of(lambda: submit.submit_number(11)) == ["SendMessage"]


def test_a_number_with_a_key_is_submitted_by_two() -> None:
    def submit_once() -> str:
        return submit.submit_once([11], is_list=False, caller="", key="k")

    assert calls_of(submit_once) == ["PutItem", "SendMessageBatch"]


def test_a_task_is_read_by_one_call_whether_it_has_a_record_or_not() -> None:
    task_id = submit.submit_number(11)
    assert calls_of(lambda: reading.find(task_id)) == ["GetItem"]
    run_worker()
    assert calls_of(lambda: reading.find(task_id)) == ["GetItem"]
