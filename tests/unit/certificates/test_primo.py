import re

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.certificates import formats
from chalicelib.primality import ecpp
from primes_core.verifier import verify
from tests.support import examples


@settings(max_examples=examples(15))
@given(st.integers(2**64, 2**250).map(sympy.nextprime))
def test_the_format_holds_the_same_proof(p: int) -> None:
    primo = formats.write(ecpp.certify(p) or "", "primo")
    verification = verify(primo)
    assert (verification.valid, verification.number) == (True, p)
    assert verification.kind == "elliptic curves, Primo's format"


@pytest.fixture(scope="module")
def primo() -> str:
    return formats.write(ecpp.certify(10**100 + 267) or "", "primo")


def test_hexadecimal_digits_begin_with_a_dollar_sign(primo: str) -> None:
    fields = re.findall(r"^([A-Z])=(.*)$", primo, re.MULTILINE)
    assert {name for name, _ in fields} == {"N", "S", "W", "A", "B", "T"}
    assert [value for _, value in fields if not re.fullmatch(r"-?\$[0-9A-F]+", value)] == []


def test_the_head_counts_the_rows(primo: str) -> None:
    assert f"TestCount={len(re.findall(r'^S=', primo, re.MULTILINE))}\n" in primo


def test_a_coefficient_is_at_most_half_of_its_n(primo: str) -> None:
    # The N of a row is the R of the row before: N + 1 - W = S·R.
    n, *values = (int(value.replace("$", "0x"), 16) for value in re.findall(r"^[NSWABT]=(.*)$", primo, re.MULTILINE))
    for start in range(0, len(values), 5):
        s, w, a, b, _ = values[start : start + 5]
        assert 2 * abs(a) <= n
        assert 2 * abs(b) <= n
        n = (n + 1 - w) // s
