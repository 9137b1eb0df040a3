"""A random life of tasks: clients, deliveries, deaths and clocks in any order, and what must hold after each."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.errors import Conflict, IdempotencyKeyReused, NotFound, Unavailable
from chalicelib.tasks import reading, steer, submit
from chalicelib.tasks.states import FINAL
from chalicelib.tasks.task import Task
from tests.faults.injection import FAULTS, KILLED_AFTER, KILLED_BEFORE, Fault, Killed
from tests.faults.network import DEAD_LETTERS, PROOFS, TASKS, Letter
from tests.faults.scene import RETENTION, Promise, Scene, find_all
from tests.faults.world import HARD_PRIME, HUGE, PRIME, SQUARE, bury, prove, work

#: Answered by the worker, proven by the prover, and only screened by the prover: a prime and a composite.
NUMBERS = [PRIME, SQUARE, HARD_PRIME, 2**521 - 1, HUGE]
PRIMES = {PRIME, HARD_PRIME, 2**521 - 1}
CONSUME: dict[str, Callable[[list[Any]], dict[str, Any]]] = {TASKS: work, PROOFS: prove, DEAD_LETTERS: bury}

#: At once: what happens to one task should meet what happens to the same, and each costs a read a step.
MOST_TASKS = 6

numbers = st.sampled_from(NUMBERS)
number_lists = st.lists(numbers, min_size=1, max_size=5)
faults = st.one_of(
    st.none(),
    st.none(),
    st.tuples(
        st.sampled_from([*FAULTS, KILLED_BEFORE, KILLED_BEFORE, KILLED_AFTER, KILLED_AFTER]),
        st.integers(0, 3),
        st.sampled_from([1, 99]),
    ),
)
BREAK = tuple[Fault, int, int] | None


class Life(RuleBasedStateMachine):
    """The machine; `scene` is set by the test that runs it."""

    scene: Scene

    def __init__(self) -> None:
        super().__init__()
        self.network = self.scene.network
        self.scene.begin()
        self.promises: dict[str, Promise] = {}
        self.keys: dict[str, tuple[list[int], bool]] = {}

    def attempt(self, what: Callable[[], Any], broken: BREAK = None) -> Any:
        """Do what a client or a consumer does; return None where a fault or a death ended it."""
        with contextlib.ExitStack() as stack:
            if broken:
                stack.enter_context(self.scene.line.broken(*broken))
            try:
                return what()
            except (Unavailable, Killed):
                assert broken, "a fault that nobody injected"
                return None

    # What clients do.

    @precondition(lambda self: len(self.promises) < MOST_TASKS)
    @rule(numbers=number_lists, is_list=st.booleans(), broken=faults)
    def submit(self, numbers: list[int], is_list: bool, broken: BREAK) -> None:
        numbers = numbers if is_list else numbers[:1]
        send = partial(submit.submit_list, numbers) if is_list else partial(submit.submit_number, numbers[0])
        task_id = self.attempt(send, broken)
        if task_id:
            self.promises[task_id] = Promise(numbers, is_list, accepted=True)

    @rule(key=st.sampled_from("abc"), numbers=number_lists, is_list=st.booleans(), broken=faults)
    def submit_once(self, key: str, numbers: list[int], is_list: bool, broken: BREAK) -> None:
        """Send what the key was first sent with, again and again."""
        numbers, is_list = self.keys.setdefault(key, (numbers if is_list else numbers[:1], is_list))
        task_id = self.attempt(
            lambda: submit.submit_once(numbers, is_list=is_list, caller=self.scene.caller, key=key), broken
        )
        if task_id:
            self.promises.setdefault(task_id, Promise(numbers, is_list)).accepted = True
            with contextlib.suppress(IdempotencyKeyReused):
                submit.submit_once([*numbers, 4], is_list=True, caller=self.scene.caller, key=key)
                raise AssertionError("another body was taken for the first")

    @precondition(lambda self: len(self.promises) > 2)
    @rule(data=st.data(), broken=faults)
    def cancel(self, data: st.DataObject, broken: BREAK) -> None:
        self.cancel_task(data.draw(st.sampled_from(list(self.promises))), broken)

    def cancel_task(self, task_id: str, broken: BREAK = None) -> None:
        promise = self.promises[task_id]
        was_final = reading.find(task_id).status in FINAL
        promise.cancelled |= not was_final
        try:
            task = self.attempt(lambda: steer.cancel(task_id), broken)
        except Conflict:
            assert reading.find(task_id).status in FINAL
        else:
            assert task is None or (task.status == "REVOKED" and not was_final)

    @precondition(lambda self: self.failed())
    @rule(data=st.data(), broken=faults)
    def retry(self, data: st.DataObject, broken: BREAK) -> None:
        self.retry_task(data.draw(st.sampled_from(self.failed())), broken)

    def failed(self) -> list[str]:
        last = [(task_id, promise.final) for task_id, promise in self.promises.items()]
        return [task_id for task_id, final in last if final and final.status == "FAILURE"]

    def retry_task(self, task_id: str, broken: BREAK = None) -> None:
        failed = reading.find(task_id).status == "FAILURE"
        self.promises[task_id].retried |= failed
        try:
            self.attempt(lambda: steer.retry(task_id), broken)
        except Conflict:
            assert not failed
        else:
            assert failed or broken

    # What the queues and the consumers do.

    @precondition(lambda self: self.network.letters)
    @rule(data=st.data(), times=st.integers(3, 9))
    def deliver(self, data: st.DataObject, times: int) -> None:
        """Deliver some messages of a queue in any order, a few times over; some stay and come again."""
        for _ in range(times):
            if not self.network.letters:
                break
            queue = data.draw(st.sampled_from(sorted({letter.queue for letter in self.network.letters})))
            letters = [letter for letter in self.network.letters if letter.queue == queue]
            batch = data.draw(st.lists(st.sampled_from(letters), min_size=1, max_size=10, unique_by=id))
            twice = data.draw(st.sampled_from([False, False, False, True]))
            self.consume(queue, batch, data.draw(faults), twice=twice)

    def consume(self, queue: str, batch: list[Letter], broken: BREAK = None, *, twice: bool = False) -> None:
        records = self.network.receive(batch)
        response = self.attempt(lambda: CONSUME[queue](records), broken)
        if response is not None and not twice:
            failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
            assert broken or not failed
            self.network.delete({record["messageId"] for record in records} - failed)

    @precondition(lambda self: any(letter.queue == PROOFS for letter in self.network.letters))
    @rule(data=st.data(), ends=st.booleans(), cancels=st.booleans(), broken=faults)
    def deliver_proof(self, data: st.DataObject, ends: bool, cancels: bool, broken: BREAK) -> None:
        """Prove, and meanwhile come to the deadline, or be cancelled, or be delivered to another prover."""
        proofs = [letter for letter in self.network.letters if letter.queue == PROOFS]
        letter = data.draw(st.sampled_from(proofs))
        task_id = json.loads(letter.body)["task_id"]

        def meanwhile() -> bool:
            self.scene.during_proof = lambda: True
            if cancels and task_id in self.promises and not broken:
                self.cancel_task(task_id)
            elif ends and not broken:
                self.consume(PROOFS, [letter], twice=True)
            return ends

        self.scene.during_proof = meanwhile
        try:
            self.consume(PROOFS, [letter], broken)
        finally:
            self.scene.during_proof = lambda: True

    @precondition(lambda self: 0 < len(self.network.letters) < MOST_TASKS)
    @rule(data=st.data())
    def duplicate(self, data: st.DataObject) -> None:
        letter = data.draw(st.sampled_from(self.network.letters))
        self.network.add(letter.queue, letter.body, letter.receives)

    @precondition(lambda self: self.network.letters)
    @rule(data=st.data(), receives=st.sampled_from([1, 4, 5, 5]))
    def kill_before_a_word(self, data: st.DataObject, receives: int) -> None:
        """Let consumers die that often before they have done anything about some messages."""
        for letter in data.draw(st.lists(st.sampled_from(self.network.letters), min_size=1, max_size=3)):
            letter.receives += receives

    # What time does.

    @precondition(lambda self: len(self.promises) == MOST_TASKS)
    @rule(dead_letters_too=st.booleans())
    def expire(self, dead_letters_too: bool) -> None:
        """Let tasks, their keys and their messages be forgotten; a dead letter may outlive them."""
        self.scene.clock.now += RETENTION + 1
        self.network.letters = [
            letter for letter in self.network.letters if letter.queue == DEAD_LETTERS and not dead_letters_too
        ]
        for task_id in self.promises:
            with contextlib.suppress(NotFound):
                reading.find(task_id)
                raise AssertionError("an expired task is still there")
        self.promises.clear()
        self.keys.clear()

    # What holds.

    @invariant()
    def nothing_lies(self) -> None:
        tasks = find_all(list(self.promises))
        for task_id, promise in self.promises.items():
            self.check(tasks[task_id], promise)

    def check(self, task: Task, promise: Promise) -> None:
        before = promise.final
        if before:
            told = (task.status, task.error, task.finished_at, task.result)
            changed = told != (before.status, before.error, before.finished_at, before.result)
            assert not changed or (before.status == "FAILURE" and promise.retried), f"{before} became {task}"
            if changed:
                promise.retried = False
        promise.final = task if task.status in FINAL else None
        assert task.status != "REVOKED" or promise.cancelled
        assert task.status != "FAILURE" or task.error
        if task.result:
            is_prime = promise.numbers[0] in PRIMES
            assert task.result["number"] == str(promise.numbers[0])
            assert task.result["is_prime"] == is_prime
            assert task.result["proven"] or task.result["verdict"] == "probable_prime"
        if task.status == "SUCCESS":
            assert task.result or promise.is_list
            primes = sum(number in PRIMES for number in promise.numbers)
            if promise.is_list:
                assert (task.primes, task.composites) == (primes, len(promise.numbers) - primes)

    def teardown(self) -> None:
        """End all faults: every task that was promised comes to its end, and one that failed can be answered yet."""
        self.deliver_all()
        for task_id, promise in self.promises.items():
            if not promise.accepted:
                continue
            status = reading.find(task_id).status
            assert status in FINAL, f"{task_id} is {status} and nothing is left to deliver"
            if status == "FAILURE":
                self.retry_task(task_id)
                self.deliver_all()
                assert reading.find(task_id).status == "SUCCESS"
            self.nothing_lies()

    def deliver_all(self) -> None:
        while self.network.letters:
            letter = self.network.letters[0]
            self.consume(letter.queue, [letter])
            self.nothing_lies()
