"""What is sent is what is received."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tasks import chunks, ids, queues
from chalicelib.tasks.messages import Message, UnknownMessage, decode, encode, single


@given(st.integers(), st.integers(min_value=0, max_value=9))
def test_a_number_comes_through_a_queue_as_it_was(number: int, retries: int) -> None:
    message = single(ids.new_id(), number).again(retries)
    assert decode(encode(message)) == message
    assert decode(encode(message)).values() == [number]


@given(st.lists(st.integers(), min_size=1, max_size=50))
def test_a_list_comes_through_its_chunks_in_order(numbers: list[int]) -> None:
    messages = [decode(encode(message)) for message in chunks.split(ids.new_id(), numbers)]
    assert [value for message in messages for value in message.values()] == numbers


def test_a_number_of_ten_thousand_digits_does_not_meet_the_interpreters_limit() -> None:
    number = 10**10_000 - 1
    assert decode(encode(single(ids.new_id(), number))).values() == [number]


@given(st.text())
def test_any_other_body_is_an_unknown_message(body: str) -> None:
    with pytest.raises(UnknownMessage):
        decode(body)


def test_ten_chunks_fit_one_call_whatever_their_numbers() -> None:
    huge = chunks.split(ids.new_id(), [16**60_000] * 10)
    many = chunks.split(ids.new_id(), [2**120] * 20_000)
    for messages in (huge[:10], many[:10]):
        assert sum(len(encode(message)) for message in messages) < queues.BATCH_BYTES


def test_a_message_says_whether_it_is_part_of_a_list() -> None:
    assert not single(ids.new_id(), 1).is_chunk
    assert Message(ids.new_id(), "1", 1, 1).is_chunk
