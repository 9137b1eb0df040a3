"""How long messages take is measured from the work of the process, not from the time for which it had none."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.consumers.pace import Pace
from chalicelib.store.history import Work


def record(sent: float, receive_count: int = 1) -> dict[str, Any]:
    return {"attributes": {"SentTimestamp": str(int(sent * 1000)), "ApproximateReceiveCount": str(receive_count)}}


def test_the_first_batch_of_a_process_is_busy_since_it_was_received() -> None:
    assert Pace().measure([record(90.0), record(92.0)], 100.0, 100.5) == Work(2, 500, 18_000)


def test_what_passes_between_two_batches_counts_while_messages_wait() -> None:
    assert Pace(ended=99.5).measure([record(90.0)], 100.0, 100.5) == Work(1, 1_000, 10_000)


def test_the_time_before_a_message_was_sent_does_not_count() -> None:
    assert Pace(ended=50.0).measure([record(99.75)], 100.0, 100.5) == Work(1, 750, 250)


@pytest.mark.parametrize("late", [record(10.0, receive_count=2), {"attributes": {}}, record(101.0)])
def test_a_message_that_waited_for_another_reason_counts_as_sent_now(late: dict[str, Any]) -> None:
    assert Pace(ended=50.0).measure([late], 100.0, 100.5) == Work(1, 500, 0)


def test_a_consumer_that_has_nothing_to_do_for_long_is_not_busy() -> None:
    assert Pace(ended=50.0).measure([record(60.0)], 100.0, 100.5).busy_ms == 1_500


def test_the_next_batch_begins_where_this_one_ended() -> None:
    pace = Pace()
    pace.measure([record(90.0)], 100.0, 101.0)
    assert pace.measure([record(90.0)], 101.25, 102.0).busy_ms == 1_000
