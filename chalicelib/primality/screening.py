"""Screening: decide a number as far as a Baillie-PSW test and the tests of special forms can.

A composite is always recognised and gets a witness. A prime is proven below 3.3·10^24 or if it has a special
form; any other prime is probable until `chalicelib.primality.proving` has proven it.
"""

from time import perf_counter

import gmpy2
from flint import fmpz
from gmpy2 import mpz

from chalicelib.primality import baillie_psw, small_primes, strong_test
from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.progress import Report, ignore
from chalicelib.primality.result import Result, Verdict, Witness, proper_factor
from chalicelib.primality.small_primes import SQUARE
from chalicelib.primality.special_forms import LOW_BITS, special_form
from chalicelib.primality.witness_factor import find_factor

#: A name of the module is found in half the time of a member of an enumeration.
PRIME = Verdict.PRIME


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
    verdict = Verdict.COMPOSITE if witness else PRIME if proven else Verdict.PROBABLE_PRIME
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
    return Result(n, Verdict.COMPOSITE, "trial division", witness, seconds=perf_counter() - start)


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
        and VERIFIED_BELOW <= result.number < strong_test.PSI_13
    )


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
    witness: Witness | None
    if n < VERIFIED_BELOW:
        witness = strong_test.base_of_composite(number) if gmpy2.is_strong_prp(number, 2) else Witness(None, 2)
    elif n < strong_test.PSI_13:
        witness = strong_test.find_base(number, strong_test.BASES)
        if witness is None:
            return "strong test to 13 prime bases", None, True
    elif n & LOW_BITS in (1, LOW_BITS) and (decision := special_form(number, report)) is not None:
        return *decision, True
    else:
        witness = baillie_psw.find_witness(number)
        if witness is None:
            return "Baillie-PSW", None, False
    return "strong test to base 2" if witness.base == 2 else f"strong test to base {witness.base}", witness, True
