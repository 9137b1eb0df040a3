"""The command evaluates a number as the service does."""

from __future__ import annotations

import math

import pytest

from isprime import InvalidNumber
from isprime.notation import evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11", 11),
        ("-7", -7),
        ("0x1f", 31),
        ("007", 7),
        ("9" * 9000, 10**9000 - 1),
        ("2^127-1", 2**127 - 1),
        ("2**127-1", 2**127 - 1),
        ("10^60+7", 10**60 + 7),
        ("(2^61-1)*(2^31-1)", (2**61 - 1) * (2**31 - 1)),
        ("-2^2", -4),
        ("25!+1", math.factorial(25) + 1),
        ("9!!+2", 947),
        ("13#-1", 30029),
        ("(10^317-1)/9", (10**317 - 1) // 9),
        ("fib(101)", 573147844013817084101),
        ("lucas(113)", 412670427844921037470771),
        ("binomial(40,20)+1", math.comb(40, 20) + 1),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "",
)
def test_each_notation_has_its_value(text: str, value: int) -> None:
    assert evaluate(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1+",
        "x",
        "1.5",
        "7/2",
        "1/0",
        "2^-1",
        "2^1000000",
        "2^2^2^2^2^2",
        "99999!",
        "9" * 20_000,
        "1e9",
        "True",
        "()",
        "(1,2)",
        "[7]",
        "__import__('os')",
        "exit(1)",
        "binomial(1)",
        "fib(n=7)",
        "(" * 500 + "1" + ")" * 500,
        "-" * 900 + "1)",
        "fib(30000)*" * 80 + "1",
        "7;8",
        "\uff17",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidNumber, match="write the number in digits"):
        evaluate(text)
