"""The check of a result that a reader can make: it shares no code with the engine and needs no library."""

from __future__ import annotations

from chalicelib.primality.result import Result, Verdict


def is_confirmed(result: Result) -> bool:
    """Return whether the witness of a result, and nothing else, confirms its verdict.

    For a prime there is nothing to check but that it has no witness and is at least 2.
    """
    n, witness = result.number, result.witness
    if result.verdict is not Verdict.COMPOSITE:
        return (n < 2) == (result.verdict is Verdict.NOT_PRIME) and witness is None
    if witness is None or (witness.factor is None) == (witness.base is None):
        return False
    if witness.factor is not None:
        return 1 < witness.factor < n and n % witness.factor == 0
    return witness.base is not None and n > 3 and n % 2 == 1 and _refutes(witness.base, n)


def _refutes(base: int, n: int) -> bool:
    odd = (n - 1) // ((n - 1) & -(n - 1))
    power, exponent = pow(base, odd, n), odd
    if power == 1:
        return False
    while exponent < n - 1:
        if power == n - 1:
            return False
        power, exponent = power * power % n, 2 * exponent
    return base % n != 0
