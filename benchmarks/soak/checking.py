"""Check final tasks with SymPy in Python alone, which uses none of the libraries of the service's engine."""

import os
from collections.abc import Collection

from benchmarks.soak.clients import Clients, Finished
from benchmarks.soak.submissions import Kind, Submission

# SymPy reads these variables when it is imported. Without them it uses gmpy2 or FLINT.
os.environ |= {"SYMPY_GROUND_TYPES": "python", "MPMATH_NOGMPY": "1"}
from sympy import isprime


def faults_of(clients: Clients) -> dict[int, str]:
    """Return what is wrong with final tasks, by the index of the submission."""
    submissions, finished = clients.submissions, clients.finished
    primes = {number for number in {n for each in submissions for n in each.numbers} if isprime(number)}
    return {index: why for index in finished if (why := _fault_of(submissions[index], finished[index], primes))}


def _fault_of(submission: Submission, finished: Finished, primes: Collection[int]) -> str | None:
    task, attachment = finished
    result, rows = task["result"], [task["result"]]
    if task["status"] != "SUCCESS":
        return f"{task['status']}: {task['error']}"
    if submission.kind is Kind.LIST:
        rows, count = attachment, sum(number in primes for number in submission.numbers)
        if len(rows) != len(submission.numbers) or result["primes"] != count:
            return f"{len(rows)} results with {result['primes']} primes, of {len(submission.numbers)} with {count}"
    elif not result["proven"] or bool(result["certificate"]) != bool(attachment):
        return f"the verdict {result['verdict']} is not proven, or has no certificate"
    for number, row in zip(submission.numbers, rows, strict=True):
        if int(row["number"]) != number or row["is_prime"] is not (number in primes):
            return f"the result of {number} is that {row['number']} is {row['verdict']}"
    return None
