"""Numbers k·2^m + 1, Fermat numbers among them."""

from itertools import chain, count

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.progress import Report
from chalicelib.primality.result import Witness, WrongResult
from chalicelib.primality.small_primes import PRIMES
from chalicelib.primality.special_forms.decision import Decision
from chalicelib.primality.special_forms.squarings import Modulus, squarings
from chalicelib.primality.strong_test import refutes


def proth(k: mpz, m: int, report: Report) -> Decision:
    """Decide N = k·2^m + 1 for odd k < 2^m: if (a | N) = -1, N is prime exactly when a^((N-1)/2) ≡ -1.

    F. Proth, "Théorèmes sur les nombres premiers", C. R. Acad. Sci. Paris 87 (1878). For k = 1 it is the test
    of T. Pépin, "Sur la formule 2^(2^n) + 1", ibid. 85 (1877), with a = 3. A base that refutes N here also does
    so in the strong test, which a prime passes only if it meets Euler's criterion.

    Raises:
        WrongResult: The strong test does not confirm that N is composite.
    """
    modulus = Modulus(k, m, 1)
    n = modulus.value
    if gmpy2.is_square(n):  # a square has no such base
        return Decision("perfect power", Witness(factor=int(gmpy2.isqrt(n))))
    # k can be such that every small prime is a square modulo n, as in 100003#·2^143840 + 1.
    base = next(a for a in chain(PRIMES, count(PRIMES[-1])) if gmpy2.jacobi(a, n) == -1)
    method = "Pépin" if k == 1 and base == 3 else f"Proth to base {base}"
    x = squarings(gmpy2.powmod(base, k, n), m - 1, modulus, 0, report)
    if x == n - 1:
        return Decision(method)
    if not refutes(base, n):
        raise WrongResult(f"{method} found a number composite, but the strong test to base {base} does not")
    return Decision(method, Witness(base=base))
