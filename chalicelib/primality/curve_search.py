"""The search for elliptic curves that prove primes of 65 to 1,024 bits.

A curve modulo N of order m = N + 1 - t = s·q with a prime q > (N^(1/4) + 1)² and a point P with m·P = O and s·P ≠ O
prove N prime: A. O. L. Atkin and F. Morain, "Elliptic curves and primality proving", Math. Comp. 61 (1993). The curves
have complex multiplication, so that their orders are known before the curves. The discriminants come in the order of
the degree of the polynomial whose root is needed, and share the square roots modulo N of their prime factors, as in
F. Morain, "Implementing the asymptotically fast version of the elliptic curve primality proving algorithm", Math.
Comp. 76 (2007).
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import gmpy2
from flint import fmpz
from gmpy2 import mpz

from chalicelib.primality.class_polynomials import Discriminant, discriminants, j_invariant
from chalicelib.primality.elliptic_curves import multiple
from chalicelib.primality.square_roots import SquareRoots

#: Up to this size the search takes less time than PARI's prover: 0.5 to 0.7 of it for 20 primes of 768, 896 and 1,024
#: bits each, although up to 1.5 times as long for one of 1,024.
MAX_BITS = 1024
#: A certificate ends with a prime below it, which a reader tests directly.
DIRECT_BELOW = 2**64
#: An order is taken at once if its q is below DIRECT_BELOW or has fewer bits than N by at least this.
ENOUGH_BITS = 20
#: Sizes of N, and the limit of the primes that are divided out of an order up to this size.
TRIAL_DIVISION = ((128, 10_000), (512, 100_000), (MAX_BITS, 300_000))
#: Rows that are found or given up, at most: five times as many as a proof of 1,024 bits has.
MAX_STEPS = 200
#: Points that are tried on the two curves of an order.
MAX_POINTS = 100

#: A row of a certificate in PARI's format: N, t, s, a and the point's coordinates.
Row = list[Any]


class Order(NamedTuple):
    """The order of a curve modulo N, N + 1 - t = s·q."""

    #: A probable prime, whose proof is the next row.
    q: mpz
    #: The cofactor.
    s: mpz
    #: The trace.
    t: mpz
    #: The discriminant of the curve.
    discriminant: Discriminant


def find_rows(n: int) -> list[Row] | None:
    """Return the rows of a certificate for a probable prime n, or None if these discriminants give none."""
    rows: list[Row] = []
    searches = [_rows(n)]
    for _ in range(MAX_STEPS):
        row = next(searches[-1], None)
        if row is not None:
            rows.append(row)
            q = (row[0] + 1 - row[1]) // row[2]
            if q < DIRECT_BELOW:
                return rows
            searches.append(_rows(q))
        elif rows:  # nothing proves the last q: the row before it gets another
            rows.pop()
            searches.pop()
        else:
            return None
    return None


def _rows(n: int) -> Iterator[Row]:
    """Yield rows that prove n prime if their q is prime."""
    roots = SquareRoots(mpz(n))
    rows = (_row(order, roots) for order in _orders(roots))
    yield from (row for row in rows if row is not None)


def _orders(roots: SquareRoots) -> Iterator[Order]:
    """Yield orders of curves that prove n prime if their q is prime, first those whose q is small."""
    n = roots.n
    # More than the theorem asks for: the theorem of Coqprime, `Pocklington` with elliptic curves, needs 4n < (q - 1)².
    min_q = 2 * gmpy2.isqrt(n) + 3
    max_q = max(mpz(DIRECT_BELOW), n >> ENOUGH_BITS)
    product = _product(next(limit for bits, limit in TRIAL_DIVISION if n.bit_length() <= bits))
    larger = []
    for discriminant in discriminants():
        if not roots.exist(discriminant.primes):
            continue
        trace = positive_trace(discriminant.value, roots.of_product(discriminant.primes), n)
        for t in (trace, -trace) if trace else ():
            order = q = n + 1 - t
            common = gmpy2.gcd(q, product)
            while common > 1:
                q //= common
                common = gmpy2.gcd(q, common)
            if min_q <= q < order:
                found = Order(q, order // q, t, discriminant)
                if q >= max_q:
                    larger.append(found)
                elif _is_probable_prime(q):
                    yield found
    yield from (order for order in sorted(larger) if _is_probable_prime(order.q))


@cache
def _product(limit: int) -> mpz:
    return gmpy2.primorial(limit)


def _is_probable_prime(q: mpz) -> bool:
    return gmpy2.is_strong_prp(q, 2) and bool(fmpz(int(q)).is_probable_prime())


def positive_trace(discriminant: int, root: mpz, n: mpz) -> mpz | None:
    """Return u with 4n = u² + |D|·v², from a square root of D modulo n, or None if there is none.

    H. Cohen, "A Course in Computational Algebraic Number Theory" (1993), algorithm 1.5.3.
    """
    a, b = 2 * n, root if (root - discriminant) % 2 == 0 else n - root
    limit = gmpy2.isqrt(4 * n)
    while b > limit:
        a, b = b, a % b
    square, rest = gmpy2.f_divmod(4 * n - b * b, -discriminant)
    return b if not rest and gmpy2.is_square(square) else None


def _row(order: Order, roots: SquareRoots) -> Row | None:
    """Return the row of a point that proves n prime if q is prime.

    Of the two curves with the j-invariant, one has this order. If the first has not, the second is taken to have it:
    `ecpp.certify` checks the certificate.
    """
    n = roots.n
    j = j_invariant(order.discriminant, roots)
    if j is None:
        return None
    k = j * gmpy2.invert(1728 - j, n) % n
    wrong_curve = 0
    for x in map(mpz, range(2, MAX_POINTS)):
        # The twist by w has the point (xw, w²).
        w = (x**3 + 3 * k * x + 2 * k) % n
        curve = gmpy2.jacobi(w, n)
        if curve in (0, wrong_curve):
            continue
        a, point = 3 * k * w * w % n, (x * w % n, w * w % n)
        try:
            reduced = multiple(int(order.s), point, a, n)
            if reduced and (wrong_curve or multiple(int(order.q), reduced, a, n) is None):
                return [int(n), int(order.t), int(order.s), int(a), [int(point[0]), int(point[1])]]
        except ZeroDivisionError:  # a point of an order below 16
            continue
        if reduced:
            wrong_curve = curve
    return None
