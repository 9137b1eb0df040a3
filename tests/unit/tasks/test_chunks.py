"""A list is cut into chunks that take a quarter of a second, or into a few thousand of a long list."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.numbers import chunk_text
from chalicelib.numbers.cost import screening_seconds
from chalicelib.tasks import chunks, ids
from chalicelib.tasks.messages import ChunkMessage
from chalicelib.thresholds import MAX_SHORT_LIST_SECONDS
from tests.support import examples

sizes = st.lists(st.sampled_from([1, 40, 64, 500, 2_000, 8_000, 33_000]), min_size=1, max_size=300)


def values(message: ChunkMessage) -> list[int]:
    return [*chunk_text.read(message.numbers)]


def seconds_of(numbers: list[int]) -> float:
    return sum(screening_seconds(number.bit_length()) for number in numbers)


def most_seconds(numbers: list[int]) -> float:
    """Return how long a chunk of a list may take."""
    seconds = seconds_of(numbers)
    return chunks.CHUNK_SECONDS if seconds <= MAX_SHORT_LIST_SECONDS else max(1.0, seconds / 1_000)


@given(sizes)
def test_a_chunk_takes_its_estimate_and_no_more_than_its_time_unless_one_number_does(bits: list[int]) -> None:
    limit = most_seconds([2**size - 1 for size in bits])
    for message in chunks.split(ids.new_id(), [2**size - 1 for size in bits], expires_at=1):
        numbers = values(message)
        assert seconds_of(numbers) <= limit * 1.0001 or message.count == 1
        most = seconds_of([max(numbers)] * len(numbers)) * 1.001 + chunks.CHUNK_SECONDS
        assert seconds_of(numbers) * 0.999 <= message.seconds <= most


@given(sizes)
def test_the_chunks_of_a_list_have_each_of_its_numbers_once_in_order(bits: list[int]) -> None:
    numbers = [2**size - 1 + index for index, size in enumerate(bits)]
    messages = chunks.split(ids.new_id(), numbers, expires_at=1)
    assert [value for message in messages for value in values(message)] == numbers
    assert [message.chunk for message in messages] == list(range(1, len(messages) + 1))
    assert [message.first for message in messages] == [
        sum(before.count for before in messages[:index]) for index in range(len(messages))
    ]


@pytest.mark.parametrize("bits", [1, 64, 68, 69, 72, 400, 4_000])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_chunk_of_many_equal_numbers_keeps_every_limit_and_is_full(bits: int, sign: int) -> None:
    numbers = [sign * (2**bits - 1)] * 12_000
    messages = chunks.split(ids.new_id(), numbers, expires_at=1)
    cost, limit = screening_seconds(bits), most_seconds(numbers)
    for message in messages:
        assert message.count <= chunks.MAX_CHUNK_NUMBERS
        assert len(message.numbers) <= chunks.MAX_CHUNK_CHARACTERS
        assert message.count * cost <= limit * 1.0001
    first = messages[0].count + 1
    assert (
        first > chunks.MAX_CHUNK_NUMBERS
        or first * (bits // 4 + 3) > chunks.MAX_CHUNK_CHARACTERS
        or first * cost > limit * 0.9999
    )
    assert sum(message.count for message in messages) == len(numbers)


@settings(max_examples=examples(30))
@given(st.lists(st.tuples(st.sampled_from([8, 64, 1_000, 6_000, 33_000]), st.integers(1, 400)), min_size=1, max_size=8))
def test_the_chunks_of_a_list_are_at_most_twice_what_its_limits_need(parts: list[tuple[int, int]]) -> None:
    numbers = [2**bits - 1 for bits, count in parts for _ in range(count)]
    characters = sum(number.bit_length() // 4 + 3 for number in numbers)
    full = seconds_of(numbers) / most_seconds(numbers) + characters / chunks.MAX_CHUNK_CHARACTERS
    count = len(chunks.split(ids.new_id(), numbers, expires_at=1))
    assert count <= 2 * (full + len(numbers) / chunks.MAX_CHUNK_NUMBERS) + 1
    assert seconds_of(numbers) / most_seconds(numbers) <= 1_000.1
