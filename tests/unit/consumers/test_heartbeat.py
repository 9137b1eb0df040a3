"""A heartbeat keeps a message from other consumers until some time after the next one."""

from __future__ import annotations

import pytest

from chalicelib import queues
from chalicelib.consumers.batch import Batch
from chalicelib.consumers.heartbeat import HEARTBEAT_SECONDS, HEARTBEAT_TIMEOUT_SECONDS, send_heartbeat
from chalicelib.errors import Unavailable
from chalicelib.queues import Queue
from chalicelib.telemetry import Invocation
from tests.support.aws import receive
from tests.support.builders import submit_number
from tests.support.spying import spy

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def batch() -> Batch:
    """Return a batch of one number."""
    submit_number(11)
    return Batch(receive(Queue.TASKS), Queue.TASKS, Invocation("test"), lambda: 60.0)


def test_a_heartbeat_hides_the_message_beyond_several_more_heartbeats(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = spy(monkeypatch, queues, "set_visibility_timeout")
    (record,) = batch.records
    send_heartbeat(batch, record)
    assert hidden == [("set_visibility_timeout", Queue.TASKS, record.receipt_handle, HEARTBEAT_TIMEOUT_SECONDS)]
    assert HEARTBEAT_TIMEOUT_SECONDS > 10 * HEARTBEAT_SECONDS


def test_a_heartbeat_that_fails_is_logged_and_stops_no_computation(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise Unavailable("The queue does not respond.")

    monkeypatch.setattr(queues, "set_visibility_timeout", unavailable)
    send_heartbeat(batch, batch.records[0])
    assert "The queue does not respond." in batch.invocation.line()
    assert batch.partial_batch_response() == {"batchItemFailures": []}
