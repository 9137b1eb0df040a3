from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality.lines import read_line, write_line
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.primality.screening import screen

LINES = {
    "prime": (Result(97, Verdict.PRIME), "P"),
    "probable prime": (Result(10**30, Verdict.PROBABLE_PRIME), "Q"),
    "factor": (Result(91, Verdict.COMPOSITE, witness=Witness(factor=7)), "C f7"),
    "base": (Result(91, Verdict.COMPOSITE, witness=Witness(base=2)), "C b2"),
    "below 2": (Result(-3, Verdict.NOT_PRIME), "N"),
}


@pytest.mark.parametrize(("result", "text"), LINES.values(), ids=LINES)
def test_a_line_holds_the_verdict_of_a_number_and_its_witness(result: Result, text: str) -> None:
    assert write_line(result) == text
    assert read_line(result.number, text) == result


@given(st.integers(min_value=-(2**70), max_value=2**70))
def test_a_result_is_read_as_it_was_written(number: int) -> None:
    result = screen(number)
    assert read_line(number, write_line(result)) == replace(result, method="", seconds=0.0)


def test_a_number_of_ten_thousand_digits_is_not_subject_to_pythons_limit_on_digits() -> None:
    result = Result(10**10_000 + 1, Verdict.COMPOSITE, witness=Witness(factor=10**5_000 + 1))
    assert read_line(result.number, write_line(result)) == result
