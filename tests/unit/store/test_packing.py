"""The results of a chunk are read as they were written, and fit an item of the table."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality.batch import join_results
from chalicelib.primality.lines import read_line
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.primality.screening import screen
from chalicelib.store import packing
from chalicelib.tasks import chunks, ids

#: Bytes of an item. Source: Amazon DynamoDB Developer Guide, "Quotas".
MAX_ITEM_BYTES = 400 * 1024


@given(st.lists(st.integers(min_value=-(2**70), max_value=2**70), min_size=1, max_size=50))
def test_results_are_unpacked_as_they_were_packed(numbers: list[int]) -> None:
    results = [screen(number) for number in numbers]
    kept = [replace(result, method="", seconds=0.0) for result in results]
    lines = packing.unpack(packing.pack(join_results(results).text))
    assert [read_line(line) for line in lines] == kept


def test_the_results_of_the_largest_chunk_fit_an_item_without_deflating() -> None:
    bits = chunks.MAX_CHUNK_CHARACTERS * 4 // chunks.MAX_CHUNK_NUMBERS - 12
    numbers = [2**bits - 2] * chunks.MAX_CHUNK_NUMBERS
    message = chunks.split(ids.new_id(), numbers)[0]
    results = [
        Result(int(number, 16), Verdict.COMPOSITE, witness=Witness(factor=int(number, 16) // 2))
        for number in message.numbers.split(" ")
    ]
    assert len(join_results(results).text) < MAX_ITEM_BYTES
