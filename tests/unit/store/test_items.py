"""A task is read from its item as it was written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.store import items
from chalicelib.tasks import ids
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask

witnesses = st.one_of(
    st.none(), st.integers(min_value=2).map(lambda n: Witness(factor=n)), st.integers(2, 10**6).map(Witness)
)
results = st.builds(
    Result,
    number=st.integers(),
    verdict=st.sampled_from(Verdict),
    method=st.text(max_size=20),
    witness=witnesses,
    has_certificate=st.booleans(),
    seconds=st.sampled_from([0.0, 2.54e-05, 12.3]),
)


@given(results)
def test_a_result_is_read_as_it_was_written(result: Result) -> None:
    assert items.to_result(items.from_result(result)) == result


@pytest.mark.usefixtures("aws")
def test_a_new_task_is_read_as_it_was_written() -> None:
    common: dict[str, Any] = {
        "task_id": ids.new_id(),
        "status": Status.PENDING,
        "submitted_at": clock.timestamp(),
        "expires_at": items.expiry(),
        "fingerprint": "f",
    }
    for task in (
        NumberTask(**common),
        ListTask(**common, total=10, chunks=3, remaining=3),
    ):
        assert items.to_task(items.from_task(task)) == task


def test_an_expired_item_is_no_task() -> None:
    task = NumberTask(task_id=ids.new_id(), status=Status.PENDING, submitted_at=clock.timestamp(), expires_at=1)
    assert items.to_task(items.from_task(task)) is None
