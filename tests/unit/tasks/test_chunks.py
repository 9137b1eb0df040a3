"""A list is cut into chunks of about a second, and a chunk's results fit an item."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.numbers.cost import screening_seconds
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.primality.screening import screen
from chalicelib.tasks import chunks, ids, results

#: Bytes that an item of the table may have (Amazon DynamoDB Developer Guide, "Quotas").
ITEM_BYTES = 400 * 1024

sizes = st.lists(st.sampled_from([1, 40, 64, 500, 2_000, 8_000, 33_000]), min_size=1, max_size=300)


@given(sizes)
def test_a_chunk_takes_a_second_at_most_unless_a_single_number_takes_longer(bits: list[int]) -> None:
    for message in chunks.split(ids.new_id(), [2**size - 1 for size in bits]):
        values = message.values()
        seconds = sum(screening_seconds(value.bit_length()) for value in values)
        assert seconds <= chunks.CHUNK_SECONDS * 1.0001 or len(values) == 1


@given(sizes)
def test_the_chunks_of_a_list_hold_each_of_its_numbers_once_in_order(bits: list[int]) -> None:
    numbers = [2**size - 1 + index for index, size in enumerate(bits)]
    messages = chunks.split(ids.new_id(), numbers)
    assert [value for message in messages for value in message.values()] == numbers
    assert [message.chunk for message in messages] == list(range(1, len(messages) + 1))
    assert [message.first for message in messages] == [
        sum(len(before.values()) for before in messages[:index]) for index in range(len(messages))
    ]


def test_a_chunk_has_no_more_numbers_than_the_limit() -> None:
    messages = chunks.split(ids.new_id(), list(range(2 * chunks.CHUNK_NUMBERS + 1)))
    assert [len(message.values()) for message in messages] == [chunks.CHUNK_NUMBERS, chunks.CHUNK_NUMBERS, 1]


@given(st.lists(st.integers(min_value=-(2**70), max_value=2**70), min_size=1, max_size=50))
def test_results_come_out_of_a_chunk_as_they_went_in(numbers: list[int]) -> None:
    verdicts = [screen(number) for number in numbers]
    rows = chunks.unpack(chunks.pack(verdicts), first=7)
    assert [row.index for row in rows] == list(range(7, 7 + len(numbers)))
    for row, verdict in zip(rows, verdicts, strict=True):
        assert row.number == str(verdict.number)
        assert (row.verdict, row.is_prime, row.proven) == (verdict.verdict, verdict.is_prime, verdict.proven)
        assert row.witness == results.witness_json(verdict.witness)


def test_the_results_of_the_largest_chunk_fit_an_item_even_where_nothing_can_be_deflated() -> None:
    bits = chunks.CHUNK_CHARACTERS * 4 // chunks.CHUNK_NUMBERS - 12
    numbers = [2**bits - 1] * chunks.CHUNK_NUMBERS
    (message,) = chunks.split(ids.new_id(), [n >> 1 << 1 for n in numbers])[:1]
    verdicts = [Result(n, Verdict.COMPOSITE, "", Witness(factor=n // 2)) for n in message.values()]
    raw = sum(len(chunks._line(verdict)) + 1 for verdict in verdicts)
    assert raw < ITEM_BYTES
