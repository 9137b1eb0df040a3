"""Numbers as people write them: 11, 0x1f, 2^127-1, (2^61-1)*(2^31-1), 25!+1, 13#-1.

    sum     = product { ("+" | "-") product }
    product = signed { "*" signed }
    signed  = { "+" | "-" } power
    power   = postfix [ ("^" | "**") signed ]          from the right: 2^3^2 = 2^9, -2^2 = -4
    postfix = atom { "!" | "#" }                       factorial, and primorial: all primes up to n
    atom    = decimal | hexadecimal | "(" sum ")"

Every operation is bounded from the size of its operands before it is done, and so is their sum.
"""

import math
import re
from typing import NamedTuple, NoReturn

from chalicelib.numbers.integers import (
    EXAMPLES,
    INTEGER,
    NotANumber,
    TooLarge,
    ceiling,
    parse_integer,
    unsigned,
)

MAX_NESTING = 50
#: Bits of all intermediate values together, in multiples of the largest one's: some 20 ms at 10,000 digits.
WORK = 64

TOKEN = re.compile(r" *(?:(0[xX][0-9a-fA-F]+|[0-9]+)|(\*\*|[-+*^!#()]))")


class _Token(NamedTuple):
    text: str
    position: int  # counted from 1, as people do

    @property
    def is_number(self) -> bool:
        return self.text[:1].isdigit()


def parse(text: str, max_digits: int) -> int:
    """Compute a decimal or hexadecimal integer or an expression of at most `max_digits` decimal digits.

    Raises NotANumber for what does not parse; TooLarge, within milliseconds, for what is too much to compute.
    """
    if INTEGER.fullmatch(text):
        return parse_integer(text, max_digits)
    if not text.strip(" "):
        raise NotANumber(f"the text is empty: {EXAMPLES}")
    if len(text) > 4 * max_digits + 1000:
        raise TooLarge(max_digits)
    value = _Parser(text, max_digits).value()
    if abs(value) >= ceiling(max_digits):
        raise TooLarge(max_digits)
    return value


class _Parser:
    def __init__(self, text: str, max_digits: int) -> None:
        self.max_digits = max_digits
        # An intermediate value may be larger than the result: 10^10000-1 has 10,000 digits.
        self.max_bits = 2 * ceiling(max_digits).bit_length()
        self.work = WORK * max(self.max_bits, 1000)
        self.tokens = _tokens(text)
        self.next = 0
        self.nesting = 0

    def value(self) -> int:
        total = self.sum()
        if self.peek():
            self.unexpected()
        return total

    def peek(self) -> str:
        return self.tokens[self.next].text

    def take(self) -> str:
        self.next += 1
        return self.tokens[self.next - 1].text

    def unexpected(self) -> NoReturn:
        text, position = self.tokens[self.next]
        what = f"unexpected {text!r}" if text else "something is missing"
        raise NotANumber(f"{what} at position {position}: {EXAMPLES}")

    def sum(self) -> int:
        total = self.product()
        while self.peek() in ("+", "-"):
            minus = self.take() == "-"
            term = self.product()
            total = self.done(total - term if minus else total + term)
        return total

    def product(self) -> int:
        total = self.signed()
        while self.peek() == "*":
            self.take()
            factor = self.signed()
            self.expect(total.bit_length() + factor.bit_length() - 1)
            total = self.done(total * factor)
        return total

    def signed(self) -> int:
        # A tower of powers is read into a list and computed from its end: a long one costs no recursion.
        tower = [(self.sign(), self.postfix())]
        while self.peek() in ("^", "**"):
            self.take()
            tower.append((self.sign(), self.postfix()))
        sign, base = tower.pop()
        value = sign * base
        while tower:
            sign, base = tower.pop()
            value = sign * self.power(base, value)
        return value

    def sign(self) -> int:
        sign = 1
        while self.peek() in ("+", "-"):
            if self.take() == "-":
                sign = -sign
        return sign

    def power(self, base: int, exponent: int) -> int:
        if exponent < 0:
            raise NotANumber("an exponent is negative: write one that is 0 or more, such as 2^127")
        if abs(base) <= 1:
            return base if exponent % 2 else int(base * base or exponent == 0)
        self.expect((abs(base).bit_length() - 1) * exponent)
        return self.done(int(base**exponent))

    def postfix(self) -> int:
        value = self.atom()
        before = ""
        while self.peek() in ("!", "#"):
            if before + self.peek() == "!!":
                position = self.tokens[self.next].position
                raise NotANumber(f"'!!' at position {position} could mean two things: write (3!)! or 1*3*5")
            before = self.take()
            if value < 0:
                raise NotANumber(f"'{before}' follows a negative number: write it after 0 or more")
            value = self.factorial(value) if before == "!" else self.primorial(value)
        return value

    def factorial(self, n: int) -> int:
        self.expect(n)  # n! has more than n bits from n = 4 on, and this keeps lgamma's argument small
        self.expect(int(math.lgamma(n + 1) / math.log(2)))
        return self.done(math.factorial(n))

    def primorial(self, n: int) -> int:
        # θ(n) > 0.84 n from n = 101 on: Rosser and Schoenfeld, Illinois J. Math. 6 (1962), theorem 10.
        self.expect(n * 6 // 5 if n > 100 else 0)
        sieve = bytearray([1]) * (n + 1)
        for p in range(2, math.isqrt(n) + 1):
            if sieve[p]:
                sieve[p * p :: p] = bytes(len(range(p * p, n + 1, p)))
        return self.done(math.prod(p for p in range(2, n + 1) if sieve[p]))

    def atom(self) -> int:
        token = self.tokens[self.next]
        if token.is_number:
            self.take()
            hexadecimal = token.text[:2] in ("0x", "0X")
            digits, base = (token.text[2:], 16) if hexadecimal else (token.text, 10)
            return self.done(unsigned(digits, base, self.max_digits))
        if token.text != "(":
            self.unexpected()
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise NotANumber(f"more than {MAX_NESTING} nested parentheses at position {token.position}")
        self.take()
        value = self.sum()
        if self.peek() != ")":
            self.unexpected()
        self.take()
        self.nesting -= 1
        return value

    def expect(self, bits: int) -> None:
        """Refuse an operation whose result will have at least about this many bits, before it is done."""
        if bits > self.max_bits:
            raise TooLarge(self.max_digits)

    def done(self, value: int) -> int:
        """Charge a computed value to the work that one expression may make."""
        self.work -= value.bit_length() + 64
        if self.work < 0:
            raise TooLarge(self.max_digits)
        return value


def _tokens(text: str) -> list[_Token]:
    tokens = []
    text = text.rstrip(" ")
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            at += len(text) - at - len(text[at:].lstrip(" "))
            raise NotANumber(f"unexpected {text[at]!r} at position {at + 1}: {EXAMPLES}")
        token = match[1] or match[2]
        tokens.append(_Token(token, match.end() - len(token) + 1))
        at = match.end()
    tokens.append(_Token("", len(text) + 1))
    return tokens
