"""A stateful model: clients, deliveries, kills and the clock act in any order; rules are checked after each action."""

import contextlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.errors import Conflict, IdempotencyKeyReused, ServiceFault, Unavailable
from chalicelib.queues import MAX_RECEIVES, Queue
from chalicelib.service.cancel import cancel_task
from chalicelib.service.read import read_task
from chalicelib.service.retry import retry_task
from chalicelib.tasks import ids, lifetime
from chalicelib.tasks.status import Status
from tests.faults.fault_injection import DENIED, KILLED_AFTER, KILLED_BEFORE, RESPONSE_LOST, THROTTLED, Fault, Killed
from tests.faults.model_context import Expected, ModelContext, read_tasks
from tests.faults.model_rules import attempts_of, check, check_pages
from tests.faults.sqs_model import StoredMessage
from tests.support.aws import Record
from tests.support.consumers import REMAINING_SECONDS, handle
from tests.support.tasks import VERDICTS, submit_keyed, submit_list, submit_number

PROOF_QUEUES = {Queue.PROOFS, Queue.LONG_PROOFS}

DAY_SECONDS = 86_400
#: Few tasks at once, so that several actions affect the same task.
MAX_TASKS = 6
#: The remaining seconds with which a consumer starts nothing.
NO_TIME_SECONDS = 4.0
#: More than all looks at the clock take between two actions of the clock: no task expires between them.
LOOKS_SECONDS = 60

numbers = st.sampled_from(list(VERDICTS))
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
            except (Unavailable, ServiceFault, Killed):
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
        """Submit with a key the same numbers as at the first time, others once that task has expired."""
        caller = self.context.caller
        if not read_tasks([ids.keyed_id(caller, key)]):
            self.keys.pop(key, None)
        numbers, is_list = self.keys.setdefault(key, (numbers if is_list else numbers[:1], is_list))
        before = len(self.sqs.messages)
        task_id = self.attempt(lambda: submit_keyed(numbers, key, is_list=is_list, caller=caller), injected)
        if task_id:
            expected = self.expected.setdefault(task_id, Expected(numbers, is_list))
            is_sent_again = len(self.sqs.messages) > before and expected.is_accepted and is_list
            assert not is_sent_again, "a list that was sent whole is sent again"
            expected.is_accepted = True
            with contextlib.suppress(IdempotencyKeyReused):
                submit_keyed([*numbers, 4], key, is_list=True, caller=caller)
                raise AssertionError("another body was accepted for the same key")

    @precondition(lambda self: len(self.expected) > 2)
    @rule(data=st.data(), injected=faults)
    def cancel(self, data: st.DataObject, injected: Injected) -> None:
        self.cancel_task(data.draw(st.sampled_from(list(self.expected))), injected)

    def cancel_task(self, task_id: str, injected: Injected = None) -> None:
        before = read_task(task_id).status
        self.expected[task_id].is_cancelled |= not before.is_final
        try:
            task = self.attempt(lambda: cancel_task(task_id), injected)
        except Conflict:
            assert read_task(task_id).status in {Status.SUCCESS, Status.FAILURE}
        else:
            assert task is None or task.status is Status.REVOKED
            assert task is None or before is Status.REVOKED or not before.is_final

    @precondition(lambda self: self.failed())
    @rule(data=st.data(), injected=faults)
    def retry(self, data: st.DataObject, injected: Injected) -> None:
        check_pages(self.expected, self.context.caller)
        self.retry_task(data.draw(st.sampled_from(self.failed())), injected)

    def failed(self) -> list[str]:
        last = [(task_id, expected.final) for task_id, expected in self.expected.items()]
        return [task_id for task_id, final in last if final and final.status is Status.FAILURE]

    def retry_task(self, task_id: str, injected: Injected = None) -> None:
        is_failed = self.can_be_retried(task_id)
        self.expected[task_id].is_retried |= is_failed
        try:
            self.attempt(lambda: retry_task(task_id), injected)
        except Conflict:
            assert not is_failed
        else:
            assert is_failed or injected

    def can_be_retried(self, task_id: str) -> bool:
        task = read_task(task_id)
        return task.status is Status.FAILURE and not lifetime.have_messages_ended(task.expires_at)

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
            left = [message for message in batch if attempts_of(message) <= MAX_RECEIVES]
            assert injected or not has_time or len(left) < len(batch) or not response["batchItemFailures"]
            self.delete(records, response)

    def delete(self, records: list[Record], response: dict[str, Any]) -> None:
        failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
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

    @rule(days=st.sampled_from([0.05, 0.6, 1, 3, 5]))
    def pass_time(self, days: float) -> None:
        self.wait(days * DAY_SECONDS)

    def wait(self, seconds: float) -> None:
        """Let time pass: old messages are deleted, and old tasks expire."""
        self.sqs.pass_time(seconds)
        while any(0 < (each.expires_at or 0) - self.sqs.now < LOOKS_SECONDS for each in self.expected.values()):
            self.sqs.pass_time(LOOKS_SECONDS)
        for task_id, expected in list(self.expected.items()):
            expected.are_results_read = False
            assert expected.expires_at
            if expected.expires_at <= self.sqs.now:
                assert not read_tasks([task_id]), "an expired task can be read"
                del self.expected[task_id]

    # The rules.

    @invariant()
    def every_task_is_as_expected(self) -> None:
        tasks = read_tasks(list(self.expected))
        for task_id, expected in self.expected.items():
            check(tasks[task_id], expected)

    def teardown(self) -> None:
        """Check that without faults every accepted task becomes final, and that a retry finishes a failed one."""
        self.deliver_all()
        check_pages(self.expected, self.context.caller)
        for task_id, expected in list(self.expected.items()):
            if not expected.is_accepted or task_id not in self.expected:
                continue
            if not read_task(task_id).status.is_final:  # its message was deleted because it was too old
                assert expected.expires_at
                self.wait(expected.expires_at - self.sqs.now - 2 * LOOKS_SECONDS)
                assert read_task(task_id).error == lifetime.OVERDUE
            elif self.can_be_retried(task_id):
                self.retry_task(task_id)
                self.deliver_all()
                assert read_task(task_id).status is Status.SUCCESS
            self.every_task_is_as_expected()

    def deliver_all(self) -> None:
        while self.sqs.messages:
            message = self.sqs.messages[0]
            self.consume(message.queue, [message])
            self.every_task_is_as_expected()
