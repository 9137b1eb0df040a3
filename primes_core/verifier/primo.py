"""Certificates in Primo's format 4, as Primo and PARI's `primecertexport` write them.

M. Martin, "Primo - Primality certificate file format", version 4. The rows have S, W, T and either J or A and B:
N + 1 - W = S·R, A = 3J(1728 - J), B = 2J(1728 - J)², L = T³ + AT + B; the curve is y² = x³ + AL²x + BL³, and the point
(TL, L²). R is the N of the next row.
"""

from __future__ import annotations

import re

from . import curves
from .curves import Step
from .integers import to_integer
from .proofs import CurveChain
from .refusals import Allowance, TooMuchWork, Unreadable
from .vectors import MAX_ENTRIES

HEADER = "[PRIMO - Primality Certificate]"
#: A line that begins a section, or that has a field; all others are comments.
_LINE = re.compile(r"^[ \t]*(?:(\[[^\n]*)|([A-Z])=(-?)(\$|0x)?([0-9A-Fa-f]+)[ \t\r]*$)", re.ASCII | re.MULTILINE)


def read(text: str, allowance: Allowance) -> tuple[str, CurveChain]:
    """Return the kind of a certificate and its proof, whose work is taken off an allowance.

    Raises:
        Unreadable: it is not in Primo's format 4.
        TooMuchWork: it has too many lines or digits, or its check takes more than the allowance.
    """
    if not re.search(r"^Format=4\s*$", text[:2000], re.MULTILINE):
        raise Unreadable("It is not in Primo's format 4: the line Format=4 is missing.")
    candidate, rows = _sections(text)
    if "N" not in candidate or not rows:
        raise Unreadable("This is not a certificate of Primo: the section [Candidate] with N, or [1], is missing.")
    steps = []
    n = candidate["N"]
    for index, row in enumerate(rows, 1):
        if n < 1:
            raise Unreadable(f"Row {index:,} is about a number below 1.")
        allowance.spend(curves.work(n))
        step = _step(n, row, index)
        steps.append(step)
        n = step.q
    return "elliptic curves, Primo's format", CurveChain(steps)


def _sections(text: str) -> tuple[dict[str, int], list[dict[str, int]]]:
    """Return the fields of the section [Candidate] and of the numbered ones, in their order."""
    candidate: dict[str, int] = {}
    rows: list[dict[str, int]] = []
    section: dict[str, int] | None = None
    for count, match in enumerate(_LINE.finditer(text), 1):
        if count > MAX_ENTRIES:
            raise TooMuchWork(f"A certificate has at most {MAX_ENTRIES:,} lines with fields.")
        title, name, minus, prefix, digits = match.groups()
        if title:
            section = candidate if title.rstrip() == "[Candidate]" else None
            if title.rstrip() == f"[{len(rows) + 1}]":
                section = {}
                rows.append(section)
        elif section is not None:
            if name in section:
                raise Unreadable(f"This is not a certificate of Primo: a section has {name} twice.")
            if not prefix and not digits.isdecimal():
                raise Unreadable("This is not a certificate of Primo: hexadecimal digits begin with $ or 0x.")
            section[name] = to_integer(minus + digits, 16 if prefix else 10)
    return candidate, rows


def _step(n: int, row: dict[str, int], index: int) -> Step:
    if not ({"S", "W", "T", "J"} <= row.keys() or {"S", "W", "T", "A", "B"} <= row.keys()):
        raise Unreadable(f"Row {index:,} is not one of elliptic curves, with S, W, T and J, or S, W, T, A and B.")
    t = row["T"] % n
    if "J" in row:
        j = row["J"] % n
        a, b = 3 * j * (1728 - j) % n, 2 * j * (1728 - j) ** 2 % n
    else:
        a, b = row["A"] % n, row["B"] % n
    length = (t**3 + a * t + b) % n
    q = curves.cofactor(n, row["W"], row["S"])
    return Step(n, a * length**2 % n, b * length**3 % n, t * length % n, length**2 % n, row["S"], q)
