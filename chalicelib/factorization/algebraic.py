"""The divisors that a number has by the form of its expression.

The parser of expressions computes with `Term`, an integer that knows its divisors: those of a^n ± b^n, of Fibonacci and
Lucas numbers, of binomial coefficients, and of the operands of products. What a division leaves is found by greatest
common divisors. Factorials and primorials have small factors only, which trial division finds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import gmpy2
from gmpy2 import mpz

from chalicelib.factorization.cyclotomic import Hint, factors_of_fibonacci, factors_of_lucas, factors_of_sum
from chalicelib.numbers.divisors import divisors
from chalicelib.numbers.forms import MAX_DIGITS
from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.small_primes import PRIMES
from primes_core.notation.arithmetic import Arithmetic
from primes_core.notation.budget import Budget
from primes_core.notation.expressions import evaluate
from primes_core.notation.tokens import without_separators

#: The most divisors that are kept of a term, and the most factors of the numerator of a binomial coefficient.
MAX_HINTS = 2_000
#: The most sums of powers of an expression that are split, and the largest value that is tried as a power where its
#: expression does not show it: an expression may have thousands of terms.
MAX_SUMS, MAX_ROOT_BITS = 32, 2_048
#: The most parts that have a name.
MAX_NAMED = 256


class Term(int):
    """A value of an expression, with numbers that share factors with it, and as a power base^exponent."""

    hints: tuple[Hint, ...] = ()
    #: Base and exponent of the value without its sign; None where they are not known.
    power: tuple[mpz, int] | None = None

    def __neg__(self) -> Term:
        """Return the negative, which has the same divisors."""
        return _term(-int(self), self.hints, self.power)

    def __rmul__(self, sign: int) -> Term:
        """Return the product with a sign."""
        return _term(sign * int(self), self.hints, self.power)


def split(n: int, expression: str | None) -> list[Hint]:
    """Return parts of n that its form shows, whose product is n.

    Parts that a common factor of two algebraic parts splits have the name of the one that they are of.

    Args:
        n: A number greater than 1.
        expression: The expression that it was sent as, None for plain digits.
    """
    hints, rest, named = [*_hints(n, expression)], mpz(n), list[Hint]()
    for value, name in hints:
        if name and 1 < value < n and rest % value == 0 and len(named) < MAX_NAMED:
            named.append((value, name))
            rest //= value
    values = [value for value, _ in hints]
    return [(each, name) for part, name in (*named, (int(rest), "")) for each in refine(part, values)]


def refine(n: int, hints: Iterable[int]) -> list[int]:
    """Return parts of n whose product is n: those that its common divisors with other numbers show; none of 1."""
    parts = [mpz(n)] if n > 1 else []
    for hint in hints:
        refined = []
        for part in parts:
            rest = part
            while 1 < (common := gmpy2.gcd(rest, hint)) < rest:
                refined.append(common)
                rest //= common
            refined.append(rest)
        parts = refined
    return [int(part) for part in parts]


def _hints(n: int, expression: str | None) -> Iterator[Hint]:
    if expression is not None:
        term = evaluate(without_separators(expression), _Terms(MAX_DIGITS, Budget(math.inf)))
        if isinstance(term, Term):
            yield from term.hints
    elif n < VERIFIED_BELOW:  # a word's factors take microseconds without its form
        return
    for sign in (1, -1):  # n is b^k - 1 or b^k + 1
        base, exponent = _as_power(mpz(n + sign))
        if exponent > 1:
            yield from factors_of_sum(base, mpz(1), exponent, -sign)


class _Terms(Arithmetic):
    """The operations of an expression, on terms."""

    #: How many sums of powers may still be split.
    sums = MAX_SUMS

    def add(self, a: int, b: int) -> int:
        self.sums -= 1
        hints = ((math.gcd(a, b), ""), *_of_sum(a, b)) if self.sums >= 0 else ()
        return _term(super().add(int(a), int(b)), hints)

    def multiply(self, a: int, b: int) -> int:
        value = super().multiply(int(a), int(b))
        (x, m), (y, n) = _power_of(a), _power_of(b)
        common = math.gcd(m, n)
        power = (x ** (m // common) * y ** (n // common), common) if common > 1 else None
        return _term(value, (*_hints_of(a), *_hints_of(b), *_unnamed(a, b)), power)

    def divide(self, a: int, b: int) -> int:
        return _term(super().divide(int(a), int(b)), (*_hints_of(a), *_unnamed(b)))

    def power(self, base: int, exponent: int) -> int:
        value = super().power(int(base), int(exponent))
        root, of_base = _power_of(base)
        return _term(value, (*_hints_of(base), *_unnamed(base)), (root, of_base * int(exponent)))

    def multifactorial(self, n: int, step: int) -> int:
        return _term(super().multifactorial(int(n), int(step)), _unnamed(*range(int(n), 1, -int(step))[:MAX_HINTS]))

    def fibonacci(self, n: int) -> int:
        return _term(super().fibonacci(int(n)), factors_of_fibonacci(n) if n else ())

    def lucas(self, n: int) -> int:
        hints = [*factors_of_lucas(n)] if n else []
        if n % 10 == 5:  # L(5k) = L(k)·(5F(k)² - 5F(k) + 1)·(5F(k)² + 5F(k) + 1) for odd k
            for d in divisors(n // 5):
                f = int(gmpy2.fib(d))
                hints += _unnamed(5 * f * f - 5 * f + 1, 5 * f * f + 5 * f + 1)
        return _term(super().lucas(int(n)), hints)

    def binomial(self, n: int, k: int) -> int:
        count = min(k, n - k, MAX_HINTS)
        return _term(super().binomial(int(n), int(k)), _unnamed(*range(int(n) - count + 1, int(n) + 1)))


def _of_sum(a: int, b: int) -> Iterator[Hint]:
    """Yield the algebraic factors of a + b, where both are powers with a common exponent."""
    (x, m), (y, n) = _power_of(a), _power_of(b)
    exponent = math.gcd(m, n)
    x, y = (x ** (m // exponent), y ** (n // exponent)) if exponent > 1 else (mpz(0), mpz(0))
    common = gmpy2.gcd(x, y)
    if x and y and x != y:
        yield from factors_of_sum(x // common, y // common, exponent, 1 if (a > 0) == (b > 0) else -1)


def _unnamed(*values: int) -> Iterator[Hint]:
    return ((abs(int(value)), "") for value in values)


def _term(value: int, hints: Iterable[Hint] = (), power: tuple[mpz, int] | None = None) -> Term:
    term = Term(value)
    term.hints = tuple(dict.fromkeys(hint for hint in hints if hint[0] > 1))[:MAX_HINTS]
    term.power = power
    return term


def _hints_of(value: int) -> tuple[Hint, ...]:
    return value.hints if isinstance(value, Term) else ()


def _power_of(value: int) -> tuple[mpz, int]:
    """Return base and exponent of a value without its sign; the exponent of 1 is 0, as it is every power of 1."""
    known, size = value.power if isinstance(value, Term) else None, mpz(abs(int(value)))
    return known or (_as_power(size) if size.bit_length() <= MAX_ROOT_BITS else (size, 1))


def _as_power(n: mpz) -> tuple[mpz, int]:
    """Return base and exponent of n ≥ 0 with the largest exponent."""
    if n < 2:
        return n, 1 - int(n)
    exponent = 1
    while n > 3 and gmpy2.is_power(n):
        for p in PRIMES:
            root, exact = gmpy2.iroot(n, p)
            if exact:
                n, exponent = root, exponent * p
                break
    return n, exponent
