"""What a number still needs goes to the queue of its class of cost."""

import math

import pytest

from chalicelib.consumers.routing import next_queue
from chalicelib.primality.result import Result, Verdict
from chalicelib.queues import Queue
from tests.support.tasks import number_message

TASKS, PROOFS, LONG_PROOFS = Queue.TASKS, Queue.PROOFS, Queue.LONG_PROOFS


@pytest.mark.parametrize(
    ("number", "queue"),
    [
        pytest.param(10**100 + 267, PROOFS, id="333 bits"),
        pytest.param(2**1024 - 105, PROOFS, id="1024 bits"),
        pytest.param(2**2048 - 1_942_289, LONG_PROOFS, id="2048 bits"),
        pytest.param(math.factorial(320) + 1, PROOFS, id="2207 bits and a theorem"),
        pytest.param(math.factorial(1963) - 1, PROOFS, id="18648 bits and a theorem"),
        pytest.param(math.factorial(9000) - 1, LONG_PROOFS, id="100000 bits and a theorem"),
    ],
)
def test_a_proof_goes_to_the_queue_of_its_cost(number: int, queue: Queue) -> None:
    message, screened = number_message(number), Result(number, Verdict.PROBABLE_PRIME)
    assert next_queue(message, screened, TASKS) is queue
    assert next_queue(message, screened, PROOFS) is queue
    assert next_queue(message, screened, LONG_PROOFS) is LONG_PROOFS


@pytest.mark.parametrize(
    ("bits", "queue", "expected"),
    [
        (33_219, TASKS, PROOFS),
        (100_000, TASKS, LONG_PROOFS),
        (33_219, PROOFS, PROOFS),
        (100_000, LONG_PROOFS, LONG_PROOFS),
    ],
)
def test_a_screening_goes_to_the_queue_of_its_cost_or_stays(bits: int, queue: Queue, expected: Queue) -> None:
    number = 2 ** (bits - 1)
    assert next_queue(number_message(number), None, queue) is expected
