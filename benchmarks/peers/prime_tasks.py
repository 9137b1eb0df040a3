"""The peer's worker: one Celery task that divides by every odd number below the square root."""

import math
import os

from celery import Celery

app = Celery("prime_tasks", broker=os.environ["PEER_BROKER"], backend=os.environ["PEER_BACKEND"])


@app.task
def is_prime(number: int) -> bool:
    """Return by trial division whether `number` is prime.

    The tutorial's mistakes are kept: it divides neither by 2 nor by the square root, so that 4, 9 and 22 are prime
    for it, and a number beyond a float's range raises OverflowError.
    """
    if number < 2:
        return False
    for divisor in range(3, math.ceil(math.sqrt(number)), 2):  # noqa: SIM110 - any() would take twice as long
        if number % divisor == 0:
            return False
    return True
