"""The results of a list as text, a line for each number, without the number itself.

A line is `<letter>[ <witness>]`: the letter is the verdict's, the witness is `f` and a factor or `b` and a strong base.
Where factors are asked for, ` =` and they follow: see `factorization.notation`. This module needs no native library.
"""

from __future__ import annotations

from chalicelib.primality.result import Result, Verdict, Witness
from primes_core.notation.integers import from_decimal, to_decimal

LETTERS = {
    Verdict.PRIME: "P",
    Verdict.PROBABLE_PRIME: "Q",
    Verdict.COMPOSITE: "C",
    Verdict.NOT_PRIME: "N",
}
VERDICTS = {letter: verdict for verdict, letter in LETTERS.items()}
_PRIMES = {LETTERS[Verdict.PRIME], LETTERS[Verdict.PROBABLE_PRIME]}


def write_line(result: Result) -> str:
    """Return the line of a result, without its method and time."""
    letter, witness = LETTERS[result.verdict], result.witness
    if witness is None:
        return letter
    return f"{letter} b{witness.base}" if witness.factor is None else f"{letter} f{to_decimal(witness.factor)}"


def read_line(number: int, line: str) -> Result:
    """Return the result of a number from its line; it has no method and no time."""
    letter, *witness = line.split(" ")
    return Result(number, VERDICTS[letter], witness=_witness(witness[0]) if witness else None)


def is_prime(line: str) -> bool:
    """Return whether the result of a line is a prime or a probable prime."""
    return line[0] in _PRIMES


def _witness(text: str) -> Witness:
    value = from_decimal(text[1:])
    return Witness(factor=value) if text[0] == "f" else Witness(base=value)
