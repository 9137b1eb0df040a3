"""The command evaluates a number as the service does. The service's tests cover the grammar."""

from __future__ import annotations

import pytest

from isprime import InvalidNumber
from isprime.evaluation import evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [("11", 11), (" -0x1f ", -31), ("9" * 9_000, 10**9_000 - 1), ("2¹²⁷−1", 2**127 - 1), ("M31", 2147483647)],
    ids=["decimal", "hexadecimal", "long", "raised", "mersenne"],
)
def test_a_number_has_its_value_on_this_machine(text: str, value: int) -> None:
    assert evaluate(text) == value


@pytest.mark.parametrize(
    "text", ["", "1+", "2^1000000", "__import__('os')", "(" * 500 + "1" + ")" * 500, "9" * 20_000, "7;8", "\uff17"]
)
def test_what_is_no_number_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(InvalidNumber, match=r"write|send|nested") as refused:
        evaluate(text)
    assert len(str(refused.value)) < 250
