"""Numbers of any size are converted to JSON and back."""

from __future__ import annotations

import json
from typing import SupportsIndex

from hypothesis import given
from hypothesis import strategies as st

from isprime.numbers import from_json, to_decimal, to_json

ANY_SIZE = st.integers(0, 30_000).flatmap(lambda bits: st.integers(-(2**bits), 2**bits))


@given(number=ANY_SIZE)
def test_an_integer_reads_back_as_itself(number: int) -> None:
    sent = json.loads(json.dumps(to_json(number)))
    assert (int(sent, 16) if isinstance(sent, str) else sent) == number
    assert from_json(to_decimal(number)) == number


def test_a_string_is_sent_without_the_space_around_it() -> None:
    assert to_json(" 2^127-1\n") == "2^127-1"


def test_what_counts_as_an_integer_for_python_is_sent_as_one() -> None:
    class Three(SupportsIndex):
        def __index__(self) -> int:
            return 3

    assert to_json(Three()) == 3
