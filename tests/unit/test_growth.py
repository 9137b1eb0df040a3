"""Reading takes time that grows as its text does, whatever the text repeats."""

import json
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from time import process_time

import pytest
from isprime import numbers as client_numbers
from isprime.cli import arrays, files
from isprime.moduli import formats

from chalicelib.api import queries, requests
from chalicelib.tasks import ids, messages
from primes_core import verifier

MAX_DIGITS = 10_000
#: A text that is read again from each of its places takes many seconds from here on, and a linear one milliseconds.
MAX_CHARACTERS = 40_000
MAX_SECONDS = 0.5
#: What a text begins with, what is repeated, and what ends it.
STARTS = ("", "1", "[1")
WORDS = "1 ,111 .111 ..1 _1 '111 0x1_ :c1 e1 M1 ( () + 1+ *1 ^1 ! !1 # ² ⁻² fib( binomial(1, x %20 ],[ \""
REPEATED = [*WORDS.split(), " ", "\n", "\u202f111", ":\n c1", ",wait = 1", "A=1\n", "[1]\n", "- "]
ENDS = ("", ",", "x")


def primo(text: str) -> object:
    return verifier.read(f"[PRIMO - Primality Certificate]\nFormat=4\n[Candidate]\n{text}")


READERS: dict[str, Callable[[str], object]] = {
    "a number in a body": lambda text: requests.read_submission(json.dumps({"number": text}), None, MAX_DIGITS),
    "Prefer": requests.read_wait,
    "an Idempotency-Key": requests.read_key,
    "a cursor": lambda text: queries.read_results_query({"cursor": text, "limit": text}),
    "a cursor of failed tasks": lambda text: queries.read_time({"cursor": text}),
    "a cursor of tasks": lambda text: queries.read_tasks_query({"cursor": text}, MAX_DIGITS),
    "a period": lambda text: queries.read_tasks_query({"since": text}, MAX_DIGITS),
    "a task's id": ids.is_shaped,
    "a message": messages.decode,
    "a certificate": verifier.read,
    "Primo's certificate": primo,
    "a number of a response": client_numbers.from_json,
    "a range of the command": lambda text: list(client_numbers.expand(text)),
    "a header of a file": files._is_header,
    "an array of a file": lambda text: list(arrays.elements("file", 1, f"[{text}")),
    "a line of moduli": lambda text: formats._moduli(text, "file"),
}


@pytest.mark.slow
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_text_of_40_000_characters_is_read_or_refused_within_half_a_second(read: Callable[[str], object]) -> None:
    for start, repeated, end in product(STARTS, REPEATED, ENDS):
        before = process_time()
        with suppress(Exception):
            read(start + repeated * (MAX_CHARACTERS // len(repeated)) + end)
        assert process_time() - before < MAX_SECONDS, (start, repeated, end)
