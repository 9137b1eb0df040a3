"""A proof that a function's time does not suffice for ends in an answer, not in a failure."""

from __future__ import annotations

import pytest

from chalicelib.settings import settings
from chalicelib.tasks import prover, submit
from chalicelib.telemetry import Invocation
from tests.aws import receive
from tests.faults.world import deliver, prove, task_of, work

pytestmark = pytest.mark.usefixtures("aws")

#: The largest prime below 2^2048: about ten seconds' proof.
PRIME = 2**2048 - 1_942_289


def test_at_the_deadline_the_answer_is_probably_prime_and_the_end() -> None:
    task_id = submit.submit_number(PRIME)
    deliver(work, receive(settings().tasks_queue_url))
    records = receive(settings().proofs_queue_url)
    remaining = prover.SPARE + 1.0
    assert prover.prove(records, lambda: remaining, Invocation("test")) == {"batchItemFailures": []}
    task = task_of(task_id)
    assert (task.status, task.error, task.attempts) == ("SUCCESS", None, 1)
    assert task.result
    assert (task.result["verdict"], task.result["is_prime"], task.result["proven"]) == ("probable_prime", True, False)
    # Another delivery finds it final and does not begin again.
    assert deliver(prove, records) == []
    assert task_of(task_id) == task
