"""A file of numbers as text, CSV, NDJSON or a JSON array: its format, and its rows, which are read as needed."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from operator import index
from pathlib import PurePath
from typing import Any, Literal, TextIO

from isprime.cli.app import Failure
from isprime.cli.arrays import elements
from isprime.evaluation import MAX_DIGITS
from isprime.numbers import SIGN, expand, to_decimal
from primes_core.notation.expressions import parse
from primes_core.notation.integers import NotANumber, TooLarge

Form = Literal["text", "csv", "ndjson"]

#: The maximum length of a line and of a cell of CSV, so that a file without line ends does not fill the memory.
MAX_LINE_CHARACTERS = 10_000_000
#: A JSON array is read as a whole.
MAX_ARRAY_CHARACTERS = 100_000_000
#: The format of a file by the suffix of its name.
SUFFIXES: dict[str, Form] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "ndjson",
}
#: The columns that are looked for if none is given.
COLUMNS = ("number", "n")
DELIMITERS = ",;\t"

#: What may be a header: a word, or several.
_WORDS = re.compile(r"[^\W\d][\w.-]*( [^\W\d][\w.-]*)*")

#: A line of `openssl x509 -modulus` and `openssl rsa -modulus`.
_MODULUS = re.compile(r"Modulus=([0-9A-Fa-f]+)")

Line = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A number of a file, the number of its line, and that line's cells (CSV) or its JSON."""

    line: int
    number: str
    cells: tuple[str, ...] = ()
    json: str = ""


@dataclass(slots=True)
class Source:
    """A file of numbers.

    Attributes:
        name: The file's name for messages.
        form: Its format.
        rows: The rows that have a number.
        header: The names of the columns, where the file has them.
        delimiter: What separates the cells of CSV.
        header_line: The number of the line that is taken for a header, 0 if there is none.
        without_number: How many rows had no number, so far.
    """

    name: str
    form: Form
    rows: Iterator[Row]
    header: tuple[str, ...] = ()
    delimiter: str = ","
    header_line: int = 0
    without_number: int = 0


def read(stream: TextIO, name: str, column: str | None) -> Source:
    """Return the numbers of a file, whose name, or else its first line, determines its format.

    Raises:
        Failure: the file cannot be read, or it is not known which column has the numbers.
    """
    rest = _lines(stream, name)
    first = next((line for line in rest if line[1].strip()), (1, ""))
    lines = chain([first], rest)
    form = SUFFIXES.get(PurePath(name).suffix.lower()) or _form(first[1], column)
    if form == "csv":
        return _csv(name, first, lines, column)
    source = Source(name, form, iter(()))
    if form == "text":
        source.rows = _text_rows(source, lines)
    elif first[1].lstrip().startswith("["):
        source.rows = _array_rows(source, lines, column)
    else:
        source.rows = _ndjson_rows(source, lines, column)
    return source


def _lines(stream: TextIO, name: str) -> Iterator[Line]:
    line_number = 0
    try:
        while line := stream.readline(MAX_LINE_CHARACTERS):
            line_number += 1
            if len(line) == MAX_LINE_CHARACTERS:
                raise Failure(f"{name}, line {line_number}: it is too long for a line of numbers.")
            yield line_number, line
    except UnicodeDecodeError:
        raise Failure(
            f"{name}, near line {line_number + 1}: this is not text in UTF-8; save the file as UTF-8."
        ) from None


def _form(line: str, column: str | None) -> Form:
    if line.lstrip()[:1] in {"{", '"', "["}:
        return "ndjson"
    return "csv" if column else "text"


def _text_rows(source: Source, lines: Iterator[Line]) -> Iterator[Row]:
    for count, (line_number, line) in enumerate(lines):
        text = line.strip()
        if count == 0 and _is_header(text):
            source.header_line = line_number
        elif text:
            yield from (Row(line_number, number) for number in _numbers(text))


def _numbers(text: str) -> Iterator[str]:
    """Yield the numbers of a range as digits, and the number of a modulus; any other text as it is."""
    if modulus := _MODULUS.fullmatch(text):
        text = f"0x{modulus[1].lower()}"
    for number in expand(text):
        yield number if isinstance(number, str) else to_decimal(index(number))


def _is_header(text: str) -> bool:
    """Return whether a text is a word and no number: `prime` is, `M31` is not."""
    if not _WORDS.fullmatch(text) or SIGN in text:
        return False
    try:
        parse(text, MAX_DIGITS)
    except NotANumber:
        return True
    except TooLarge:
        pass
    return False


def _csv(name: str, first: Line, lines: Iterator[Line], column: str | None) -> Source:
    line_number, line = first
    delimiter = max(DELIMITERS, key=line.count)
    csv.field_size_limit(MAX_LINE_CHARACTERS)
    cells = next(csv.reader([line], delimiter=delimiter), [])
    named = [cell.strip() for cell in cells]
    index = _column_index(name, named, column)
    source = Source(name, "csv", iter(()), delimiter=delimiter)
    if named and (named[index] == column or _is_header(named[index])):
        source.header = tuple(named)
        source.header_line = line_number
        next(lines, None)
    source.rows = _csv_rows(source, lines, index)
    return source


def _column_index(name: str, cells: list[str], column: str | None) -> int:
    """Return the index of the column that is given by its number from 1, or named, or that is the only one."""
    if column and column.isascii() and column.isdigit() and 0 < int(column) <= len(cells):
        return int(column) - 1
    if column in cells:
        return cells.index(str(column))
    if column is None:
        known = [cell for cell in COLUMNS if cell in cells]
        if known or len(cells) <= 1:
            return cells.index(known[0]) if known else 0
    shown = ", ".join(cells)[:200]
    raise Failure(f"{name}: name the column of the numbers by --column. The first line has: {shown}")


def _csv_rows(source: Source, lines: Iterator[Line], column: int) -> Iterator[Row]:
    line_number = 1

    def texts() -> Iterator[str]:
        nonlocal line_number
        for line_number, line in lines:  # noqa: B007 - the line of the row that the reader gives next
            yield line

    try:
        for cells in csv.reader(texts(), delimiter=source.delimiter):
            number = cells[column].strip() if column < len(cells) else ""
            if number:
                before, after = cells[:column], cells[column + 1 :]
                for each in _numbers(number):
                    yield Row(line_number, each, cells=(*before, cells[column] if each == number else each, *after))
            elif cells:
                source.without_number += 1
    except csv.Error as error:
        raise Failure(f"{source.name}, line {line_number}: this is not CSV: {error}.") from None


def _ndjson_rows(source: Source, lines: Iterator[Line], column: str | None) -> Iterator[Row]:
    for line_number, line in lines:
        text = line.strip()
        if not text:
            continue
        try:
            value = json.loads(text, parse_int=str, parse_float=str)
        except (ValueError, RecursionError):
            raise Failure(f"{source.name}, line {line_number}: this is not a line of JSON.") from None
        yield from _json_row(source, line_number, value, text, column)


def _array_rows(source: Source, lines: Iterator[Line], column: str | None) -> Iterator[Row]:
    start = 0
    whole = ""
    for line_number, line in lines:
        start = start or line_number
        whole += line
        if len(whole) > MAX_ARRAY_CHARACTERS:
            raise Failure(f"{source.name}: it is too long for a JSON array; write a number on each line.")
    for offset, value, text in elements(source.name, start, whole):
        yield from _json_row(source, start + whole.count("\n", 0, offset), value, text, column)


def _json_row(source: Source, line_number: int, value: Any, text: str, column: str | None) -> Iterator[Row]:  # noqa: ANN401 - JSON
    """Yield the row of a JSON value, or nothing if it has no number."""
    name = "number"
    if isinstance(value, dict):
        name = column or next((known for known in COLUMNS if known in value), name)
        number = value.get(name)
        if number is None and column is None:
            raise Failure(f"{source.name}, line {line_number}: name the field of the number by --column.")
    else:
        number, text = value, f'{{"number": {text}}}'
    if number is None or number == "":
        source.without_number += 1
    elif isinstance(number, str):
        for each in _numbers(number):
            # Of two fields with the same name the last one counts.
            own = text if each == number else f'{text[:-1]}, {json.dumps(name)}: "{each}"}}'
            yield Row(line_number, each, json=own)
    else:
        raise Failure(f"{source.name}, line {line_number}: the number is neither an integer nor a string.")
