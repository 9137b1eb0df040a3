"""Screening: decide a number as far as a Baillie-PSW test and the tests of special forms can.

A composite is always recognised and gets a witness. A prime is proven below 3.3·10^24 or if it has a special
form; any other prime is probable until `chalicelib.primality.proving` has proven it.
"""

from time import perf_counter

import gmpy2
from flint import fmpz
from gmpy2 import mpz

from chalicelib.primality import small_primes
from chalicelib.primality.baillie_psw import VERIFIED_BELOW, lucas_witness
from chalicelib.primality.progress import Report, ignore
from chalicelib.primality.result import Result, Verdict, Witness, proper_factor
from chalicelib.primality.small_primes import SQUARE
from chalicelib.primality.special_forms import LOW_BITS, special_form
from chalicelib.primality.strong_test import BASES, PSI_13, base_of_composite, find_base
from chalicelib.primality.witness_factor import find_factor

#: A name of the module is found in half the time of a member of an enumeration.
PRIME, COMPOSITE = Verdict.PRIME, Verdict.COMPOSITE


def screen(n: int, report: Report = ignore) -> Result:
    """Return what a Baillie-PSW test or the test of a special form says of n.

    Args:
        n: Any integer.
        report: Gets the steps of the tests that count them.

    Raises:
        WrongResult: The result does not agree with its evidence.
    """
    start = perf_counter()
    # Trial division would take half of the time of FLINT's test.
    if SQUARE <= n < VERIFIED_BELOW and fmpz(n).is_probable_prime():
        return Result(n, PRIME, "Baillie-PSW below 2^64", None, False, perf_counter() - start)  # noqa: FBT003 - faster
    if n < 2:
        return Result(n, Verdict.NOT_PRIME, "definition", seconds=perf_counter() - start)
    method, witness, proven = _decide(n, report)
    verdict = COMPOSITE if witness else PRIME if proven else Verdict.PROBABLE_PRIME
    return Result(n, verdict, method, witness, False, perf_counter() - start)  # noqa: FBT003 - as above


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
        result.witness = proper_factor(n, factor)
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
    witness = proper_factor(n, factor)
    return Result(n, COMPOSITE, "trial division", witness, seconds=perf_counter() - start)


def needs_proof(result: Result) -> bool:
    """Return whether `proving.prove` can add to the result: a proof, or the certificate of one.

    From 2^64 to the bound of the strong test a prime is proven by computations that others published. A
    certificate lets a reader check such a prime without them.
    """
    if result.verdict is Verdict.PROBABLE_PRIME:
        return True
    return result.verdict is Verdict.PRIME and not result.has_certificate and VERIFIED_BELOW <= result.number < PSI_13


def _decide(n: int, report: Report) -> tuple[str, Witness | None, bool]:
    """Return the method, the witness of a composite, and whether the verdict is proven.

    An n between SQUARE and VERIFIED_BELOW is composite.
    """
    number = mpz(n)
    factor = small_primes.smallest_factor(number)
    if factor is not None:
        return "trial division", None if factor == n else proper_factor(n, factor), True
    if n < SQUARE:
        return "trial division", None, True
    if n & LOW_BITS in (1, LOW_BITS) and n >= PSI_13 and (decision := special_form(number, report)) is not None:
        return *decision, True
    if not gmpy2.is_strong_prp(number, 2):
        return "strong test to base 2", Witness(None, 2), True
    witness: Witness | None
    if n < VERIFIED_BELOW:
        witness = base_of_composite(number)
    elif n < PSI_13:
        witness = find_base(number, BASES[1:])
        if witness is None:
            return "strong test to 13 prime bases", None, True
    else:
        witness = lucas_witness(number)
        if witness is None:
            return "Baillie-PSW", None, False
    return f"strong test to base {witness.base}", witness, True
