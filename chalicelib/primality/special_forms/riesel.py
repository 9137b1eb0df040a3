"""Numbers k·2^m - 1."""

from itertools import count

import gmpy2
from gmpy2 import mpz

from chalicelib.primality.progress import Report
from chalicelib.primality.special_forms.decision import Decision
from chalicelib.primality.special_forms.squarings import Modulus, squarings
from chalicelib.primality.strong_test import base_of_composite, find_base


def riesel(k: mpz, m: int, report: Report) -> Decision:
    """Decide N = k·2^m - 1 for odd k < 2^m and m > 2.

    N is prime exactly when u_(m-2) ≡ 0, with u_0 = V_k(P, 1) and u_(i+1) = u_i² - 2: H. Riesel, "Lucasian
    criteria for the primality of N = h·2^n - 1", Math. Comp. 23 (1969). P must satisfy (P-2 | N) = 1 and
    (P+2 | N) = -1: Ö. J. Rödseth, "A note on primality tests for N = h·2^n - 1", BIT 34 (1994).
    """
    modulus = Modulus(k, m, -1)
    n = modulus.value
    witness = find_base(n, [3])
    if witness is not None:
        return Decision("strong test to base 3", witness)
    p = next(p for p in count(3) if gmpy2.jacobi(p - 2, n) == 1 and gmpy2.jacobi(p + 2, n) == -1)
    start = gmpy2.lucasv_mod(p, 1, k, n)
    if squarings(start, m - 2, modulus, 2, report) == 0:
        return Decision("Lucas-Lehmer-Riesel")
    return Decision("Lucas-Lehmer-Riesel", base_of_composite(n))
