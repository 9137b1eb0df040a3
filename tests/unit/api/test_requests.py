import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.api import limits, requests
from chalicelib.api.requests import Digits, read_submission
from chalicelib.errors import InvalidInput, LimitExceeded, NotJSON
from chalicelib.numbers.cost import MAX_SEARCH_DIGITS
from chalicelib.primality.direction import Direction
from chalicelib.service.submit import ListSubmission, NumberSubmission
from tests.support import examples

MAX_DIGITS = 30
#: More digits than Python converts by default.
LONG = "7" * 5_000
NO_NUMBERS = 'true null 1.0 1e3 1e999 NaN [11] {} "" "1.5" "2^" "\\ud800" "1\\u0000"'
NO_BODIES = '{ [] null "11" {} {"number":1,"numbers":[1]} {"numbers":[]} {"numbers":11}'

numbers = st.integers(-(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["number", "numbers", "x"]), inner),
    max_leaves=5,
)


@pytest.fixture(params=[640, 4_300, 0], ids=["least limit", "usual limit", "no limit"])
def limit(request: pytest.FixtureRequest) -> Iterator[int]:
    """Set how many digits Python converts."""
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(request.param)
    yield request.param
    sys.set_int_max_str_digits(usual)


def test_only_what_is_no_integer_in_digits_is_kept_as_an_expression() -> None:
    assert read_submission('{"number": "0x1f"}', None, MAX_DIGITS) == NumberSubmission(31)
    assert read_submission('{"number": "2^7-1"}', None, MAX_DIGITS) == NumberSubmission(127, "2^7-1")
    read = read_submission('{"numbers": [-7, "-7", "0x1f", "1_000", "13#-1"]}', None, MAX_DIGITS)
    assert read == ListSubmission([-7, -7, 31, 1000, 30029], {4: "13#-1"})


def test_an_expression_is_kept_in_ascii() -> None:
    body = '{"number": "2\u2077\u22121"}'
    assert read_submission(body, None, MAX_DIGITS) == NumberSubmission(127, "2^7-1")
    body = '{"numbers": [7, "3\u00d75"]}'
    assert read_submission(body, None, MAX_DIGITS) == ListSubmission([7, 15], {1: "3*5"})


@given(st.lists(numbers, min_size=1, max_size=9))
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


def test_without_a_limit_of_python_no_integer_is_converted_before_it_is_checked(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    converted: list[str] = []

    def convert(text: str, _: int) -> int:
        converted.append(text)
        return 0

    monkeypatch.setattr(requests, "parse_integer", convert)
    read_submission('{"numbers": [11, 12]}', None, MAX_DIGITS)
    assert converted == (["11", "12"] if limit == 0 else [])


@pytest.mark.parametrize("value", NO_NUMBERS.split())
def test_what_is_no_number_is_refused_alone_and_in_a_list_by_its_index(value: str) -> None:
    with pytest.raises(InvalidInput):
        read_submission(f'{{"number": {value}}}', None, MAX_DIGITS)
    with pytest.raises(InvalidInput, match="JSON" if value == "NaN" else r"^numbers\[1\]: "):
        read_submission(f'{{"numbers": [1, {value}]}}', None, MAX_DIGITS)


@pytest.mark.parametrize("body", [*NO_BODIES.split(), "", "[" * 100_000, b"\xff"], ids=range(11))
def test_a_body_that_is_no_number_and_no_list_is_refused(body: str | bytes) -> None:
    with pytest.raises(InvalidInput, match=r"^(Send|The body is not JSON|\"numbers\" must be)"):
        read_submission(body, None, MAX_DIGITS)


@pytest.mark.parametrize("field", ["factor", "Factors", "numbr", "\\ud800", "wait"])
def test_a_field_that_is_not_known_is_refused_and_named(field: str) -> None:
    with pytest.raises(InvalidInput, match="does not exist") as refused:
        read_submission(f'{{"number": 91, "{field}": true}}', None, MAX_DIGITS)
    assert f'"{field}"' in refused.value.detail


@settings(max_examples=examples(50))
@given(st.binary() | json_values.map(json.dumps) | json_values.map(lambda value: json.dumps({"numbers": value})))
def test_any_body_is_read_or_refused(body: bytes | str) -> None:
    with suppress(InvalidInput, LimitExceeded):
        assert read_submission(body, None, MAX_DIGITS)


def test_a_body_and_a_list_have_the_most_bytes_and_numbers_and_not_one_more() -> None:
    full = '{"number": 1}'.ljust(limits.MAX_BODY_BYTES)
    assert read_submission(full, None, MAX_DIGITS) == NumberSubmission(1)
    with pytest.raises(LimitExceeded, match="bytes"):
        read_submission(f"{full} ", None, MAX_DIGITS)
    items = ["1"] * limits.MAX_LIST_NUMBERS
    assert read_submission(f'{{"numbers": [{",".join(items)}]}}', None, MAX_DIGITS)
    with pytest.raises(LimitExceeded, match="numbers"):
        read_submission(f'{{"numbers": [{",".join([*items, "1"])}]}}', None, MAX_DIGITS)


def test_the_expressions_of_a_list_share_the_time_to_compute_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MAX_LIST_SECONDS", 1e-4)
    with pytest.raises(LimitExceeded, match=r"^numbers\[\d\d\]: .* too long to compute"):
        read_submission(json.dumps({"numbers": ["2^61-1"] * 100}), None, MAX_DIGITS)


@pytest.mark.parametrize("content_type", [None, "application/json; charset=utf-8", "Application/JSON"])
def test_json_may_have_parameters_and_any_case(content_type: str | None) -> None:
    assert read_submission(b'{"number": 11}', content_type, MAX_DIGITS) == NumberSubmission(11)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_another_media_type_than_json_is_refused(content_type: str) -> None:
    with pytest.raises(NotJSON):
        read_submission(b'{"number": 11}', content_type, MAX_DIGITS)


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [("wait=10", 10), ('respond-async, Wait = "7"; x', 7), ("wait=100000", limits.MAX_WAIT_SECONDS), ("wait=0", 0)]
    + [(other, None) for other in (None, "", "respond-async", "wait", "wait=", "wait=-1", "wait=x", "await=1")],
)
def test_a_wait_is_read_from_prefer_and_limited_to_what_the_gateway_allows(
    prefer: str | None, seconds: int | None
) -> None:
    assert requests.read_wait(prefer) == seconds


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256, "a\tb", "a\n"], ids=ascii)
def test_a_key_has_up_to_255_visible_ascii_characters(key: str) -> None:
    assert requests.read_key("!~" + "x" * 253) == "!~" + "x" * 253
    with pytest.raises(InvalidInput):
        requests.read_key(key)


def test_a_list_with_too_many_digits_is_refused_and_told_how_many_numbers_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_LIST_DIGITS", 1_050)
    body = json.dumps({"numbers": ["10^99"] * 20}).encode()
    with pytest.raises(LimitExceeded, match=r"at most 1,050 decimal digits together. The first 10 of these 20 fit"):
        requests.read_submission(body, None, 10_000)


def test_a_range_of_a_list_is_its_numbers_and_moves_the_places_of_what_follows() -> None:
    body = '{"numbers": [5, "10^3..10^3+2", "2^7", "7..7"]}'
    assert read_submission(body, None, MAX_DIGITS) == ListSubmission([5, 1000, 1001, 1002, 128, 7], {4: "2^7"})


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        (["1..100001"], r"^numbers\[0\]: .* 100,000 more fit"),
        ([3, "1..10^29"], r"^numbers\[1\]: .* 99,999 more fit"),
        (["1..100000", 3], r"^numbers\[1\]: .* 0 more fit"),
        ([3, "1..2^-1"], r"^numbers\[1\]: "),
        (["10^29..10^29+99999"], "at most 40 decimal digits together"),
    ],
)
def test_a_range_counts_as_its_numbers_before_there_are_any(
    monkeypatch: pytest.MonkeyPatch, items: list[Any], reason: str
) -> None:
    if "together" in reason:
        monkeypatch.setattr(limits, "MAX_LIST_DIGITS", 40)
    with pytest.raises((InvalidInput, LimitExceeded), match=reason):
        read_submission(json.dumps({"numbers": items}), None, MAX_DIGITS)


@pytest.mark.parametrize("find", Direction)
def test_the_prime_next_to_a_number_is_asked_for_by_its_direction(find: Direction) -> None:
    body = json.dumps({"number": "10^9", "find": find})
    assert read_submission(body, None, MAX_DIGITS) == NumberSubmission(10**9, "10^9", find=find)


FIND = '"next" or "previous"'
ONE = "belongs to one number"
COUNT = "list of 1 to 100"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"number": "10..20"}, "A range is a list"),
        ({"numbers": ["1..10^9999"]}, r"^numbers\[0\]: .* 100,000 more fit"),
        ({"number": 9, "find": "last"}, FIND),
        ({"number": 9, "find": None}, FIND),
        ({"numbers": [9], "find": "next"}, ONE),
        ({"number": 9, "find": "next", "factors": True}, 'without "factors"'),
        ({"number": 2, "find": "previous"}, "no prime below 2"),
        ({"number": f"10^{MAX_SEARCH_DIGITS}", "find": "next"}, "at most 10,000 decimal digits"),
        ({"number": 91, "known_factors": [11]}, r"known_factors\[0\], 11, does not divide the number N"),
        ({"number": 91, "known_factors": [3, 5, 15]}, r"known_factors\[2\], 15, does not divide the number N"),
        ({"number": 91, "known_factors": [7, 1]}, r"known_factors\[1\], 1, is not a proper factor"),
        ({"number": 91, "known_factors": [91]}, r"known_factors\[0\], 91, is not a proper factor"),
        ({"number": 91, "known_factors": ["-7"]}, r"known_factors\[0\], -7, is not a proper factor"),
        ({"number": 91, "known_factors": [7.0]}, r"known_factors\[0\]: a number with a fraction"),
        ({"number": 91, "known_factors": []}, COUNT),
        ({"number": 91, "known_factors": 7}, COUNT),
        ({"number": 91, "known_factors": [7] * 101}, COUNT),
        ({"numbers": [91], "known_factors": [7]}, ONE),
        ({"number": 91, "find": "next", "known_factors": [7]}, ONE),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_submission_without_a_meaning_or_an_end_is_refused_with_the_reason(body: dict[str, Any], reason: str) -> None:
    with pytest.raises((InvalidInput, LimitExceeded), match=reason) as refused:
        read_submission(json.dumps(body), None, 100_000)
    assert len(refused.value.detail) < 1_000


def test_known_factors_ask_for_the_others_and_may_be_expressions() -> None:
    found = read_submission('{"number": "3*(2^61-1)", "known_factors": ["2^61-1"]}', None, 100)
    assert found == NumberSubmission(3 * (2**61 - 1), "3*(2^61-1)", factors=True, known_factors=(2**61 - 1,))


def test_known_factors_may_be_of_the_number_or_of_its_neighbours() -> None:
    found = read_submission('{"number": 91, "known_factors": [7, 9, 23]}', None, 100)
    assert found == NumberSubmission(91, factors=True, known_factors=(7, 9, 23))
