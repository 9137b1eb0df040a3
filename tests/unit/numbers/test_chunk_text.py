from hypothesis import given
from hypothesis import strategies as st

from chalicelib.numbers import chunk_text
from chalicelib.numbers.chunk_text import MIN_RANGE_NUMBERS


@given(st.lists(st.integers(), min_size=1, max_size=50) | st.lists(st.integers(2**40 - 1, 2**64), min_size=1))
def test_a_text_has_the_numbers_that_were_written(numbers: list[int]) -> None:
    text = chunk_text.write(numbers)
    assert list(chunk_text.read(text)) == numbers
    assert chunk_text.count(text) == len(numbers)


@given(st.integers(), st.integers(0, MIN_RANGE_NUMBERS - 2))
def test_consecutive_numbers_are_written_as_a_range_and_others_are_not(first: int, place: int) -> None:
    numbers = [*range(first, first + MIN_RANGE_NUMBERS)]
    assert chunk_text.read(chunk_text.write(numbers)) == range(first, first + MIN_RANGE_NUMBERS)
    numbers[place], numbers[place + 1] = numbers[place + 1], numbers[place]
    assert list(chunk_text.read(chunk_text.write(numbers))) == numbers
