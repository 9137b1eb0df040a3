"""Numbers whose primality is known, from `tests/data/primality_cases.jsonl.gz`."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chalicelib.numbers.integers import parse_integer

PATH = Path(__file__).parents[1] / "data" / "primality_cases.jsonl.gz"


@dataclass(frozen=True)
class Case:
    #: The number.
    n: int
    #: Whether it is prime.
    prime: bool
    #: Where it comes from.
    source: str


def cases(min_bits: int, max_bits: int) -> list[Case]:
    """Return the cases of `min_bits` to `max_bits` bits."""
    return [case for case in _read() if min_bits <= case.n.bit_length() <= max_bits]


@cache
def _read() -> list[Case]:
    rows = [json.loads(line) for line in gzip.decompress(PATH.read_bytes()).splitlines()]
    return [Case(parse_integer(row["n"], 20_000), row["prime"], row["source"]) for row in rows]
