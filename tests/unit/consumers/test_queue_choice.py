"""A computation goes to the queue of its class of cost."""

from __future__ import annotations

import math

import pytest

from chalicelib.consumers import queue_choice
from chalicelib.primality.result import Result, Verdict
from chalicelib.queues import Queue


@pytest.mark.parametrize(
    ("number", "queue"),
    [
        pytest.param(10**100 + 267, Queue.PROOFS, id="333 bits"),
        pytest.param(2**1024 - 105, Queue.PROOFS, id="1024 bits"),
        pytest.param(2**2048 - 1_942_289, Queue.LONG_PROOFS, id="2048 bits"),
        pytest.param(math.factorial(320) + 1, Queue.PROOFS, id="2207 bits and a theorem"),
        pytest.param(math.factorial(1963) - 1, Queue.PROOFS, id="18648 bits and a theorem"),
        pytest.param(math.factorial(9000) - 1, Queue.LONG_PROOFS, id="100000 bits and a theorem"),
    ],
)
def test_a_proof_goes_to_the_queue_of_its_cost(number: int, queue: Queue) -> None:
    assert queue_choice.queue_of_proof(Result(number, Verdict.PROBABLE_PRIME)) is queue


@pytest.mark.parametrize(("bits", "queue"), [(33_219, Queue.PROOFS), (100_000, Queue.LONG_PROOFS)])
def test_a_screening_goes_to_the_queue_of_its_cost(bits: int, queue: Queue) -> None:
    assert queue_choice.queue_of_screening(bits) is queue
