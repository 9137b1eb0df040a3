"""The time that arithmetic on large integers takes, estimated before it is done, and a budget of it.

The estimates come from the sizes of the operands alone, so that the same text is accepted or refused on every
machine. They are for one core of 2.5 GHz and CPython's integers, which multiply by Karatsuba's algorithm and
divide by the quadratic one (`Objects/longobject.c`).
"""

from dataclasses import dataclass

from .integers import TooLarge

#: Bits of a digit of CPython's integers.
DIGIT_BITS = 30
#: Multiplying digits x ≤ y takes y·x^0.585 times this, and dividing y digits by x digits x·(y - x) times that.
MULTIPLY_SECONDS, KARATSUBA_EXPONENT = 6e-9, 0.585
DIVIDE_SECONDS = 1.4e-9
#: An operation on operands of so few bits takes less time than to read its operator.
FREE_BITS = 1024


@dataclass(slots=True)
class Budget:
    """Core time that may still be used. One budget can be shared by several expressions."""

    #: The time that is left, in seconds.
    seconds: float

    def spend(self, seconds: float) -> None:
        """Take an estimated time off the budget, before it is used.

        Raises:
            TooLarge: The budget is used up.
        """
        self.seconds -= seconds
        if self.seconds < 0:
            raise TooLarge(
                "the expression takes too long to compute: send its value as digits, or a list in several parts"
            )


def multiplication_seconds(bits: int, other_bits: int) -> float:
    """Return the time of multiplying two integers of these sizes."""
    if bits + other_bits <= FREE_BITS:
        return 0.0
    x, y = sorted((bits / DIGIT_BITS, other_bits / DIGIT_BITS))
    return float(MULTIPLY_SECONDS * y * x**KARATSUBA_EXPONENT)


def division_seconds(dividend_bits: int, divisor_bits: int) -> float:
    """Return the time of dividing two integers of these sizes."""
    if dividend_bits <= FREE_BITS:
        return 0.0
    divisor, quotient = divisor_bits / DIGIT_BITS, max(0, dividend_bits - divisor_bits) / DIGIT_BITS
    return DIVIDE_SECONDS * (divisor + 1) * (quotient + 1)


def product_seconds(bits: int) -> float:
    """Return the time of computing a product of `bits` bits from two halves, and these likewise.

    The last multiplication takes a third of it: the level below it has two of half the size, which take a third
    of its time each.
    """
    return 3 * multiplication_seconds(bits // 2, bits // 2)
