"""The results of single numbers and of a list's chunks as attributes of items, and back.

A single result is JSON text: DynamoDB's numbers have 38 digits. Factors are deflated text: a number of 100,000 digits
may have 20,000 of them. Source of the forms: `primality.lines` and `factorization.notation`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from chalicelib.factorization import notation
from chalicelib.numbers import chunk_text
from chalicelib.primality.lines import is_prime, read_line
from chalicelib.primality.result import Result, Verdict, Witness
from chalicelib.store.table import Item
from chalicelib.tasks.messages import ChunkMessage
from chalicelib.tasks.task import Found, ListResult
from primes_core.notation.integers import from_decimal, to_decimal


def to_item(found: Found) -> Item:
    """Return the attributes of what was found of a number: none for what is not known."""
    values = {
        "result": None if found.result is None else _to_json(found.result),
        "factors": None if found.factorization is None else _deflate(notation.write(found.factorization).encode()),
        "computed_at": found.computed_at,
        "certificate_key": found.certificate_key,
    }
    return {name: value for name, value in values.items() if value is not None}


def from_item(item: Item) -> dict[str, Any]:
    """Return the fields of `Found` that an item has."""
    return {
        "result": _from_json(item["result"]) if "result" in item else None,
        "factorization": notation.read(_inflate(item["factors"])) if "factors" in item else None,
        "computed_at": item.get("computed_at"),
        "certificate_key": item.get("certificate_key"),
    }


def _to_json(result: Result) -> str:
    number, witness = result.number, result.witness
    fields: dict[str, Any] = {
        "number": str(number) if number.bit_length() <= 64 else to_decimal(number),
        "verdict": result.verdict,
        "method": result.method,
        "seconds": float(f"{result.seconds:.3g}"),
    }
    if witness is not None:
        fields["witness"] = {"base": witness.base} if witness.factor is None else {"factor": to_decimal(witness.factor)}
    if result.has_certificate:
        fields["certificate"] = True
    return json.dumps(fields, separators=(",", ":"))


def _from_json(text: str) -> Result:
    fields = json.loads(text)
    witness = fields.get("witness")
    if witness is not None:
        witness = Witness(from_decimal(witness["factor"])) if "factor" in witness else Witness(base=witness["base"])
    return Result(
        number=from_decimal(fields["number"]),
        verdict=Verdict(fields["verdict"]),
        method=fields["method"],
        witness=witness,
        has_certificate=fields.get("certificate", False),
        seconds=fields["seconds"],
    )


def chunk_to_item(message: ChunkMessage, lines: bytes) -> Item:
    """Return the attributes of a chunk whose numbers have these lines of results.

    They are deflated, because DynamoDB counts each KiB. 5,000 random 64-bit numbers, whose text repeats nothing, have
    40,100 bytes in 0.4 ms by Huffman codes alone, and 40,400 in 1.5 ms with a search for what repeats. By that their
    results have 4,000 in 0.2 ms, at level 6 3,500.
    """
    item: Item = {
        "first": message.first,
        "numbers": _deflate(message.numbers.encode(), 4, zlib.Z_HUFFMAN_ONLY),
        "results": _deflate(lines, 4),
    }
    return item | ({"expressions": json.dumps(message.expressions)} if message.expressions else {})


class StoredLine(NamedTuple):
    """The result of one number of a chunk, as it is stored."""

    #: The place in its list of the chunk's first number, and the number's place in its chunk, both from 0.
    first: int
    place: int
    number: int
    verdict: str
    factors: str
    expression: str | None

    def result(self) -> ListResult:
        """Return the result."""
        known = notation.read(self.factors) if self.factors else None
        return ListResult(self.first + self.place, read_line(self.number, self.verdict), self.expression, known)


def chunk_from_item(item: Item, start: int, *, primes: bool | None = None) -> Iterator[StoredLine]:
    """Yield the results of a chunk from a place on: all, the primes and probable primes alone, or the others."""
    if "results" not in item:  # its message is kept here: the chunk has failed
        return
    numbers, lines = chunk_text.read(_inflate(item["numbers"])), _inflate(item["results"]).split("\n")
    expressions, first = json.loads(item.get("expressions", "{}")), int(item["first"])
    for place, (number, line) in enumerate(zip(numbers, lines, strict=True)):
        if place >= start and (primes is None or is_prime(line) == primes):
            verdict, _, factors = line.partition(" =")
            yield StoredLine(first, place, number, verdict, factors, expressions.get(str(place)))


def _deflate(text: bytes, level: int = 6, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    deflater = zlib.compressobj(level=level, strategy=strategy)
    return deflater.compress(text) + deflater.flush()


def _inflate(data: bytes) -> str:
    return zlib.decompress(data).decode()
