"""The check of a result from its evidence alone, before it leaves the engine."""

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.result import Result, Verdict, WrongResult


def checked(result: Result) -> Result:
    """Return the result if it agrees with its evidence.

    Raises:
        WrongResult: It does not.
    """
    if not is_consistent(result):
        raise WrongResult(f"the verdict {result.verdict} by {result.method} does not check")
    return result


def is_consistent(result: Result) -> bool:
    """Return whether the evidence of a result confirms it: a factor divides, a base refutes."""
    n, witness = result.number, result.witness
    if result.verdict is not Verdict.COMPOSITE:
        return (n < 2) == (result.verdict is Verdict.NOT_PRIME) and witness is None
    if witness is None:
        return False
    if witness.factor is not None:
        return 1 < witness.factor < n and n % witness.factor == 0
    return witness.base is not None and n > 3 and n % 2 == 1 and refutes(witness.base, mpz(n))


def refutes(base: int, n: mpz) -> bool:
    """Return whether an odd n fails the strong probable prime test to a base, computed by the definition."""
    s = gmpy2.bit_scan1(n - 1)
    x = gmpy2.powmod(base, (n - 1) >> s, n)
    if base % n == 0 or x in (1, n - 1):
        return False
    for _ in range(s - 1):
        x = x * x % n
        if x == n - 1:
            return False
    return True
