"""A step of a proof by elliptic curves: N is prime if q is.

The theorem: S. Goldwasser and J. Kilian, "Almost all primes can be quickly certified", STOC 1986, in the form of A. O.
L. Atkin and F. Morain, "Elliptic curves and primality proving", Math. Comp. 61 (1993), proposition 3.1. Let N > 1 be
coprime to 6, E: y² = x³ + ax + b a curve with a discriminant coprime to N, P a point of E modulo N, and q a prime with
q > (N^(1/4) + 1)². If R = sP is not the point at infinity O modulo any prime factor of N, and qR = O modulo each of
them, then N is prime. For if N is composite, it has a prime factor p ≤ √N. R has order q on E modulo p, so that by
Hasse's theorem q ≤ p + 1 + 2√p ≤ (N^(1/4) + 1)².

Why the arithmetic cannot be fooled. N is not known to be prime, so the group law has to hold modulo each prime factor p
of N at once. In Jacobian coordinates (X : Y : Z), which stand for the point (X/Z², Y/Z³), a doubling multiplies Z by
2Y, and the addition of a point multiplies Z by the difference H of the x coordinates. Both formulas are the group law
modulo p if the new Z is not 0 modulo p. Once Z is 0 modulo p it stays 0, whatever the multiple of the point is. A check
that takes Z = 0 for the point at infinity therefore accepts multiples that are not (docs/pari-primecertisvalid.md).
Here Z = 0 is never taken for anything:

- Modulo N, each Z is a multiple of the Z before it. One gcd(Z, N) = 1 after the last operation shows that every Z was
  coprime to N, so that every operation was the group law modulo every p, and that the result is finite modulo every p.
- qR = O is shown by two finite points: (q - 1)R = -R, after the same gcd for (q - 1)R.

No proof is refused by that. Modulo a prime N, the order of R is q and s < q, so that no operation meets an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import NamedTuple

from .refusals import Refused

#: A type of integers: int, or gmpy2's mpz, which is faster.
Integer = Callable[[int], int]


class Step(NamedTuple):
    """The curve y² = x³ + ax + b modulo n, the point (x, y), and its order s·q."""

    n: int
    a: int
    b: int
    x: int
    y: int
    s: int
    q: int


def work(n: int) -> int:
    """Return the estimated work of a step about n, in the unit of `Allowance`: s·q has as many bits as n."""
    return 16 * n.bit_length() ** 3


def cofactor(n: int, t: int, s: int) -> int:
    """Return the q with s·q = n + 1 - t. If there is none, it is 0, which no check accepts."""
    q, rest = divmod(n + 1 - t, s) if s > 0 and abs(t) <= n else (0, 1)
    return 0 if rest else q


def is_over_bound(q: int, n: int) -> bool:
    """Whether q > (n^(1/4) + 1)², by integers.

    For q > 1 that is √q - 1 > n^(1/4), so q + 1 - 2√q > √n, so (q + 1)² > (√n + 2√q)² = n + 4q + 4√(nq), so
    d = (q - 1)² - n > 4√(nq), which is d > 0 and d² > 16nq.
    """
    d = (q - 1) ** 2 - n
    return q > 1 and d > 0 and d * d > 16 * n * q


def check(step: Step, integer: Integer = int) -> None:
    """Check that n is prime if q is.

    Raises:
        Refused: the step does not show that.
    """
    n, a, b, x, y, s, q = map(integer, step)
    _require_curve(n, a, b, x, y)
    if s < 1 or (s * q - n - 1) ** 2 > 4 * n:
        raise Refused("the order s·q is not one that a curve modulo N can have")
    if not is_over_bound(q, n):
        raise Refused("q is too small: it must be larger than (N^(1/4) + 1)²")
    r = _to_affine(_multiply(s, (x, y), a, n), n)
    if r is None:
        raise Refused("s·P is the point at infinity modulo a factor of N")
    other = _to_affine(_multiply(q - 1, r, a, n), n)
    if other is None:
        raise Refused("a multiple of s·P below q is the point at infinity modulo a factor of N")
    if other != (r[0], -r[1] % n):
        raise Refused("q·s·P is not the point at infinity")


def _require_curve(n: int, a: int, b: int, x: int, y: int) -> None:
    """Require that (x, y) is a point of the curve y² = x³ + ax + b modulo an n that is coprime to 6."""
    if n < 5 or gcd(n, 6) != 1:
        raise Refused("N has a factor 2 or 3, or is below 5")
    if not (0 <= x < n and 0 <= y < n):
        raise Refused("a coordinate of the point is not between 0 and N - 1")
    if not (-n < a < n and -n < b < n):
        raise Refused("a coefficient of the curve is not between -N and N")
    if (y * y - x**3 - a * x - b) % n:
        raise Refused("the point is not on the curve")
    if gcd(4 * a**3 + 27 * b**2, n) != 1:
        raise Refused("the discriminant of the curve has a factor in common with N")


def _to_affine(point: tuple[int, int, int], n: int) -> tuple[int, int] | None:
    """Return the point's coordinates x and y, or None if Z is not coprime to n."""
    if gcd(point[2], n) != 1:
        return None
    inverse = pow(point[2], -1, n)
    square = inverse * inverse % n
    return point[0] * square % n, point[1] * square * inverse % n


def _multiply(k: int, point: tuple[int, int], a: int, n: int) -> tuple[int, int, int]:
    """Return k times a point in Jacobian coordinates, for k > 0; the module's docstring says when it is right.

    Doubling and mixed addition: H. Cohen, A. Miyaji and T. Ono, "Efficient elliptic curve exponentiation using mixed
    coordinates", ASIACRYPT 1998.
    """
    px, py = point
    x, y, z = px, py, px * 0 + 1
    for bit in bin(k)[3:]:
        yy = y * y % n
        zz = z * z % n
        s = 4 * x * yy % n
        m = (3 * x * x + a * (zz * zz % n)) % n
        z = 2 * y * z % n
        x = (m * m - 2 * s) % n
        y = (m * (s - x) - 8 * yy * yy) % n
        if bit == "1":
            zz = z * z % n
            h = (px * zz - x) % n
            r = (py * (zz * z % n) - y) % n
            hh = h * h % n
            v = x * hh % n
            hhh = h * hh % n
            z = z * h % n
            x = (r * r - hhh - 2 * v) % n
            y = (r * (v - x) - y * hhh) % n
    return x, y, z
