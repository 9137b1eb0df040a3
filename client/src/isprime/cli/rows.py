"""Write a file's rows with their results: in the format of the file, or as NDJSON if that is requested."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from isprime.cli.files import Row, Source
from isprime.numbers import to_decimal
from isprime.results import Result

#: The columns that are added to CSV. A column of the file with one of these names is replaced.
RESULT_COLUMNS = ("verdict", "proven", "factor", "base")


def factors_text(result: Result) -> str:
    """Return the prime factors as GNU's `factor` does; a part whose factors are not known is in parentheses."""
    words = []
    for factor in result.factors or ():
        digits = to_decimal(factor.number)
        words += [digits if factor.is_prime else f"({digits})"] * factor.exponent
    return " ".join(words if result.cofactor is None else [*words, f"({to_decimal(result.cofactor)})"])


class Writer:
    """Formats rows and their results as lines."""

    def __init__(self, source: Source, *, as_json: bool, factors: bool = False) -> None:
        self._source = source
        self._factors = factors
        self._columns = (*RESULT_COLUMNS, "factors") if factors else RESULT_COLUMNS
        self._as_json = as_json or source.form == "ndjson"
        self._kept = [place for place, name in enumerate(source.header) if name not in self._columns]

    def header(self) -> str:
        """Return the header line, or an empty text if the format or the file has none."""
        if self._as_json or self._source.form == "text" or not self._source.header:
            return ""
        return self._csv([*(self._source.header[place] for place in self._kept), *self._columns])

    def line(self, row: Row, result: Result) -> str:
        """Return the line of a row and its result."""
        factor = None if result.factor is None else to_decimal(result.factor)
        base = None if result.base is None else to_decimal(result.base)
        if self._as_json:
            return self._json(row, result, {"factor": factor} if factor else {"base": base} if base else None)
        if self._factors and self._source.form == "text":
            return f"{row.number}: {factors_text(result)}".rstrip() + "\n"
        if self._source.form == "text":
            witness = f"factor {factor}" if factor else f"base {base}" if base else ""
            return "\t".join(filter(None, [row.number, result.verdict, witness])) + "\n"
        added = [result.verdict, "true" if result.proven else "false", factor or "", base or ""]
        if self._factors:
            added.append(factors_text(result))
        return self._csv([*self._cells(row), *added])

    def _cells(self, row: Row) -> list[str]:
        """Return a row's cells in the columns that are kept. If there is a header, these are as many as it has."""
        if not self._source.header:
            return list(row.cells)
        return [row.cells[place] if place < len(row.cells) else "" for place in self._kept]

    def _csv(self, cells: list[str]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=self._source.delimiter, lineterminator="\n").writerow(cells)
        return text.getvalue()

    def _json(self, row: Row, result: Result, witness: dict[str, str] | None) -> str:
        found: dict[str, Any] = {
            "is_prime": result.is_prime,
            "verdict": result.verdict,
            "proven": result.proven,
            "witness": witness,
        }
        if result.factors is not None:
            found |= {
                "factors": [
                    {
                        "number": to_decimal(each.number),
                        "exponent": each.exponent,
                        "is_prime": each.is_prime,
                        "proven": each.proven,
                        "method": each.method,
                    }
                    for each in result.factors
                ],
                "complete": result.complete,
                "cofactor": None if result.cofactor is None else to_decimal(result.cofactor),
            }
        if row.json:
            # The line is kept unchanged, with numbers of any size. If a name occurs twice, the last value counts.
            own = row.json.removesuffix("}").rstrip()
            return f"{own}{'' if own == '{' else ', '}{json.dumps(found)[1:]}\n"
        own_cells = dict(zip(self._source.header, row.cells, strict=False)) or {"number": row.number}
        return json.dumps(own_cells | found) + "\n"
