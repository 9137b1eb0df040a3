"""A message is received as it was sent, and a consumer reads what it knows of a newer one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import queues
from chalicelib.tasks import chunks, ids
from chalicelib.tasks.messages import ChunkMessage, NumberMessage, UnreadableMessage, decode, encode

TASK_ID = ids.new_id()
NUMBER: dict[str, Any] = {"version": 1, "task_id": TASK_ID, "number": "b"}
CHUNK: dict[str, Any] = {"version": 1, "task_id": TASK_ID, "numbers": "b -c", "chunk": 1, "chunks": 2, "first": 0}


@given(st.integers(), st.integers(min_value=0, max_value=9), st.one_of(st.none(), st.text()), st.text())
def test_a_number_is_decoded_as_it_was_encoded(
    number: int, attempt_round: int, expression: str | None, caller: str
) -> None:
    message = NumberMessage(ids.new_id(), number, attempt_round, expression, caller)
    assert decode(encode(message)) == message


@given(st.lists(st.integers(), min_size=1, max_size=50), st.dictionaries(st.integers(0, 49), st.text()))
def test_a_list_is_decoded_as_it_was_encoded(numbers: list[int], expressions: dict[int, str]) -> None:
    expressions = {index: text for index, text in expressions.items() if index < len(numbers)}
    messages = [decode(encode(message)) for message in chunks.split(TASK_ID, numbers, expressions)]
    found = [int(number, 16) for message in messages for number in _chunk(message).numbers.split(" ")]
    assert found == numbers
    assert {
        _chunk(message).first + place: text
        for message in messages
        for place, text in (_chunk(message).expressions or {}).items()
    } == expressions


def test_every_chunk_of_a_list_has_the_caller_of_the_list() -> None:
    messages = [decode(encode(message)) for message in chunks.split(TASK_ID, [2**4_000] * 100, caller="key-1")]
    assert len(messages) > 1
    assert {message.caller for message in messages} == {"key-1"}


def _chunk(message: object) -> ChunkMessage:
    assert isinstance(message, ChunkMessage)
    return message


def test_a_number_of_ten_thousand_digits_is_not_subject_to_pythons_limit_on_digits() -> None:
    message = NumberMessage(TASK_ID, 10**10_000 - 1)
    assert decode(encode(message)) == message


@pytest.mark.parametrize("body", [NUMBER, CHUNK], ids=["number", "chunk"])
def test_a_field_that_the_decoder_does_not_know_is_ignored(body: dict[str, Any]) -> None:
    assert decode(json.dumps(body | {"priority": 3})) == decode(json.dumps(body))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param("not json", id="not JSON"),
        pytest.param("[" * 100_000, id="deep JSON"),
        pytest.param("[]", id="array"),
        pytest.param("null", id="null"),
        pytest.param("{}", id="no fields"),
        pytest.param(json.dumps(NUMBER | {"version": 2}), id="later version"),
        pytest.param(json.dumps({"task_id": TASK_ID, "number": "b"}), id="no version"),
        pytest.param(json.dumps({name: CHUNK[name] for name in CHUNK if name != "version"}), id="chunk, no version"),
        pytest.param(json.dumps(NUMBER | {"task_id": 1}), id="id is a number"),
        pytest.param(json.dumps(NUMBER | {"task_id": "nobody"}), id="id is malformed"),
        pytest.param(json.dumps(NUMBER | {"number": "xyz"}), id="not hexadecimal"),
        pytest.param(json.dumps(NUMBER | {"number": 11}), id="number is an integer"),
        pytest.param(json.dumps(NUMBER | {"round": -1}), id="negative round"),
        pytest.param(json.dumps(NUMBER | {"round": True}), id="round is a boolean"),
        pytest.param(json.dumps(NUMBER | {"expression": 1}), id="expression is a number"),
        pytest.param(json.dumps(NUMBER | {"caller": 1}), id="caller is a number"),
        pytest.param(json.dumps(CHUNK | {"numbers": ""}), id="no numbers"),
        pytest.param(json.dumps(CHUNK | {"numbers": "b  c"}), id="two spaces"),
        pytest.param(json.dumps(CHUNK | {"chunk": 0}), id="chunk 0"),
        pytest.param(json.dumps(CHUNK | {"chunk": 3}), id="chunk beyond the last"),
        pytest.param(json.dumps(CHUNK | {"expressions": [1]}), id="expressions are a list"),
        pytest.param(json.dumps(CHUNK | {"expressions": {"x": "1"}}), id="place is a word"),
    ],
)
def test_a_body_that_is_not_a_known_message_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableMessage):
        decode(body)


@given(st.text())
def test_any_text_is_decoded_or_unreadable(body: str) -> None:
    with pytest.raises(UnreadableMessage):
        decode(body)


def test_ten_chunks_fit_one_call_whatever_their_numbers() -> None:
    large = chunks.split(TASK_ID, [16**60_000] * 10)
    many = chunks.split(TASK_ID, [2**120] * 20_000)
    for messages in (large[:10], many[:10]):
        assert sum(len(encode(message)) for message in messages) < queues.MAX_BATCH_BYTES
