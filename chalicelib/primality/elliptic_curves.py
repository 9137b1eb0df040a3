"""Multiples of points of elliptic curves y² = x³ + ax + b modulo a prime.

The formulas are those of D. J. Bernstein and T. Lange, "Explicit-Formulas Database" (hyperelliptic.org/EFD), for
modified Jacobian coordinates: (X, Y, Z) is the point (X/Z², Y/Z³), and T = aZ⁴.
"""

import gmpy2
from gmpy2 import mpz

Point = tuple[mpz, mpz]


def multiple(k: int, point: Point, a: mpz, n: mpz) -> Point | None:
    """Return k times a point for k > 0, or None for the point at infinity.

    It is for the search of curves, not for checking: for a composite n the result can be wrong.

    Raises:
        ZeroDivisionError: One of the first 15 multiples is the point at infinity.
    """
    digits = [int(digit, 16) for digit in f"{k:x}"]
    table = _first_multiples(max(digits), point, a, n)
    x, y = table[digits[0]]
    z, t = mpz(1), a
    for digit in digits[1:]:
        for _ in range(4):
            y2 = y + y
            z = y2 * z % n
            e = y2 * y % n
            s = 2 * x * e % n
            u = e * e % n
            m = (3 * x * x + t) % n
            x = (m * m - s - s) % n
            y = (m * (s - x) - u - u) % n
            t = 4 * u * t % n
        if digit:
            to_x, to_y = table[digit]
            zz = z * z % n
            h = (to_x * zz - x) % n
            r = (to_y * zz * z - y) % n
            hh = h * h % n
            v = x * hh % n
            hhh = h * hh % n
            x = (r * r - hhh - v - v) % n
            y = (r * (v - x) - y * hhh) % n
            z = z * h % n
            zz = z * z % n
            t = a * zz % n * zz % n
    if not z:
        return None
    inverse = gmpy2.invert(z, n)
    square = inverse * inverse % n
    return x * square % n, y * square * inverse % n


def _first_multiples(count: int, point: Point, a: mpz, n: mpz) -> list[Point]:
    """Return a list of the multiples of a point from 1 to `count`, by their index."""
    x, y = point
    multiples = [point, point]
    for _ in range(count - 1):
        x2, y2 = multiples[-1]
        rise, run = (3 * x * x + a, 2 * y) if len(multiples) == 2 else (y2 - y, x2 - x)
        slope = rise * gmpy2.invert(run, n) % n
        x3 = (slope * slope - x - x2) % n
        multiples.append((x3, (slope * (x - x3) - y) % n))
    return multiples
