"""Estimates of the time of a factorization by the form of an expression, which may show algebraic factors.

The parser of expressions computes with `Form`, an integer that knows the estimate for its parts. The factors themselves
are found by `factorization.algebraic`, which needs native libraries.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

from chalicelib.numbers.cost import factoring_seconds, screening_seconds
from chalicelib.numbers.divisors import divisors, divisors_of_double, totient
from chalicelib.thresholds import MAX_SHORT_FACTORING_SECONDS, MAX_WORKER_FACTORING_SECONDS
from primes_core.notation.arithmetic import Arithmetic
from primes_core.notation.budget import Budget
from primes_core.notation.expressions import evaluate
from primes_core.notation.tokens import without_separators

#: The digits that a value may have: the request was checked with the limit of the service.
MAX_DIGITS = 100_000
#: The time of a factorization for each bit of a number that its form splits, beside that of the parts.
SECONDS_PER_BIT = 20e-6
#: The most expressions of a list whose forms are looked at: one takes up to a millisecond.
MAX_FORMS = 500
#: The largest value that is tried as a power where its expression does not show it, and the largest roots of a sum of
#: powers whose common divisor is looked for.
MAX_POWER_BITS, MAX_ROOT_BITS = 50, 2_048
#: The largest base for which Aurifeuillian factors are looked for.
MAX_AURIFEUILLIAN_BASE = 200
#: The binary logarithm of the golden ratio: a Fibonacci number has that many bits for each of its index.
BITS_PER_INDEX = 0.69424


def factoring_seconds_of(bits: int, expression: str | None) -> float:
    """Return the estimated seconds on one core of factoring a composite whose parts have no small factors.

    Args:
        bits: The size of the number.
        expression: The expression that it was sent as, None for plain digits.
    """
    seconds = factoring_seconds(bits)
    if expression is None or seconds <= MAX_WORKER_FACTORING_SECONDS:
        return seconds
    return min(seconds, _seconds_by_form(expression) + SECONDS_PER_BIT * bits)


def forms_in_list(expressions: Mapping[int, str]) -> Mapping[int, str]:
    """Return the expressions whose forms a list's estimate uses: all, or none if there are many."""
    return expressions if len(expressions) <= MAX_FORMS else {}


def seconds_in_list(bits: int, expression: str | None, *, factors: bool) -> float:
    """Return the estimated seconds on one core of screening a number of a list, or of finding its factors, too.

    A factorization of a list's number gets no more time than a short one.
    """
    seconds = screening_seconds(bits)
    if factors:
        seconds += min(factoring_seconds_of(bits, expression), MAX_SHORT_FACTORING_SECONDS)
    return seconds


@lru_cache(maxsize=16)
def _seconds_by_form(expression: str) -> float:
    return _seconds(evaluate(without_separators(expression), _Forms(MAX_DIGITS, Budget(math.inf))))


class Form(int):
    """A value of an expression, with the estimate for its parts, and as a power root^exponent."""

    seconds: float = 0.0
    #: Root and exponent of the value without its sign; None where they are not known.
    power: tuple[int, int] | None = None

    def __neg__(self) -> Form:
        """Return the negative, which has the same parts."""
        return _form(-int(self), self.seconds, self.power)

    def __rmul__(self, sign: int) -> Form:
        """Return the product with a sign."""
        return _form(sign * int(self), self.seconds, self.power)


class _Forms(Arithmetic):
    """The operations of an expression, on forms."""

    def add(self, a: int, b: int) -> int:
        return _form(super().add(int(a), int(b)), _seconds_of_sum(a, b))

    def multiply(self, a: int, b: int) -> int:
        (x, m), (y, n) = _power_of(a), _power_of(b)
        common = math.gcd(m, n)
        power = (x ** (m // common) * y ** (n // common), common) if common > 1 else None
        return _form(super().multiply(int(a), int(b)), _seconds(a) + _seconds(b), power)

    def divide(self, a: int, b: int) -> int:
        return _form(super().divide(int(a), int(b)), _seconds(a))

    def power(self, base: int, exponent: int) -> int:
        root, of_base = _power_of(base)
        return _form(super().power(int(base), int(exponent)), _seconds(base), (root, of_base * int(exponent)))

    def multifactorial(self, n: int, step: int) -> int:
        value = super().multifactorial(int(n), int(step))
        return _form(value, (n // step + 1) * factoring_seconds(n.bit_length()))

    def primorial(self, n: int) -> int:
        return _form(super().primorial(int(n)), 0.0)

    def fibonacci(self, n: int) -> int:
        return _form(super().fibonacci(int(n)), _seconds_of_parts(divisors(n) if n else (), BITS_PER_INDEX))

    def lucas(self, n: int) -> int:
        return _form(super().lucas(int(n)), _seconds_of_parts(divisors_of_double(n) if n else (), BITS_PER_INDEX))

    def binomial(self, n: int, k: int) -> int:
        value = super().binomial(int(n), int(k))
        return _form(value, min(k, n - k) * factoring_seconds(n.bit_length()))


def _seconds_of_sum(a: int, b: int) -> float:
    """Return the estimate for a + b; infinite unless they are powers with a common exponent."""
    (x, m), (y, n) = _power_of(a), _power_of(b)
    exponent = math.gcd(m, n)
    if exponent < 2 or max(x.bit_length() * m, y.bit_length() * n) > MAX_ROOT_BITS * exponent:
        return math.inf
    x, y = x ** (m // exponent), y ** (n // exponent)
    common = math.gcd(x, y)
    if not x or not y or x == y:
        return math.inf
    least, largest = sorted((x // common, y // common))
    indices = divisors(exponent) if (a > 0) != (b > 0) else divisors_of_double(exponent)
    base = largest if least == 1 else 0
    return factoring_seconds(common.bit_length()) + _seconds_of_parts(indices, math.log2(largest), base)


def _seconds_of_parts(indices: Iterable[int], bits: float, base: int = 0) -> float:
    """Return the estimate for the product of Φ_d(base) over indices d, of `bits` bits for each of its degree."""
    seconds = 0.0
    for index in indices:
        count = 2 if 1 < base <= MAX_AURIFEUILLIAN_BASE and _is_aurifeuillian(base, index) else 1
        seconds += count * factoring_seconds(math.ceil(totient(index) * bits / count))
    return seconds


def _is_aurifeuillian(base: int, index: int) -> bool:
    """Return whether Φ_index(base) has two algebraic factors: see `factorization.cyclotomic`."""
    kernel = next(base // (s * s) for s in range(math.isqrt(base), 0, -1) if base % (s * s) == 0)
    step = kernel if kernel % 4 == 1 else 2 * kernel
    return kernel > 1 and index % step == 0 and index // step % 2 == 1


def _form(value: int, seconds: float, power: tuple[int, int] | None = None) -> Form:
    form = Form(value)
    form.seconds, form.power = min(seconds, factoring_seconds(value.bit_length())), power
    return form


def _seconds(value: int) -> float:
    return value.seconds if isinstance(value, Form) else factoring_seconds(value.bit_length())


def _power_of(value: int) -> tuple[int, int]:
    """Return root and exponent of a value without its sign; the exponent of 1 is 0, as it is every power of 1."""
    if isinstance(value, Form) and value.power:
        return value.power
    size = abs(int(value))
    if size < 2:
        return size, 1 - size
    for exponent in range(min(size.bit_length(), MAX_POWER_BITS), 1, -1) if size.bit_length() <= MAX_POWER_BITS else ():
        root = round(size ** (1 / exponent))
        if root**exponent == size:
            return root, exponent
    return size, 1
