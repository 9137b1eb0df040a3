"""Check final tasks with SymPy in pure Python, which uses none of the libraries of the service's engine."""

import os
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor

from benchmarks.soak.calls import Finished
from benchmarks.soak.submissions import Kind, Submission

NUMBERS_PER_CALL = 5_000


def primes_among(numbers: Collection[int]) -> set[int]:
    """Return the primes among some numbers."""
    ordered = sorted(numbers)
    parts = [ordered[first : first + NUMBERS_PER_CALL] for first in range(0, len(ordered), NUMBERS_PER_CALL)]
    with ProcessPoolExecutor() as pool:
        return set().union(*pool.map(_primes_among, parts))


def fault_of(submission: Submission, finished: Finished, primes: Collection[int]) -> str | None:
    """Return what is wrong with a final task, or None."""
    status, result = finished.task["status"], finished.task["result"]
    if status != "SUCCESS" or not isinstance(result, dict):
        return f"{status}: {finished.task['error']}"
    if submission.kind is Kind.LIST:
        return _fault_of_list(submission, result, finished.attachment, primes)
    if not result["proven"]:
        return f"the verdict is {result['verdict']}, not proven"
    if bool(result["certificate"]) != bool(finished.attachment):
        return "the certificate is missing"
    return _fault_of_number(submission.numbers[0], result, primes)


def _fault_of_list(
    submission: Submission, result: Mapping[str, object], rows: object, primes: Collection[int]
) -> str | None:
    assert isinstance(rows, list)
    if len(rows) != len(submission.numbers):
        return f"{len(rows)} results of {len(submission.numbers)} numbers"
    if result["primes"] != sum(number in primes for number in submission.numbers):
        return f"the list counts {result['primes']} primes"
    faults = map(_fault_of_number, submission.numbers, rows, [primes] * len(rows))
    return next((fault for fault in faults if fault), None)


def _fault_of_number(number: int, result: Mapping[str, object], primes: Collection[int]) -> str | None:
    if int(str(result["number"])) != number:
        return f"the result is that of {result['number']}"
    return None if result["is_prime"] is (number in primes) else f"{number} is {result['verdict']}"


def _primes_among(numbers: Iterable[int]) -> set[int]:
    # SymPy reads these variables when it is imported, which happens only here. Without them it uses gmpy2 or FLINT.
    os.environ |= {"SYMPY_GROUND_TYPES": "python", "MPMATH_NOGMPY": "1"}
    from sympy import isprime  # noqa: PLC0415

    return {number for number in numbers if isprime(number)}
