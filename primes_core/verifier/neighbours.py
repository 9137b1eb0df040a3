"""A proof from the prime factors of N - 1 or N + 1.

Let F be a product of full prime powers of N ∓ 1, and for each prime q in F let some x have x^(N ∓ 1) = 1, but
x^((N ∓ 1)/q) ≠ 1 modulo every prime factor r of N. Then F divides the order of a group modulo r:

- N - 1: x is an integer, and F divides r - 1. If F² > N, then r > √N for every r, so that N is prime: H. C.
  Pocklington, Proc. Cambridge Phil. Soc. 18 (1914). For F³ > N, N = c₂F² + c₁F + 1 is prime exactly if c₁² - 4c₂ is
  no square: J. Brillhart, D. H. Lehmer and J. L. Selfridge, Math. Comp. 29 (1975), as theorem 4.1.5 of R. Crandall and
  C. Pomerance, "Prime Numbers".
- N + 1: x is an element of norm 1 of Z[√d] modulo N, and F divides r - 1 if d is a square modulo r, else r + 1.
  If (F + 1)² > N, a composite N has an r ≤ √N < F + 1, which is F - 1: M. A. Morrison, "A note on primality testing
  using Lucas sequences", Math. Comp. 29 (1975).

The x are not part of the certificate: they are chosen here, in a fixed order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from math import gcd, isqrt, prod

from primes_core.notation.integers import shortened

from .curves import Integer
from .integers import jacobi
from .proofs import Proof
from .refusals import Refused

#: Elements that are tried. For a prime N, one fails for an odd prime factor q with probability 1/q.
MAX_ELEMENTS = 60
#: Products of small primes are power residues modulo n! ± 1 and n# ± 1: the elements start where a number has a large
#: prime factor nearly always.
FIRST_ELEMENT = 10**18
#: Integers that are tried for an element that fits. For a prime N every second one does.
_MAX_TRIED = 200

Power = Callable[[int, int], int]


def work(n: int) -> int:
    """Return the estimated work of a proof about n, in the unit of `Allowance`: about ten powers."""
    return 20 * n.bit_length() ** 3


@dataclass(frozen=True)
class Neighbour:
    """The claim that a number is prime because N - 1 (sign -1) or N + 1 (sign 1) has these prime factors."""

    number: int
    sign: int
    factors: list[Proof]

    def check(self, integer: Integer) -> None:
        """Check the factors, the size of their product, and the orders of the elements."""
        n = integer(self.number)
        if n < 3 or n % 2 == 0:
            raise Refused("the number is even or below 3")
        primes = sorted({factor.number for factor in self.factors})
        if len(primes) < len(self.factors):
            raise Refused(f"a factor of N{self.sign:+d} occurs twice")
        _require_factored(n, self.sign, primes)
        for factor in self.factors:
            try:
                factor.check(integer)
            except Refused as refused:
                raise Refused(f"a factor of N{self.sign:+d}: {refused}") from None
        require_full_order(n, self.sign, primes)


def _require_factored(n: int, sign: int, primes: list[int]) -> None:
    """Require that the primes divide n + sign, and that their powers suffice."""
    rest = n + sign
    for p in primes:
        if p < 2 or rest % p:
            raise Refused(f"a factor does not divide N{sign:+d}")
        while rest % p == 0:
            rest //= p
    reason = why_insufficient(n, sign, (n + sign) // rest)
    if reason is not None:
        raise Refused(reason)


def why_insufficient(n: int, sign: int, f: int) -> str | None:
    """Return why a product F of full prime powers of n + sign proves nothing; None if it suffices."""
    if sign == 1:
        if (f + 1) ** 2 <= n:
            return "the factors are too small: the product F of their powers in N+1 must be at least √N"
        if (f - 1) ** 2 <= n and n % (f - 1) == 0:
            return "the product of the factors' powers, less 1, divides N"
    elif f**2 <= n:
        c2, c1 = divmod(n // f, f)
        if f**3 <= n:
            return "the factors are too small: the product F of their powers in N-1 must be over N^(1/3)"
        square = c1 * c1 - 4 * c2
        if square >= 0 and isqrt(square) ** 2 == square:
            return "N is composite, as its digits to the base F show"
    return None


def require_full_order(
    n: int, sign: int, primes: list[int], on_progress: Callable[[int, int], None] = lambda *_: None
) -> None:
    """Require for each prime q some element whose order has the full power of q of n + sign, modulo each r.

    Args:
        n: The number.
        sign: -1 or 1.
        primes: The primes.
        on_progress: Called for each element with how many primes are done and how many there are.

    Raises:
        Refused: there is none, or n is composite.
    """
    missing = primes
    power = _lucas_power(n) if sign == 1 else lambda x, exponent: pow(x, exponent, n)
    one = 2 if sign == 1 else 1
    for x in islice(_traces(n) if sign == 1 else _non_residues(n), MAX_ELEMENTS):
        on_progress(len(primes) - len(missing), len(primes))
        product = prod(missing)
        y = power(x, (n + sign) // product)
        if power(y, product) != one:
            raise Refused(f"N is composite: an element has an order that does not divide N{sign:+d}")
        shown = set(shown_primes(power, y, one, missing, n))
        missing = [q for q in missing if q not in shown]
        if not missing:
            return
    raise Refused(f"no element that was tried has a full order for the factor {shortened(missing[0])} of N{sign:+d}")


def _non_residues(n: int) -> Iterator[int]:
    return (n * 0 + x for x in islice(count(FIRST_ELEMENT), _MAX_TRIED) if jacobi(x, n) == -1)


def _traces(n: int) -> Iterator[int]:
    """Yield the traces of elements (t + √d) / (t - √d), which have norm 1, for a d that is not a square modulo n."""
    d = next((d for d in (-1, *range(2, _MAX_TRIED)) if jacobi(d, n) == -1), None)
    if d is None:
        raise Refused("N is a square, or no small integer is a non-residue modulo N")
    for t in islice(count(FIRST_ELEMENT), _MAX_TRIED):
        norm = (t * t - d) % n
        if jacobi(norm, n) == -1:
            yield 2 * (t * t + d) * pow(norm, -1, n) % n


def _lucas_power(n: int) -> Power:
    """Return the function that raises an element of norm 1, as its trace, to a power modulo n.

    V_2k = V_k² - 2 and V_2k+1 = V_k·V_k+1 - V_1: R. Crandall and C. Pomerance, "Prime Numbers", section 3.6.
    """

    def power(trace: int, exponent: int) -> int:
        low, high = n * 0 + 2, trace
        for bit in f"{exponent:b}":
            middle = (low * high - trace) % n
            low, high = (middle, (high * high - 2) % n) if bit == "1" else ((low * low - 2) % n, middle)
        return low

    return power


def shown_primes(power: Power, y: int, one: int, primes: list[int], n: int) -> Iterator[int]:
    """Yield the primes q such that y, raised to all the others, differs from 1 modulo every factor of n."""
    if len(primes) == 1:
        if gcd(y - one, n) == 1:
            yield primes[0]
        return
    # The primes of a half share the powers by those of the other: log k powers for each of k primes, not k.
    half = len(primes) // 2
    for kept, raised in ((primes[:half], primes[half:]), (primes[half:], primes[:half])):
        yield from shown_primes(power, power(y, prod(raised)), one, kept, n)
