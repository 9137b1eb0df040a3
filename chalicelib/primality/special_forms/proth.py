"""Numbers k·2^m + 1, Fermat numbers among them."""

from itertools import chain, count

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.result import Witness, proper_factor
from chalicelib.primality.small_primes import PRIMES
from chalicelib.primality.special_forms.decision import Decision
from chalicelib.primality.strong_test import refutes


def proth(k: mpz, m: int) -> Decision:
    """Decide N = k·2^m + 1 for odd k < 2^m: if (a | N) = -1, N is prime exactly when it passes the test to base a.

    F. Proth, "Théorèmes sur les nombres premiers", C. R. Acad. Sci. Paris 87 (1878): N is prime exactly when
    a^((N-1)/2) ≡ -1. For k = 1 it is the test of T. Pépin, "Sur la formule 2^(2^n) + 1", ibid. 85 (1877), with a = 3.
    What passes the strong test to base a also passes Euler's, which is a^((N-1)/2) ≡ (a | N): C. Pomerance,
    J. L. Selfridge and S. S. Wagstaff, "The pseudoprimes to 25·10^9", Math. Comp. 35 (1980). One strong test decides.
    """
    n = (k << m) + 1
    if gmpy2.is_square(n):  # a square has no such base
        return Decision("perfect power", proper_factor(n, gmpy2.isqrt(n)))
    # k can be such that every small prime is a square modulo n, as in 100003#·2^143840 + 1.
    base = next(a for a in chain(PRIMES, count(PRIMES[-1])) if gmpy2.jacobi(a, n) == -1)
    method = "Pépin" if k == 1 and base == 3 else f"Proth to base {base}"
    return Decision(method, Witness(base=base) if refutes(base, n) else None)
