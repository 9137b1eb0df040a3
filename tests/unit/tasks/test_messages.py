"""A message is received as it was sent, and a consumer reads what it knows of a newer one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import sending
from chalicelib.numbers import chunk_text
from chalicelib.primality.direction import Direction
from chalicelib.tasks import chunks, ids
from chalicelib.tasks.messages import ChunkMessage, UnreadableMessage, decode, encode
from tests.support.tasks import number_message

TASK_ID = ids.new_id()
NUMBER: dict[str, Any] = {"version": 1, "task_id": TASK_ID, "expires_at": 1, "number": "b"}
PLACE = {"chunk": 1, "chunks": 2, "first": 0, "seconds": 0.1}
CHUNK: dict[str, Any] = {"version": 1, "task_id": TASK_ID, "expires_at": 1, "numbers": "b -c"} | PLACE


@given(st.integers(), st.sampled_from(Direction), st.integers(min_value=0))
def test_a_search_is_decoded_as_it_was_encoded(number: int, find: Direction, searched: int) -> None:
    message = number_message(number, find=find, searched=searched)
    assert decode(encode(message)) == message


def test_a_consumer_that_knows_no_search_cannot_read_one() -> None:
    assert json.loads(encode(number_message(find=Direction.NEXT)))["version"] == 3


@given(st.integers(), st.integers(min_value=0, max_value=9), st.one_of(st.none(), st.text()), st.text())
def test_a_number_is_decoded_as_it_was_encoded(
    number: int, attempt_round: int, expression: str | None, caller: str
) -> None:
    fields: dict[str, Any] = {"expression": expression, "caller": caller, "attempts": attempt_round, "put_offs": 1}
    message = number_message(number, round=attempt_round, **fields)
    assert decode(encode(message)) == message


@given(st.lists(st.integers(), min_size=1, max_size=50), st.dictionaries(st.integers(0, 49), st.text()))
def test_a_list_is_decoded_as_it_was_encoded(numbers: list[int], expressions: dict[int, str]) -> None:
    expressions = {index: text for index, text in expressions.items() if index < len(numbers)}
    messages = [decode(encode(message)) for message in chunks.split(TASK_ID, numbers, expressions, expires_at=1)]
    found = [number for message in messages for number in chunk_text.read(_chunk(message).numbers)]
    assert found == numbers
    assert {
        _chunk(message).first + place: text
        for message in messages
        for place, text in (_chunk(message).expressions or {}).items()
    } == expressions


def test_a_chunk_that_version_1_1_0_sent_is_read() -> None:
    message = _chunk(decode(json.dumps({name: value for name, value in CHUNK.items() if name != "seconds"})))
    assert message.numbers == "b -c"
    assert 0 < message.seconds < 0.01


@pytest.mark.parametrize("factors", [False, True])
def test_a_chunk_of_consecutive_numbers_is_sent_as_their_ends(factors: bool) -> None:
    numbers = [*range(-3, 2_000)]
    (message,) = chunks.split(TASK_ID, numbers, {0: "-3"}, expires_at=1, factors=factors)
    assert decode(encode(message)) == message
    assert len(encode(message)) < 250
    assert json.loads(encode(message))["version"] == 3
    assert message.count == len(numbers)


def test_every_chunk_of_a_list_has_the_caller_of_the_list() -> None:
    messages = [
        decode(encode(message)) for message in chunks.split(TASK_ID, [2**4_000] * 100, caller="key-1", expires_at=1)
    ]
    assert len(messages) > 1
    assert {decode(encode(message)).caller for message in messages} == {"key-1"}


def _chunk(message: object) -> ChunkMessage:
    assert isinstance(message, ChunkMessage)
    return message


@pytest.mark.parametrize("body", [NUMBER, CHUNK], ids=["number", "chunk"])
def test_a_field_that_the_decoder_does_not_know_is_ignored(body: dict[str, Any]) -> None:
    assert decode(json.dumps(body | {"priority": 3})) == decode(json.dumps(body))


#: What makes a message of a number, and of a chunk, unreadable; and texts that are no numbers of a chunk.
BAD_NUMBERS = """
{"version":4} {"version":3} {"version":3,"find":"last"} {"version":null} {"task_id":1} {"task_id":"nobody"}
{"number":"xyz"} {"number":11} {"round":-1} {"round":true} {"expression":1} {"caller":1} {"expires_at":null}
{"expires_at":0}
"""
BAD_CHUNKS = """
{"version":null} {"seconds":null} {"seconds":-1} {"seconds":NaN} {"chunk":0} {"chunk":3} {"expressions":[1]}
{"expressions":{"x":"1"}}
"""
BAD_TEXTS = "|b  c|b | b|=|=AAAA|=AAAAAAAAAA!=|b -|b-c|c..b|b..|b c..d"


@pytest.mark.parametrize(
    "body",
    [
        *("", "not json", "[]", "null", "{}", "[" * 100_000),
        *(json.dumps(NUMBER | json.loads(bad)) for bad in BAD_NUMBERS.split()),
        *(json.dumps(CHUNK | json.loads(bad)) for bad in BAD_CHUNKS.split()),
        *(json.dumps(CHUNK | {"numbers": text}) for text in BAD_TEXTS.split("|")),
    ],
    ids=lambda _: "body",
)
def test_a_body_that_is_not_a_known_message_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableMessage):
        decode(body)


@given(st.text())
def test_any_text_is_decoded_or_unreadable(body: str) -> None:
    with pytest.raises(UnreadableMessage):
        decode(body)


def test_ten_chunks_fit_one_call_whatever_their_numbers() -> None:
    large = chunks.split(TASK_ID, [16**60_000] * 10, expires_at=1)
    many = chunks.split(TASK_ID, [2**120] * 20_000, expires_at=1)
    for messages in (large[:10], many[:10]):
        assert sum(len(encode(message)) for message in messages) < sending.MAX_BATCH_BYTES


def test_known_factors_are_decoded_and_make_the_estimate_that_of_the_rest() -> None:
    message = number_message(91 * 2**400, factors=True, known_factors=(2**400, 7))
    assert decode(encode(message)) == message
    assert message.factoring_seconds == number_message(13, factors=True).factoring_seconds
    body = json.loads(encode(message)) | {"known_factors": [7]}
    with pytest.raises(UnreadableMessage, match="known factors"):
        decode(json.dumps(body))
