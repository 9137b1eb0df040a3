"""A stateful model: clients, deliveries, kills and the clock act in any order; rules are checked after each action."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from botocore.exceptions import ClientError
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.errors import Conflict, IdempotencyKeyReused, NotFound, Unavailable
from chalicelib.queues import Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.service.read import read_task
from chalicelib.service.retry import retry_task
from chalicelib.settings import settings
from chalicelib.tasks.status import Status
from chalicelib.tasks.task import ListTask, NumberTask
from tests.faults.fault_injection import DENIED, KILLED_AFTER, KILLED_BEFORE, RESPONSE_LOST, THROTTLED, Fault, Killed
from tests.faults.model_context import Expected, ModelContext, read_tasks
from tests.faults.sqs_model import StoredMessage
from tests.support.builders import submit_keyed, submit_list, submit_number
from tests.support.consumers import REMAINING_SECONDS, handle
from tests.support.outcomes import (
    HARD_PRIME,
    LARGE_COMPOSITE,
    LARGE_PRIME,
    LONG_PRIME,
    MERSENNE_PRIME,
    PRIME,
    SQUARE,
    VERDICTS,
)

#: One number for each path through the queues.
NUMBERS = [PRIME, SQUARE, HARD_PRIME, LONG_PRIME, MERSENNE_PRIME, LARGE_PRIME, LARGE_COMPOSITE]
PRIMES = {number for number in NUMBERS if VERDICTS[number] == "prime"}
PROOF_QUEUES = {Queue.PROOFS, Queue.LONG_PROOFS}

#: Few tasks at once, so that several actions affect the same task.
MAX_TASKS = 6
#: The remaining seconds with which a consumer starts nothing.
NO_TIME_SECONDS = 4.0

numbers = st.sampled_from(NUMBERS)
number_lists = st.lists(numbers, min_size=1, max_size=5)
faults = st.one_of(
    st.none(),
    st.none(),
    st.tuples(
        st.sampled_from([THROTTLED, RESPONSE_LOST, DENIED, KILLED_BEFORE, KILLED_AFTER]),
        st.integers(0, 3),
        st.sampled_from([1, 99]),
    ),
)
#: A fault, the index of the first call that it affects, and how many calls it affects.
Injected = tuple[Fault, int, int] | None


class TaskLifecycle(RuleBasedStateMachine):
    """The state machine. The test that runs it sets `context`."""

    context: ModelContext

    def __init__(self) -> None:
        super().__init__()
        self.sqs = self.context.aws.sqs
        self.context.begin()
        self.expected: dict[str, Expected] = {}
        self.keys: dict[str, tuple[list[int], bool]] = {}

    def attempt(self, action: Callable[[], Any], injected: Injected = None) -> Any:
        """Run an action of a client or a consumer, and return its result, or None if a fault or a kill ended it."""
        with contextlib.ExitStack() as stack:
            if injected:
                stack.enter_context(self.context.aws.faults.injected(*injected))
            try:
                return action()
            except (Unavailable, ClientError, Killed):
                assert injected, "a fault that was not injected"
                return None

    # The actions of clients.

    @precondition(lambda self: len(self.expected) < MAX_TASKS)
    @rule(numbers=number_lists, is_list=st.booleans(), injected=faults)
    def submit(self, numbers: list[int], is_list: bool, injected: Injected) -> None:
        numbers = numbers if is_list else numbers[:1]
        task_id = self.attempt(
            partial(submit_list, numbers) if is_list else partial(submit_number, numbers[0]), injected
        )
        if task_id:
            self.expected[task_id] = Expected(numbers, is_list, is_accepted=True)

    @rule(key=st.sampled_from("abc"), numbers=number_lists, is_list=st.booleans(), injected=faults)
    def submit_keyed(self, key: str, numbers: list[int], is_list: bool, injected: Injected) -> None:
        """Submit with a key the same numbers as at the first time."""
        numbers, is_list = self.keys.setdefault(key, (numbers if is_list else numbers[:1], is_list))
        caller = self.context.caller
        task_id = self.attempt(lambda: submit_keyed(numbers, key, is_list=is_list, caller=caller), injected)
        if task_id:
            self.expected.setdefault(task_id, Expected(numbers, is_list)).is_accepted = True
            with contextlib.suppress(IdempotencyKeyReused):
                submit_keyed([*numbers, 4], key, is_list=True, caller=caller)
                raise AssertionError("another body was accepted for the same key")

    @precondition(lambda self: len(self.expected) > 2)
    @rule(data=st.data(), injected=faults)
    def cancel(self, data: st.DataObject, injected: Injected) -> None:
        self.cancel_task(data.draw(st.sampled_from(list(self.expected))), injected)

    def cancel_task(self, task_id: str, injected: Injected = None) -> None:
        was_final = read_task(task_id).status.is_final
        self.expected[task_id].is_cancelled |= not was_final
        try:
            task = self.attempt(lambda: cancel_task(task_id), injected)
        except Conflict:
            assert read_task(task_id).status.is_final
        else:
            assert task is None or task.status is Status.REVOKED
            assert task is None or not was_final

    @precondition(lambda self: self.failed())
    @rule(data=st.data(), injected=faults)
    def retry(self, data: st.DataObject, injected: Injected) -> None:
        self.retry_task(data.draw(st.sampled_from(self.failed())), injected)

    def failed(self) -> list[str]:
        last = [(task_id, expected.final) for task_id, expected in self.expected.items()]
        return [task_id for task_id, final in last if final and final.status is Status.FAILURE]

    def retry_task(self, task_id: str, injected: Injected = None) -> None:
        is_failed = read_task(task_id).status is Status.FAILURE
        self.expected[task_id].is_retried |= is_failed
        try:
            self.attempt(lambda: retry_task(task_id), injected)
        except Conflict:
            assert not is_failed
        else:
            assert is_failed or injected

    # The actions of the queues and the consumers.

    @precondition(lambda self: self.sqs.messages)
    @rule(data=st.data(), times=st.integers(3, 9))
    def deliver(self, data: st.DataObject, times: int) -> None:
        """Deliver some messages of a queue in any order, several times. Some of them are not deleted afterwards."""
        for _ in range(times):
            if not self.sqs.messages:
                break
            queue = data.draw(st.sampled_from(sorted({message.queue for message in self.sqs.messages})))
            batch = data.draw(
                st.lists(st.sampled_from(self.sqs.in_queue(queue)), min_size=1, max_size=10, unique_by=id)
            )
            is_deleted = data.draw(st.sampled_from([True, True, True, False]))
            has_time = data.draw(st.sampled_from([True, True, True, False]))
            self.consume(queue, batch, data.draw(faults), is_deleted=is_deleted, has_time=has_time)

    def consume(
        self,
        queue: Queue,
        batch: list[StoredMessage],
        injected: Injected = None,
        *,
        is_deleted: bool = True,
        has_time: bool = True,
    ) -> None:
        records = self.sqs.receive(batch)
        remaining = REMAINING_SECONDS if has_time else NO_TIME_SECONDS
        response = self.attempt(lambda: handle(queue, records, remaining_seconds=lambda: remaining), injected)
        if response is not None and is_deleted:
            failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
            assert injected or not has_time or not failed
            self.sqs.delete({record["messageId"] for record in records} - failed)

    @precondition(lambda self: self.proofs())
    @rule(data=st.data(), finishes=st.booleans(), is_cancelled=st.booleans(), injected=faults)
    def deliver_proof(self, data: st.DataObject, finishes: bool, is_cancelled: bool, injected: Injected) -> None:
        """Prove a number that is cancelled meanwhile, delivered to a second prover, or not proven in time."""
        message = data.draw(st.sampled_from(self.proofs()))
        task_id = json.loads(message.body)["task_id"]

        def during_proof() -> bool:
            self.context.during_proof = lambda: True
            if is_cancelled and task_id in self.expected and not injected:
                self.cancel_task(task_id)
            elif finishes and not injected:
                self.consume(message.queue, [message], is_deleted=False)
            return finishes

        self.context.during_proof = during_proof
        try:
            self.consume(message.queue, [message], injected)
        finally:
            self.context.during_proof = lambda: True

    def proofs(self) -> list[StoredMessage]:
        return [message for message in self.sqs.messages if message.queue in PROOF_QUEUES]

    @precondition(lambda self: 0 < len(self.sqs.messages) < MAX_TASKS)
    @rule(data=st.data())
    def duplicate(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(self.sqs.messages))
        self.sqs.add(message.queue, message.body, message.receive_count)

    @precondition(lambda self: self.sqs.messages)
    @rule(data=st.data(), receives=st.sampled_from([1, 4, 5, 5]))
    def kill_before_the_first_call(self, data: st.DataObject, receives: int) -> None:
        """Let consumers receive some messages and be killed before their first call."""
        for message in data.draw(st.lists(st.sampled_from(self.sqs.messages), min_size=1, max_size=3)):
            message.receive_count += receives

    # The actions of the clock.

    @precondition(lambda self: len(self.expected) == MAX_TASKS)
    @rule(keeps_dead_letters=st.booleans())
    def expire(self, keeps_dead_letters: bool) -> None:
        """Let tasks, their keys and their messages expire; a dead letter may outlive them."""
        self.context.clock.seconds += settings().retention_seconds + 1
        self.sqs.messages = self.sqs.in_queue(Queue.DEAD_LETTERS) if keeps_dead_letters else []
        for task_id in self.expected:
            with contextlib.suppress(NotFound):
                read_task(task_id)
                raise AssertionError("an expired task can be read")
        self.expected.clear()
        self.keys.clear()

    # The rules.

    @invariant()
    def every_task_is_as_expected(self) -> None:
        tasks = read_tasks(list(self.expected))
        for task_id, expected in self.expected.items():
            self.check(tasks[task_id], expected)

    def check(self, task: NumberTask | ListTask, expected: Expected) -> None:
        before = expected.final
        if before and contract(task) != contract(before):
            assert before.status is Status.FAILURE, f"{before} became {task}"
            assert expected.is_retried, f"{before} became {task}"
            expected.is_retried = False
        expected.final = task if task.status.is_final else None
        assert task.status is not Status.REVOKED or expected.is_cancelled
        assert task.status is not Status.FAILURE or task.error
        primes = sum(number in PRIMES for number in expected.numbers)
        if isinstance(task, NumberTask) and task.result:
            assert task.result.number == expected.numbers[0]
            assert task.result.is_prime == (primes == 1)
            assert task.result.proven or task.result.verdict == "probable_prime"
        if task.status is Status.SUCCESS:
            assert isinstance(task, ListTask) == expected.is_list
            if isinstance(task, ListTask):
                assert task.primes == primes
                assert task.composites == len(expected.numbers) - primes
            else:
                assert task.result

    def teardown(self) -> None:
        """Check that without faults every accepted task becomes final, and that a retry finishes a failed one."""
        self.deliver_all()
        for task_id, expected in self.expected.items():
            if not expected.is_accepted:
                continue
            status = read_task(task_id).status
            assert status.is_final, f"{task_id} is {status} and no message is left"
            if status is Status.FAILURE:
                self.retry_task(task_id)
                self.deliver_all()
                assert read_task(task_id).status is Status.SUCCESS
            self.every_task_is_as_expected()

    def deliver_all(self) -> None:
        while self.sqs.messages:
            message = self.sqs.messages[0]
            self.consume(message.queue, [message])
            self.every_task_is_as_expected()


def contract(task: NumberTask | ListTask) -> tuple[object, ...]:
    """Return the fields that must not change in a final task."""
    result = task.result if isinstance(task, NumberTask) else None
    return task.status, task.error, task.finished_at, result
