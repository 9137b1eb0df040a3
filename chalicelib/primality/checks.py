"""The check of a result before it leaves the engine."""

from chalicelib.primality.result import Result, Verdict, WrongResult


def checked(result: Result) -> Result:
    """Return the result if its evidence confirms it.

    A composite has a witness, and a factor divides it. A base needs no second look: it comes from
    `strong_test.refutes`, which is the check that a reader makes.

    Raises:
        WrongResult: The evidence does not confirm the result.
    """
    if not _is_confirmed(result):
        raise WrongResult(f"the verdict {result.verdict} by {result.method} does not check")
    return result


def _is_confirmed(result: Result) -> bool:
    n, witness = result.number, result.witness
    if result.verdict is not Verdict.COMPOSITE:
        return (n < 2) == (result.verdict is Verdict.NOT_PRIME) and witness is None
    if witness is None or n < 4:
        return False
    if witness.factor is None:
        return witness.base is not None
    return 1 < witness.factor < n and n % witness.factor == 0
