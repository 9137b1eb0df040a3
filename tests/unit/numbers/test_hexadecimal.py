from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.numbers import hexadecimal
from chalicelib.numbers.hexadecimal import MIN_RANGE_NUMBERS


@given(st.lists(st.integers(), min_size=1, max_size=50) | st.lists(st.integers(2**40 - 1, 2**64), min_size=1))
def test_a_text_has_the_numbers_that_were_written(numbers: list[int]) -> None:
    text = hexadecimal.write(numbers)
    assert list(hexadecimal.read(text)) == numbers
    assert hexadecimal.count(text) == len(numbers)


@given(st.integers(), st.integers(0, MIN_RANGE_NUMBERS - 2))
def test_consecutive_numbers_are_written_as_a_range_and_others_are_not(first: int, place: int) -> None:
    numbers = [*range(first, first + MIN_RANGE_NUMBERS)]
    assert hexadecimal.read(hexadecimal.write(numbers)) == range(first, first + MIN_RANGE_NUMBERS)
    numbers[place], numbers[place + 1] = numbers[place + 1], numbers[place]
    assert list(hexadecimal.read(hexadecimal.write(numbers))) == numbers
