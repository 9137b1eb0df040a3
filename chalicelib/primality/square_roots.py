"""Square roots modulo a prime."""

from math import prod

import gmpy2
from flint import fmpz
from gmpy2 import mpz


class SquareRoots:
    """The square roots of integers modulo one prime, each computed once."""

    def __init__(self, n: mpz) -> None:
        """Take the prime; nothing is computed."""
        #: The prime.
        self.n = n
        self._symbols: dict[int, int] = {}
        self._roots: dict[int, mpz] = {}

    def exist(self, integers: tuple[int, ...]) -> bool:
        """Return whether each of the integers is a square modulo n, and none is 0."""
        for a in integers:
            symbol = self._symbols.get(a)
            if symbol is None:
                symbol = self._symbols[a] = gmpy2.jacobi(a, self.n)
            if symbol != 1:
                return False
        return True

    def of_product(self, integers: tuple[int, ...]) -> mpz:
        """Return the product of the square roots of integers that have one. The signs are the same in each product."""
        for a in integers:
            if a not in self._roots:
                self._roots[a] = square_root(mpz(a), self.n)
        return prod((self._roots[a] for a in integers), start=mpz(1)) % self.n


def square_root(a: mpz, n: mpz) -> mpz:
    """Return a square root of a square modulo an odd prime n.

    H. Cohen, "A Course in Computational Algebraic Number Theory" (1993), section 1.5.1; for n ≡ 5 modulo 8:
    A. O. L. Atkin, "Probabilistic primality testing", INRIA Research Report 1779 (1992).
    """
    if n & 3 == 3:
        return gmpy2.powmod(a, (n + 1) >> 2, n)
    if n & 7 == 5:
        b = gmpy2.powmod(2 * a, n >> 3, n)
        return a * b * (2 * a * b * b - 1) % n
    return mpz(int(fmpz(int(a)).sqrtmod(fmpz(int(n)))))
