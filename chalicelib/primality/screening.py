"""Screening: decide a number as far as a Baillie-PSW test and the tests of special forms can.

A composite is always recognised and gets a witness. A prime is proven below 3.3·10^24 or if it has a special
form; any other prime is probable until `chalicelib.primality.proving` has proven it.
"""

from time import perf_counter

from gmpy2 import mpz

from chalicelib.primality import baillie_psw, small_primes, strong_test
from chalicelib.primality.checks import checked
from chalicelib.primality.factors import find_factor
from chalicelib.primality.progress import Report, ignore
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.primality.special_forms import special_form


def screen(n: int, report: Report = ignore) -> Result:
    """Return what a Baillie-PSW test or the test of a special form says of n.

    Args:
        n: Any integer.
        report: Gets the steps of the tests that count them.

    Raises:
        WrongResult: The result does not agree with its evidence.
    """
    start = perf_counter()
    if n < 2:
        return Result(n, Verdict.NOT_PRIME, "definition", seconds=perf_counter() - start)
    method, witness, proven = _decide(mpz(n), report)
    verdict = Verdict.COMPOSITE if witness else Verdict.PRIME if proven else Verdict.PROBABLE_PRIME
    result = checked(Result(n, verdict, method, witness))
    result.seconds = perf_counter() - start
    return result


def screen_thoroughly(n: int) -> Result:
    """Return `screen(n)`; the witness of a composite is a factor if one is found within some milliseconds.

    Raises:
        WrongResult: The result does not agree with its evidence.
    """
    start = perf_counter()
    result = screen(n)
    if result.witness is None or result.witness.factor is not None:
        return result
    found = find_factor(mpz(n))
    if found is not None:
        result.method, factor = found
        result.witness = Witness(factor=factor)
        checked(result)
    result.seconds = perf_counter() - start
    return result


def trial_division(n: int) -> Result | None:
    """Return the result if n has a small factor, else None. It takes milliseconds for a number of any size.

    Raises:
        WrongResult: The result does not agree with its evidence.
    """
    start = perf_counter()
    factor = small_primes.smallest_factor(mpz(n)) if n > 1 else None
    if factor is None or factor == n:
        return None
    result = checked(Result(n, Verdict.COMPOSITE, "trial division", Witness(factor=factor)))
    result.seconds = perf_counter() - start
    return result


def needs_proof(result: Result) -> bool:
    """Return whether `proving.prove` can add to the result: a proof, or the certificate of one.

    From 2^64 to the bound of the strong test a prime is proven by computations that others published. A
    certificate lets a reader check such a prime without them.
    """
    if result.verdict is Verdict.PROBABLE_PRIME:
        return True
    return (
        result.verdict is Verdict.PRIME
        and not result.has_certificate
        and baillie_psw.VERIFIED_BELOW <= result.number < strong_test.PSI_13
    )


def _decide(n: mpz, report: Report) -> tuple[str, Witness | None, bool]:
    """Return the method, the witness of a composite, and whether the verdict is proven."""
    factor = small_primes.smallest_factor(n)
    if factor is not None:
        return "trial division", None if factor == n else Witness(factor=factor), True
    if small_primes.is_below_square(n):
        return "trial division", None, True
    if n < baillie_psw.VERIFIED_BELOW:
        method, witness, proven = "Baillie-PSW below 2^64", baillie_psw.find_witness(n), True
    elif n < strong_test.PSI_13:
        method, witness, proven = "strong test to 13 prime bases", strong_test.find_base(n, strong_test.BASES), True
    elif (decision := special_form(n, report)) is not None:
        return *decision, True
    else:
        method, witness = "Baillie-PSW", baillie_psw.find_witness(n)
        proven = witness is not None
    return (method if witness is None else f"strong test to base {witness.base}"), witness, proven
