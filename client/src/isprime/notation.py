"""Numbers as the service writes them, evaluated on this machine: `2^127-1`, `25!+1`, `13#-1`, `(10^317-1)/9`."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable

from isprime.errors import InvalidNumber
from isprime.verifier.integers import MAX_DIGITS, is_small_prime, to_integer

#: A value in an expression has at most so many bits, a factorial or a primorial at most such an argument.
MAX_BITS, MAX_ARGUMENT = 100_000, 30_000
MAX_CHARACTERS = 1_000
_INTEGER = re.compile(r"([+-]?)(?:0x([0-9a-f]+)|([0-9]+))", re.ASCII | re.IGNORECASE)
_CHARACTERS = re.compile(r"[0-9a-z()+\-*/^!#, ]+", re.ASCII)
#: A number with `!`, `!!` or `#` behind it becomes a call, which Python's syntax has.
_POSTFIX = re.compile(r"\b([0-9]+)\s*(!!|!|#)", re.ASCII)
_NAMES = {"!": "factorial", "!!": "double_factorial", "#": "primorial"}


def evaluate(text: str) -> int:
    """Return the value of a number in the service's notation.

    Raises:
        InvalidNumber: it is not one, or is too large.
    """
    try:
        return _evaluate(text.strip())
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError, KeyError, TypeError):
        raise InvalidNumber(
            f"{text[:40]!r} cannot be evaluated here: write the number in digits, or as 10^60+7, 25!+1 or (10^317-1)/9."
        ) from None


def _evaluate(text: str) -> int:
    if match := _INTEGER.fullmatch(text):
        sign, hexadecimal, decimal = match.groups()
        digits = hexadecimal or decimal
        if len(digits) > MAX_DIGITS:
            raise ValueError
        value = to_integer(digits, 16 if hexadecimal else 10)
        return -value if sign == "-" else value
    if len(text) > MAX_CHARACTERS or not _CHARACTERS.fullmatch(text.lower()):
        raise ValueError
    python = _POSTFIX.sub(lambda found: f"{_NAMES[found[2]]}({found[1]})", text.lower()).replace("^", "**")
    return _value(ast.parse(python, mode="eval").body)


def _value(node: ast.expr) -> int:
    match node:
        case ast.Constant(value=int(value)):
            result = value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            result = -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            result = _value(operand)
        case ast.BinOp(left=left, op=operation, right=right):
            result = _OPERATIONS[type(operation)](_value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            result = _FUNCTIONS[name](*(_bounded(_value(argument), MAX_ARGUMENT) for argument in arguments))
        case _:
            raise ValueError
    return result if result.bit_length() <= MAX_BITS else _bounded(result, 0)


def _bounded(value: int, limit: int) -> int:
    if not 0 <= value <= limit:
        raise OverflowError
    return value


def _power(base: int, exponent: int) -> int:
    if abs(base) > 1:
        _bounded(exponent * base.bit_length(), 2 * MAX_BITS)
    return int(base ** _bounded(exponent, 2 * MAX_BITS))


def _quotient(dividend: int, divisor: int) -> int:
    quotient, rest = divmod(dividend, divisor)
    if rest:
        raise ValueError
    return quotient


def _fibonacci(n: int, first: int, second: int) -> int:
    for _ in range(n):
        first, second = second, first + second
    return first


_OPERATIONS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _quotient,
    ast.Pow: _power,
}
_FUNCTIONS: dict[str, Callable[..., int]] = {
    "factorial": math.factorial,
    "double_factorial": lambda n: math.prod(range(n, 1, -2)),
    "primorial": lambda n: math.prod(p for p in range(2, n + 1) if is_small_prime(p)),
    "fib": lambda n: _fibonacci(n, 0, 1),
    "lucas": lambda n: _fibonacci(n, 2, 1),
    "binomial": math.comb,
}
