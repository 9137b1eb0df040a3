"""The integers of a body: the same ones, whether the JSON parser converts them or this service does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import requests
from chalicelib.api.requests import Digits, read_submission
from chalicelib.errors import LimitExceeded
from chalicelib.service.submit import ListSubmission, NumberSubmission

MAX_DIGITS = 30
#: More digits than Python converts by default.
LONG = "7" * 5_000

numbers = st.integers(-(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1)


@pytest.fixture(params=[640, 4_300, 0], ids=["least limit", "usual limit", "no limit"])
def limit(request: pytest.FixtureRequest) -> Iterator[int]:
    """Set how many digits Python converts."""
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(request.param)
    yield request.param
    sys.set_int_max_str_digits(usual)


@given(st.lists(numbers, min_size=1))
def test_a_list_of_integers_is_read_as_one_of_their_digits_is(items: list[int]) -> None:
    read = read_submission(json.dumps({"numbers": items}), None, MAX_DIGITS)
    assert read == ListSubmission(items)
    assert requests._list([Digits(item) for item in items], MAX_DIGITS) == read


def test_integers_of_any_size_are_read_whatever_python_converts(limit: int) -> None:
    body = f'{{"numbers": [11, {LONG}, -3, "2^7-1"]}}'
    read = read_submission(body, None, 10_000)
    assert read == ListSubmission([11, 7 * (10**5_000 - 1) // 9, -3, 127], {3: "2^7-1"})
    assert read_submission(f'{{"number": {LONG}}}', None, 10_000) == NumberSubmission(7 * (10**5_000 - 1) // 9)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("digits", ["1" * (MAX_DIGITS + 1), LONG], ids=["a digit more", "more than Python converts"])
def test_the_number_of_a_list_that_is_too_large_is_named(digits: str, sign: str) -> None:
    with pytest.raises(LimitExceeded, match=r"^numbers\[1\]: the number is too large: send one of at most 30 "):
        read_submission(f'{{"numbers": [11, {sign}{digits}, 13]}}', None, MAX_DIGITS)
    with pytest.raises(LimitExceeded, match=r"^the number is too large"):
        read_submission(f'{{"number": {sign}{digits}}}', None, MAX_DIGITS)


def test_no_integer_is_converted_before_its_size_is_checked_where_python_has_no_limit(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    converted: list[str] = []

    def convert(text: str, _: int) -> int:
        converted.append(text)
        return 0

    monkeypatch.setattr(requests, "parse_integer", convert)
    read_submission('{"numbers": [11, 12]}', None, MAX_DIGITS)
    assert converted == (["11", "12"] if limit == 0 else [])
