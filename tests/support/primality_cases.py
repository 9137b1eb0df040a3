"""The collected cases of `../shared/primes/cases.jsonl`, read in place."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from chalicelib.numbers.integers import parse_integer

PATH = Path(__file__).parents[3] / "shared" / "primes" / "cases.jsonl"


@dataclass(frozen=True)
class Case:
    n: int
    prime: bool
    source: str


def cases(least_bits: int, most_bits: int) -> list[Case]:
    """Return the cases of so many bits, or skip the test where the file is absent: with CI set, fail."""
    if not PATH.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{PATH} is absent: CI runs every case")
        pytest.skip(f"{PATH} is absent")
    return [case for case in _read() if least_bits <= case.n.bit_length() <= most_bits]


@cache
def _read() -> list[Case]:
    rows = [json.loads(line) for line in PATH.read_text().splitlines()]
    return [Case(parse_integer(row["n"], 20_000), row["prime"], row["source"]) for row in rows]
