"""Reading takes time that grows as its text does: of twice the length, at most 2.5 times the steps."""

import json
from collections.abc import Callable

import pytest
from isprime import numbers as client_numbers
from isprime.cli import arrays, files
from isprime.moduli import formats

from chalicelib.api import queries, requests
from chalicelib.tasks import ids, messages
from primes_core import verifier
from tests.support.counted_steps import Steps

MAX_DIGITS = 10_000
#: A text that is read again from each repetition takes 3 times the steps of half of it from here on.
REPETITIONS = 20
#: What a text begins with, what is repeated, and what ends it.
STARTS = ("", "1", "[1")
REPEATED = [
    "1",
    ",111",
    ".111",
    "..1",
    "_1",
    "'111",
    "\u202f111",
    " ",
    "\n",
    "0x1_",
    ":c1",
    ":\n c1",
    "e1",
    "M1",
    "(",
    "()",
    "+",
    "1+",
    "*1",
    "^1",
    "!",
    "!1",
    "#",
    "²",
    "⁻²",
    "fib(",
    "binomial(1,",
    "x",
    "%20",
    "],[",
    ",wait = 1",
    '"',
    "A=1\n",
    "[1]\n",
    "- ",
]
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
def test_twice_the_text_takes_at_most_two_and_a_half_times_the_steps(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object]
) -> None:
    steps = Steps(monkeypatch)
    texts = [(start, repeated, end) for start in STARTS for repeated in REPEATED for end in ENDS]
    slow = []
    for start, repeated, end in texts:
        once, twice = (steps.of(read, start + repeated * times + end) for times in (REPETITIONS, 2 * REPETITIONS))
        if twice > 2.5 * once:
            slow.append((start, repeated, end, once, twice))
    assert slow == []
