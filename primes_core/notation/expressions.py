"""Numbers as people write them: 11, 0x1f, 2^127-1, (2^61-1)*(2^31-1), 25!+1, 13#-1, (10^317-1)/9, fib(101).

    sum      = product { ("+" | "-") product }
    product  = signed { ("*" | "/") signed }           exact division: 7/2 is refused
    signed   = { "+" | "-" } power
    power    = postfix [ ("^" | "**") signed ]         from the right: 2^3^2 = 2^9, -2^2 = -4
    postfix  = atom { multifactorial | "#" }           primorial: the product of all primes up to n
    multifactorial = "!" { "!" } | "!" decimal         n!! = n!2 = n·(n-2)·(n-4)…; of a factorial: (3!)!
    atom     = integer | name | "(" sum ")" | function
    integer  = decimal | decimal "e" decimal | hexadecimal | "0b" binary | pairs of hexadecimal digits between colons
    name     = "M" decimal | "F" decimal | "R" decimal  Mersenne 2^n-1, Fermat 2^(2^n)+1, repunit (10^n-1)/9
    function = ("fib" | "lucas") "(" sum ")" | "binomial" "(" sum "," sum ")"

tokens.py has the separators of digits and the other signs: 1_000_003, 2¹²⁷−1, 3×5.
"""

from collections.abc import Callable
from typing import NoReturn

from . import tokens
from .arithmetic import Arithmetic
from .budget import Budget
from .integers import EXAMPLES, INTEGER, NotANumber, ceiling, parse_integer, too_many_digits

#: Core time that one expression may take, and all expressions of a list together.
MAX_EXPRESSION_SECONDS = 0.05
MAX_LIST_SECONDS = 1.0
#: The time that an expression takes, and each of its tokens, without arithmetic on large integers.
START_SECONDS, TOKEN_SECONDS = 3e-6, 1.2e-6
MAX_NESTING = 50

DIGITS = frozenset("0123456789")
SIGNS, POWERS, OPEN, PRIMORIAL, END = ("+", "-"), ("^", "**"), "(", "#", " "
BASES = {"0x": 16, "0X": 16, "0b": 2, "0B": 2}
#: The functions with the count of their arguments, and the names, by the operation of the arithmetic.
FUNCTIONS = {"fib": (1, "fibonacci"), "lucas": (1, "lucas"), "binomial": (2, "binomial")}
NAMES = {"M": "mersenne", "F": "fermat", "R": "repunit"}


def parse(text: str, max_digits: int, shared: Budget | None = None) -> int:
    """Return the value of an integer or of an expression.

    Args:
        text: What a client sent.
        max_digits: The decimal digits that the value may have. Intermediate values may have twice as many.
        shared: The time that all expressions of a list may still take, `Budget(MAX_LIST_SECONDS)` at first. A
            single expression may take MAX_EXPRESSION_SECONDS of it. Plain integers take none.

    Raises:
        NotANumber: The text does not parse, or an operation is not defined for its operands.
        TooLarge: The value has too many digits, or takes too long to compute. It is not computed.
    """
    if INTEGER.fullmatch(text) or INTEGER.fullmatch(text := tokens.without_separators(text)):
        return parse_integer(text, max_digits)
    if not text:
        raise NotANumber(f"the text is empty: {EXAMPLES}")
    if len(text) > 4 * max_digits + 1000:
        raise too_many_digits(max_digits)
    seconds = MAX_EXPRESSION_SECONDS if shared is None else min(MAX_EXPRESSION_SECONDS, shared.seconds)
    budget = Budget(seconds)
    try:
        value = evaluate(text, Arithmetic(max_digits, budget))
    finally:
        if shared is not None:
            shared.seconds -= seconds - budget.seconds
    if abs(value) >= ceiling(max_digits):
        raise too_many_digits(max_digits)
    return value


def evaluate(text: str, arithmetic: Arithmetic) -> int:
    """Return the value of an expression without separators, computed by the operations of an arithmetic.

    Raises:
        NotANumber, TooLarge: as for `parse`.
    """
    return _Parser(text, arithmetic).value()


class _Parser:
    """A recursive descent parser that computes as it reads, a method for each line of the grammar."""

    def __init__(self, text: str, arithmetic: Arithmetic) -> None:
        self.text = text
        self.arithmetic = arithmetic
        self.tokens = tokens.read(text)
        arithmetic.budget.spend(START_SECONDS + TOKEN_SECONDS * len(self.tokens))
        self.tokens.append(END)
        self.index = 0
        self.token = self.tokens[0]
        self.nesting = 0

    def value(self) -> int:
        total = self.sum()
        if self.token != END:
            self.unexpected()
        return total

    def take(self) -> str:
        taken = self.token
        self.index += 1
        self.token = self.tokens[self.index]
        return taken

    def expect(self, token: str) -> None:
        if self.token != token:
            self.unexpected()
        self.take()

    def position(self) -> int:
        """Return the start of the current token, counted from 1."""
        return tokens.position(self.text, self.index)

    def unexpected(self) -> NoReturn:
        place = f"at position {self.position()}"
        if self.token == END:
            raise NotANumber(f"something is missing {place}: {EXAMPLES}")
        if self.token in (",", ".") and self.tokens[self.index - 1][-1] in DIGITS:
            raise NotANumber(f"{self.token!r} {place} may begin a fraction: write a whole number as 1000 or as 1_000")
        if self.token[0] == "!":
            raise NotANumber(f"{self.token!r} {place} is not clear: write 9!! or 9!2, and (3!)! for a factorial of one")
        raise NotANumber(f"unexpected {self.token[:40]!r} {place}: {EXAMPLES}")

    def sum(self) -> int:
        total = self.product()
        while self.token in SIGNS:
            minus = self.take() == "-"
            term = self.product()
            total = self.arithmetic.add(total, -term if minus else term)
        return total

    def product(self) -> int:
        total = self.signed()
        while self.token in ("*", "/"):
            operation = self.arithmetic.multiply if self.take() == "*" else self.arithmetic.divide
            total = operation(total, self.signed())
        return total

    def signed(self) -> int:
        sign = self.sign()
        value = self.postfix()
        if self.token not in POWERS:
            return sign * value
        # The powers of a tower are read into a list and computed from its end: a long tower needs no recursion.
        tower = [(sign, value)]
        while self.token in POWERS:
            self.take()
            tower.append((self.sign(), self.postfix()))
        sign, base = tower.pop()
        value = sign * base
        while tower:
            sign, base = tower.pop()
            value = sign * self.arithmetic.power(base, value)
        return value

    def sign(self) -> int:
        sign = 1
        while self.token in SIGNS:
            if self.take() == "-":
                sign = -sign
        return sign

    def postfix(self) -> int:
        value, is_factorial = self.atom(), False
        while self.token == PRIMORIAL or (self.token[0] == "!" and not is_factorial):
            is_factorial = self.token != PRIMORIAL
            value = self.multifactorial(value) if is_factorial else self.primorial(value)
        return value

    def primorial(self, n: int) -> int:
        self.take()
        return self.arithmetic.primorial(n)

    def multifactorial(self, n: int) -> int:
        signs = self.token.rstrip("0123456789")
        step = self.token[len(signs) :]
        if step and len(signs) > 1:
            self.unexpected()
        self.take()
        return self.arithmetic.multifactorial(n, self.arithmetic.number(step, 10) if step else len(signs))

    def atom(self) -> int:
        token = self.token
        if token[0] in DIGITS:
            self.take()
            return self.integer(token)
        if token[0] in NAMES and token[-1] in DIGITS:
            self.take()
            return self.call(NAMES[token[0]], self.arithmetic.number(token[1:], 10))
        if token in FUNCTIONS:
            self.take()
            count, function = FUNCTIONS[token]
            return self.call(function, *self.arguments(count))
        return self.arguments(1)[0]

    def call(self, operation: str, *operands: int) -> int:
        method: Callable[..., int] = getattr(self.arithmetic, operation)
        return method(*operands)

    def integer(self, token: str) -> int:
        if token.isdigit():
            return self.arithmetic.number(token, 10)
        if base := BASES.get(token[:2]):
            return self.arithmetic.number(token[2:].replace("_", ""), base)
        digits, _, exponent = token.lower().partition("e")
        value = self.arithmetic.number(tokens.without_separators(digits), 10)
        if exponent:
            power = self.arithmetic.power(10, self.arithmetic.number(exponent, 10))
            value = self.arithmetic.multiply(value, power)
        return value

    def arguments(self, count: int) -> list[int]:
        """Read `count` sums in parentheses."""
        if self.nesting == MAX_NESTING and self.token == OPEN:
            raise NotANumber(f"more than {MAX_NESTING} nested parentheses at position {self.position()}")
        self.expect(OPEN)
        self.nesting += 1
        values = [self.sum()]
        for _ in range(count - 1):
            self.expect(",")
            values.append(self.sum())
        self.expect(")")
        self.nesting -= 1
        return values
