"""A verifier of elliptic curve primality certificates in PARI's format that shares no code with their maker.

The rows are [N, t, s, a, [x, y]]: PARI/GP documentation, `primecert`. The theorem is that of S. Goldwasser and
J. Kilian in the form of A. O. L. Atkin and F. Morain, "Elliptic curves and primality proving", Math. Comp. 61
(1993), proposition 3.1: let N be coprime to 6, E: y² = x³ + ax + b a curve modulo N, m = N + 1 - t = s·q, and P
on E with m·P = O and s·P ≠ O modulo every prime that divides N. If q is prime and q > (N^(1/4) + 1)², so is N.
"""

from __future__ import annotations

import json
import math

Point = tuple[int, int]

#: No composite below it is a strong pseudoprime to the first 13 primes: Sorenson and Webster (2017).
STRONG_BOUND = 3_317_044_064_679_887_385_961_981


def is_valid(certificate: str, n: int) -> bool:
    """Whether the certificate, as PARI prints it, proves n prime."""
    rows = json.loads(certificate)
    if isinstance(rows, int):
        return rows == n and n < 2**64 and is_small_prime(n)
    for number, t, s, a, point in rows:
        if number != n or (q := _next(number, t, s, a, tuple(point))) is None:
            return False
        n = q
    return is_small_prime(n)


def is_small_prime(n: int) -> bool:
    """Decide n below 2^81 by strong tests; anything larger counts as not proven."""
    if n < 2 or n >= STRONG_BOUND:
        return False
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
    if n in bases:
        return True
    odd = (n - 1) // ((n - 1) & -(n - 1))
    for base in bases:
        x, exponent = pow(base, odd, n), odd
        while exponent != n - 1 and x not in (1, n - 1):
            x, exponent = x * x % n, 2 * exponent
        if x != n - 1 and (exponent != odd or x != 1):
            return False
    return True


def _next(n: int, t: int, s: int, a: int, point: Point) -> int | None:
    """Return the q whose primality makes n prime, or None when the row proves nothing."""
    x, y = point
    b = (y * y - x**3 - a * x) % n
    if s < 1 or math.gcd(n, 6 * (4 * a**3 + 27 * b**2)) != 1:
        return None
    q, rest = divmod(n + 1 - t, s)
    # q > (n^(1/4) + 1)², without roots of which some digits are lost
    if rest or q <= 0 or (math.isqrt(q - 1) - 1) ** 4 < n:
        return None
    try:
        r = _multiply(s, point, a, n)
        x, y = _multiply(q - 1, r, a, n)
    except ValueError:  # the point at infinity modulo a divisor of n, where the theorem needs another point
        return None
    return q if (x, y) == (r[0], -r[1] % n) else None  # (q - 1)·R = -R, so that q·R = O


def _multiply(k: int, point: Point, a: int, n: int) -> Point:
    result = None
    for bit in f"{k:b}":
        if result is not None:
            result = _add(result, result, a, n)
        if bit == "1":
            result = point if result is None else _add(result, point, a, n)
    if result is None:
        raise ValueError
    return result


def _add(p: Point, q: Point, a: int, n: int) -> Point:
    rise, run = (3 * p[0] * p[0] + a, 2 * p[1]) if p == q else (q[1] - p[1], q[0] - p[0])
    slope = rise * pow(run, -1, n)
    x = (slope * slope - p[0] - q[0]) % n
    return x, (slope * (p[0] - x) - p[1]) % n
