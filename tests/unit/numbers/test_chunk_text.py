from hypothesis import given
from hypothesis import strategies as st

from chalicelib.numbers import chunk_text
from chalicelib.numbers.chunk_text import MIN_RANGE_NUMBERS


@given(st.integers(), st.integers(0, MIN_RANGE_NUMBERS - 2))
def test_consecutive_numbers_are_written_as_a_range_and_others_are_not(first: int, place: int) -> None:
    numbers = [*range(first, first + MIN_RANGE_NUMBERS)]
    assert chunk_text.read(chunk_text.write(numbers)) == range(first, first + MIN_RANGE_NUMBERS)
    numbers[place], numbers[place + 1] = numbers[place + 1], numbers[place]
    assert list(chunk_text.read(chunk_text.write(numbers))) == numbers
