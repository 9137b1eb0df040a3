"""A task is accepted by few calls, and an error says whether it was accepted."""

from typing import Any

import pytest

from chalicelib import queues, sending
from chalicelib.aws import sqs
from chalicelib.errors import IdempotencyKeyReused, Unavailable
from chalicelib.primality.direction import Direction
from chalicelib.queues import Queue
from chalicelib.service import backlog, read
from chalicelib.service.retry import retry_task
from chalicelib.service.submit import ListSubmission, NumberSubmission, submit_once
from chalicelib.store import transitions
from chalicelib.store.history import COUNTED
from chalicelib.tasks import ids
from chalicelib.tasks.messages import decode
from chalicelib.tasks.status import Status
from tests.support.aws import receive
from tests.support.consumers import fail_waiting, handle, run
from tests.support.doubles import calls_of, unavailable
from tests.support.tasks import set_chunk_size, submit_keyed, submit_list, submit_number

pytestmark = pytest.mark.usefixtures("aws")


def test_the_calls_of_a_submission(monkeypatch: pytest.MonkeyPatch) -> None:
    for queue in COUNTED:
        backlog.wait_seconds(queue)  # a process counts them every two seconds at most
    set_chunk_size(monkeypatch, 1)
    assert calls_of(lambda: submit_number(11)) == ["SendMessage"]
    assert calls_of(lambda: submit_number(2**521 - 1)) == ["SendMessage"]
    assert calls_of(lambda: submit_keyed([11], "k")) == ["PutItem", "SendMessageBatch"]
    assert calls_of(lambda: submit_list(list(range(21)))) == ["PutItem", *["SendMessageBatch"] * 3]


ELEVEN = NumberSubmission(11)
NEXT, FACTORS = NumberSubmission(11, find=Direction.NEXT), NumberSubmission(11, factors=True)
PAIRS = [(ELEVEN, NumberSubmission(13)), (ELEVEN, ListSubmission([11])), (ELEVEN, ListSubmission([11, 13]))]
PAIRS += [(NEXT, ELEVEN), (NEXT, NumberSubmission(11, find=Direction.PREVIOUS)), (FACTORS, ELEVEN)]


@pytest.mark.parametrize(("first", "other"), PAIRS)
def test_the_same_key_with_other_numbers_or_another_question_is_an_error(
    first: NumberSubmission, other: NumberSubmission | ListSubmission
) -> None:
    assert submit_once(first, "", "k").task_id == submit_once(first, "", "k").task_id
    with pytest.raises(IdempotencyKeyReused):
        submit_once(other, "", "k")


def submit_in_part(numbers: list[int], key: str) -> str:
    """Submit a list with a key whose sending may have ended early, and return its id."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transitions, "write_sent", unavailable)
        with pytest.raises(Unavailable, match="may have been accepted"):
            submit_keyed(numbers, key, is_list=True)
    return ids.keyed_id("", key)


def test_a_list_that_another_release_cut_into_other_chunks_is_not_queued_again(monkeypatch: pytest.MonkeyPatch) -> None:
    set_chunk_size(monkeypatch, 2)
    task_id = submit_in_part([2, 3, 4, 5], "k")
    set_chunk_size(monkeypatch, 3)
    with pytest.raises(IdempotencyKeyReused, match=f"read that task|{task_id}"):
        submit_keyed([2, 3, 4, 5], "k", is_list=True)
    run(Queue.LISTS)
    assert submit_keyed([2, 3, 4, 5], "k", is_list=True) == task_id, "the list is finished: there is nothing to queue"
    assert queues.counts(Queue.LISTS).waiting == 0


def test_a_task_is_queued_again_by_its_key_until_it_is_finished() -> None:
    task_id = submit_keyed([11], "k")
    submit_keyed([11], "k")
    assert queues.counts(Queue.TASKS).waiting == 2
    run(Queue.TASKS)
    submit_keyed([11], "k")
    assert queues.counts(Queue.TASKS).waiting == 0
    assert read.read_task(task_id).status is Status.SUCCESS


def test_messages_that_are_sent_again_by_a_key_are_of_the_round_of_their_task() -> None:
    task_id = submit_keyed([11], "k")
    fail_waiting(Queue.TASKS)
    retry_task(task_id)
    receive(Queue.TASKS)  # the message of the retry, which is lost
    submit_keyed([11], "k")
    (record,) = receive(Queue.TASKS)
    assert decode(record["body"]).round == 1
    handle(Queue.TASKS, [record])
    assert read.read_task(task_id).status is Status.SUCCESS


def test_a_list_whose_sending_failed_is_sent_on_from_there_by_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    set_chunk_size(monkeypatch, 1)
    monkeypatch.setattr(sending, "SENDERS", 1)
    send = sqs().send_message_batch
    calls = iter([True, True, False])

    def send_twice(**parameters: Any) -> Any:
        return send(**parameters) if next(calls) else unavailable()

    with monkeypatch.context() as patched:
        patched.setattr(sqs(), "send_message_batch", send_twice)
        with pytest.raises(Unavailable, match="may have been accepted"):
            submit_keyed(list(range(35)), "k", is_list=True)
    assert queues.counts(Queue.LISTS).waiting == 20
    for _ in range(2):
        task_id = submit_keyed(list(range(35)), "k", is_list=True)
        assert queues.counts(Queue.LISTS).waiting == 35, "each chunk is sent once"
    run(Queue.LISTS)
    assert read.read_task(task_id).status is Status.SUCCESS
