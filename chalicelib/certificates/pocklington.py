"""Pocklington certificates with one base for all factors, down to 2, as Coqprime checks them.

Let N - 1 = F·R with an even F and an odd R, R = 2F·s + r with 0 < r < 2F, and N < 2F³ + (r + 1)F² + rF + 1. With a base
whose order modulo every prime factor of N has the full power of each prime factor of F, N is prime exactly if s = 0 or
r² - 8s is not a square: J. Brillhart, D. H. Lehmer and J. L. Selfridge, "New primality criteria and factorizations of
2^m ± 1", Math. Comp. 29 (1975). `test_pock` of Coqprime's `Pock.v` checks that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from math import gcd, isqrt, prod

from primes_core.verifier.integers import is_small_prime, jacobi
from primes_core.verifier.neighbours import shown_primes

#: Bases that are tried.
MAX_BASES = 20
#: Products of small primes are power residues modulo n! + 1 and n# + 1, for which the condition fails.
FIRST_LARGE_BASE = 10**18
#: Trial division goes up to here; Pollard's rho finds the larger factors of a number below 2^64.
TRIAL_DIVISORS = 1000


@dataclass(frozen=True)
class Element:
    """A step of the certificate: n is prime if the primes of `powers`, whose product of powers is F, are."""

    n: int
    base: int
    powers: tuple[tuple[int, int], ...]
    root: int


def element(n: int, primes: list[int]) -> Element | None:
    """Return the element of an n by some prime factors of n - 1; None if they are too small, or no base is found."""
    powers = [(p, _exponent(p, n - 1)) for p in {2, *primes}]
    powers.sort(key=lambda power: (power[0] != 2, -(power[0] ** power[1])))
    f, used = 1, []
    for p, exponent in powers:
        used.append((p, exponent))
        f *= p**exponent
        s, r = divmod((n - 1) // f, 2 * f)
        if n < 2 * f**3 + (r + 1) * f**2 + r * f + 1:
            break
    else:
        return None
    base = _base(n, [p for p, _ in used])
    if base is None:
        return None
    # The integer whose square is below r² - 8s, and whose successor's is above.
    square = r * r - 8 * s
    return Element(n, base, tuple(used), max(1, isqrt(square)) if s and square > 0 else 1)


def elements_of_small(p: int) -> Iterator[Element]:
    """Yield the elements of a prime 2 < p < 2^64, of the primes that it needs, and so on; 2 needs none.

    Raises:
        ValueError: p is not such a prime.
    """
    if p == 2:
        return
    if not is_small_prime(p):
        raise ValueError
    made = element(p, _prime_factors(p - 1))
    assert made is not None  # p - 1 is factored completely, and a prime has a primitive root
    yield made
    for factor, _ in made.powers:
        yield from elements_of_small(factor)


def _exponent(p: int, m: int) -> int:
    exponent = 0
    while m % p == 0:
        m //= p
        exponent += 1
    return exponent


def _base(n: int, primes: list[int]) -> int | None:
    """Return a base of full order for primes that divide n - 1; half of the bases fail for 2."""
    is_small = n.bit_length() <= 64
    candidates = (a for a in (range(2, n) if is_small else count(FIRST_LARGE_BASE)) if jacobi(a, n) == -1)
    for a in candidates if is_small else islice(candidates, MAX_BASES):
        if primes == [2]:
            return a  # a^((n-1)/2) = (a | n) = -1, by Euler, because n is prime
        product = prod(primes)
        y = pow(a, (n - 1) // product, n)
        if set(shown_primes(lambda x, exponent: pow(x, exponent, n), y, 1, primes, n)) == set(primes):
            return a
    return None


def _prime_factors(m: int) -> list[int]:
    """Return the prime factors of an integer below 2^64."""
    found = []
    for p in range(2, TRIAL_DIVISORS):
        if m % p == 0:
            found.append(p)
            while m % p == 0:
                m //= p
    rest = [m] if m > 1 else []
    while rest:
        part = rest.pop()
        if is_small_prime(part):
            found.append(part)
        else:
            factor = _rho(part)
            rest += [factor, part // factor]
    return found


def _rho(m: int) -> int:
    """Return a proper factor of a composite by Pollard's rho, BIT 15 (1975), in about the factor's root of steps."""
    for c in count(1):
        for batch in (100, 1):  # the product of a batch may have all factors of m, which single steps part
            slow = fast = 2
            factor = 1
            while factor == 1:
                product = 1
                for _ in range(batch):
                    slow = (slow * slow + c) % m
                    fast = (fast * fast + c) % m
                    fast = (fast * fast + c) % m
                    product = product * (slow - fast) % m
                factor = gcd(product, m)
            if factor != m:
                return factor
    raise AssertionError
