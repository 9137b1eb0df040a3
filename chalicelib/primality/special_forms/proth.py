"""Numbers k·2^m + 1, Fermat numbers among them."""

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.progress import Report
from chalicelib.primality.result import Witness
from chalicelib.primality.small_primes import PRIMES
from chalicelib.primality.special_forms.decision import Decision
from chalicelib.primality.special_forms.squarings import Modulus, squarings


def proth(k: mpz, m: int, report: Report) -> Decision:
    """Decide N = k·2^m + 1 for odd k < 2^m: with (a | N) = -1, N is prime exactly when a^((N-1)/2) ≡ -1.

    F. Proth, "Théorèmes sur les nombres premiers", C. R. Acad. Sci. Paris 87 (1878). For k = 1 it is T.
    Pépin's "Sur la formule 2^(2^n) + 1", ibid. 85 (1877), with a = 3. A base that refutes N here does so in
    the strong test too, which asks for more than Euler's criterion.
    """
    modulus = Modulus(k, m, 1)
    n = modulus.value
    if gmpy2.is_square(n):  # for which no base would be found
        return Decision("perfect power", Witness(factor=int(gmpy2.isqrt(n))))
    base = next(a for a in PRIMES if gmpy2.jacobi(a, n) == -1)
    method = "Pépin" if k == 1 and base == 3 else f"Proth to base {base}"
    x = squarings(gmpy2.powmod(base, k, n), m - 1, modulus, 0, report)
    return Decision(method, None if x == n - 1 else Witness(base=base))
