"""Arithmetic that refuses what is too large or takes too long, before it computes it."""

import math
from collections.abc import Sequence
from itertools import compress

from .budget import Budget, division_seconds, multiplication_seconds, product_seconds
from .integers import NotANumber, ceiling, too_many_digits, unsigned

#: The time that one number adds to a sieve, one factor to a product of many, one doubling to a Fibonacci number.
SIEVE_SECONDS, FACTOR_SECONDS, DOUBLING_SECONDS = 12e-9, 0.1e-6, 0.5e-6
#: A product of so few factors is computed from left to right.
MAX_FACTORS_IN_SEQUENCE = 16


class Arithmetic:
    """The operations of an expression.

    Each bounds the size of its value from below before it computes it, and charges its time to a budget. All
    raise TooLarge for what is over a bound, and NotANumber for operands outside an operation's domain.
    """

    def __init__(self, max_digits: int, budget: Budget) -> None:
        """Bound values to twice `max_digits`, since 10^10000-1 has 10,000 digits and 10^10000 one more."""
        self.max_digits = max_digits
        self.max_bits = 2 * ceiling(max_digits).bit_length()
        self.budget = budget

    def number(self, digits: str, base: int) -> int:
        """Return the value of digits of base 2, 10 or 16."""
        self.budget.spend(product_seconds(4 * min(len(digits), self.max_digits)))
        return unsigned(digits, base, self.max_digits)

    def add(self, a: int, b: int) -> int:
        """Return a + b."""
        self.budget.spend(multiplication_seconds(max(a.bit_length(), b.bit_length()), 1))
        return a + b

    def multiply(self, a: int, b: int) -> int:
        """Return a · b."""
        bits, other_bits = a.bit_length(), b.bit_length()
        self._bound(bits + other_bits - 1)
        self.budget.spend(multiplication_seconds(bits, other_bits))
        return a * b

    def divide(self, a: int, b: int) -> int:
        """Return a / b, which must be an integer."""
        if b == 0:
            raise NotANumber("a division by zero: write a divisor other than 0")
        self.budget.spend(division_seconds(a.bit_length(), b.bit_length()))
        quotient, remainder = divmod(a, b)
        if remainder:
            raise NotANumber("a division leaves a remainder: '/' is exact, write a divisor as in (10^19-1)/9")
        return quotient

    def power(self, base: int, exponent: int) -> int:
        """Return base^exponent."""
        if exponent < 0:
            raise NotANumber("an exponent is negative: write one that is 0 or more, such as 2^127")
        if abs(base) <= 1:
            return base if exponent % 2 else int(base * base or exponent == 0)
        self._bound((abs(base).bit_length() - 1) * exponent)
        bits = int(math.log2(abs(base)) * exponent)
        self._bound(bits)
        # The last of the squarings takes two thirds of the time, the multiplications by the base at most as much.
        self.budget.spend(2 * multiplication_seconds(bits // 2, bits // 2))
        return int(base**exponent)

    def multifactorial(self, n: int, step: int) -> int:
        """Return n·(n - step)·(n - 2·step)…, down to the last positive factor: n! for a step of 1."""
        _check_not_negative("!", n)
        if step == 0:
            raise NotANumber("'!0' has no value: write n!k with a step k of 1 or more")
        self._bound(n // step)  # n! has more than n bits from n = 4 on; it keeps the argument of lgamma small
        bits = int(math.lgamma(n + 1) / math.log(2)) // step  # no other class modulo the step has a larger product
        self._bound(bits)
        if step == 1:
            self.budget.spend(product_seconds(bits))
            return math.factorial(n)
        self._spend_on_product(bits, n // step)
        return _product(range(n, 0, -step))

    def mersenne(self, n: int) -> int:
        """Return 2^n - 1."""
        return self.add(self.power(2, n), -1)

    def fermat(self, n: int) -> int:
        """Return 2^(2^n) + 1."""
        return self.add(self.power(2, self.power(2, n)), 1)

    def repunit(self, n: int) -> int:
        """Return (10^n - 1)/9: the number of n ones."""
        return self.divide(self.add(self.power(10, n), -1), 9)

    def primorial(self, n: int) -> int:
        """Return the product of the primes up to n."""
        _check_not_negative("#", n)
        # θ(n) > 0.84 n from n = 101 on: Rosser and Schoenfeld, Illinois J. Math. 6 (1962), theorem 10.
        self._bound(n * 6 // 5 if n > 100 else 0)
        self.budget.spend(SIEVE_SECONDS * (n + 100))
        primes = primes_to(n)
        self._spend_on_product(n * 3 // 2, len(primes))  # θ(n) < 1.02 n, ibid., theorem 9
        return _product(primes)

    def fibonacci(self, n: int) -> int:
        """Return the Fibonacci number F(n), with F(0) = 0 and F(1) = 1."""
        return self._fibonacci_pair("fib", n)[0]

    def lucas(self, n: int) -> int:
        """Return the Lucas number L(n), with L(0) = 2 and L(1) = 1."""
        a, b = self._fibonacci_pair("lucas", n)
        return 2 * b - a

    def binomial(self, n: int, k: int) -> int:
        """Return the binomial coefficient of n over k."""
        _check_not_negative("binomial", n, k)
        k = min(k, n - k)
        if k <= 0:
            return int(k == 0)
        self._bound(k)  # n ≥ 2k, so that the value is at least (n/k)^k ≥ 2^k
        self._bound(int(k * (math.log2(n) - math.log2(k))))
        numerator, denominator = k * n.bit_length(), k * k.bit_length()
        self._spend_on_product(numerator, k)
        self._spend_on_product(denominator, k)
        self.budget.spend(division_seconds(numerator, denominator))
        return _product(range(n - k + 1, n + 1)) // math.factorial(k)

    def _fibonacci_pair(self, name: str, n: int) -> tuple[int, int]:
        """Return F(n) and F(n + 1), by F(2k) = F(k)·(2F(k + 1) - F(k)) and F(2k + 1) = F(k)² + F(k + 1)²."""
        _check_not_negative(name, n)
        bits = n * 694 // 1000  # log2 of the golden ratio is 0.69424
        self._bound(bits)
        self.budget.spend(2 * product_seconds(bits) + DOUBLING_SECONDS * n.bit_length())
        a, b = 0, 1
        for bit in f"{n:b}":
            a, b = a * (2 * b - a), a * a + b * b
            if bit == "1":
                a, b = b, a + b
        return a, b

    def _spend_on_product(self, bits: int, factors: int) -> None:
        self.budget.spend(product_seconds(bits) + FACTOR_SECONDS * factors)

    def _bound(self, bits: int) -> None:
        """Refuse a value of at least about this many bits."""
        if bits > self.max_bits:
            raise too_many_digits(self.max_digits)


def _check_not_negative(name: str, *operands: int) -> None:
    if min(operands) < 0:
        raise NotANumber(f"'{name}' of a negative number: write an argument that is 0 or more")


def primes_to(n: int) -> list[int]:
    """List the primes up to n, by the sieve of Eratosthenes."""
    sieve = bytearray([0, 0]) + bytearray([1]) * (n - 1)
    for p in range(2, math.isqrt(n) + 1):
        if sieve[p]:
            sieve[p * p :: p] = bytes(len(range(p * p, n + 1, p)))
    return list(compress(range(n + 1), sieve))


def _product(factors: Sequence[int]) -> int:
    """Multiply halves of equal size, which Karatsuba's algorithm needs to be faster than the quadratic one."""
    if len(factors) <= MAX_FACTORS_IN_SEQUENCE:
        return math.prod(factors)
    half = len(factors) // 2
    return _product(factors[:half]) * _product(factors[half:])
