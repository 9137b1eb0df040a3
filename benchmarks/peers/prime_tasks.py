"""The peer's worker: one Celery task that divides by every odd number below the square root."""

import math
import os

from celery import Celery

app = Celery("prime_tasks", broker=os.environ["PEER_BROKER"], backend=os.environ["PEER_BACKEND"])


@app.task
def is_prime(number: int) -> bool:
    """Tell by trial division whether `number` is prime.

    The tutorial's mistakes are part of what is measured: no division by 2, and the square root itself
    left out, so that 4, 9 and 22 are called prime; a number beyond a float's range raises OverflowError.
    """
    if number < 2:
        return False
    for divisor in range(3, math.ceil(math.sqrt(number)), 2):  # noqa: SIM110 - any() would take twice as long
        if number % divisor == 0:
            return False
    return True
