"""A task is cancelled while it is open."""

import pytest

from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.store import table
from chalicelib.tasks.status import Status
from tests.support.aws import receive
from tests.support.consumers import handle
from tests.support.tasks import set_chunk_size, submit_list

pytestmark = pytest.mark.usefixtures("aws")


def test_a_list_is_cancelled_while_one_of_its_chunks_is_not_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    set_chunk_size(monkeypatch, 1)
    task_id = submit_list([2, 3])
    handle(Queue.LISTS, receive(Queue.LISTS)[:1])
    task = cancel_task(task_id)
    assert task.status is Status.REVOKED
    assert task.finished_at
    assert (table.get(task_id, table.TASK) or {})["total"] == 2
