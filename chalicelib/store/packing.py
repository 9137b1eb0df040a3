"""The results of a chunk as one attribute: a line for each number, deflated.

A line is `<decimal> <letter>[ <witness>]`: the letter is the verdict's, the witness is `f` and a factor or `b` and a
base.
"""

from __future__ import annotations

import zlib

from chalicelib.numbers.integers import parse_integer, to_decimal
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.settings import MAX_DIGITS_LIMIT

_LETTERS = {
    Verdict.PRIME: "P",
    Verdict.PROBABLE_PRIME: "Q",
    Verdict.COMPOSITE: "C",
    Verdict.NOT_PRIME: "N",
}
_VERDICTS = {letter: verdict for verdict, letter in _LETTERS.items()}

#: zlib's fastest level: the others make the data little smaller.
_LEVEL = 1


def pack(results: list[Result]) -> bytes:
    """Return the results of a chunk, packed."""
    return deflate("\n".join([_line(result) for result in results]))


def deflate(lines: str) -> bytes:
    """Return lines of results, joined by newlines, as the attribute that `unpack` reads."""
    return zlib.compress(lines.encode("ascii"), level=_LEVEL)


def unpack(packed: bytes) -> list[Result]:
    """Return the results that were packed; they have no method and no time."""
    return [_result(line) for line in zlib.decompress(packed).decode("ascii").split("\n")]


def _line(result: Result) -> str:
    line = f"{to_decimal(result.number)} {_LETTERS[result.verdict]}"
    witness = result.witness
    if witness is None:
        return line
    return f"{line} b{witness.base}" if witness.factor is None else f"{line} f{to_decimal(witness.factor)}"


def _result(line: str) -> Result:
    number, letter, *witness = line.split(" ")
    return Result(
        number=parse_integer(number, MAX_DIGITS_LIMIT),
        verdict=_VERDICTS[letter],
        witness=_witness(witness[0]) if witness else None,
    )


def _witness(text: str) -> Witness:
    value = parse_integer(text[1:], MAX_DIGITS_LIMIT)
    return Witness(factor=value) if text[0] == "f" else Witness(base=value)
