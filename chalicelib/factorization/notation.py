"""The factors of a number as a short text for the table.

Factors are separated by commas: `3^2Pt,73Pt,91Cx`. Each is its digits, its exponent unless that is 1, the letter of its
verdict as in `primality.lines`, the letter of the method that found it, and `*` if its certificate is stored. The
cofactor has the letter `x` and comes last. Then follow the algebraic parts, each with the places of its factors:
`;2^2+1:1.3;2^4+1:2`. This module needs no native library.
"""

from __future__ import annotations

import re

from chalicelib.factorization.factors import ITSELF, KNOWN, Factor, Factorization, Part
from chalicelib.primality.lines import LETTERS, VERDICTS
from primes_core.notation.integers import from_decimal, to_decimal

#: How a factor is found, with the letters that stand for it.
METHODS = {
    "t": "trial division",
    "a": "algebraic",
    "p": "perfect power",
    "r": "Pollard rho",
    "f": "Fermat",
    "m": "p ± 1",
    "e": "ECM",
    "q": "quadratic sieve",
    "k": KNOWN,
    "n": ITSELF,
}
_LETTERS = {method: letter for letter, method in METHODS.items()}
_FACTOR = re.compile(r"([0-9]+)(?:\^([0-9]+))?([PQC])([a-z])(\*?)", re.ASCII)
_COFACTOR = "Cx"


def write(factorization: Factorization) -> str:
    """Return the text of a factorization."""
    texts = [_write(factor) for factor in factorization.factors]
    if factorization.cofactor is not None:
        texts.append(to_decimal(factorization.cofactor) + _COFACTOR)
    return ";".join([",".join(texts), *map(_write_part, factorization.parts)])


def read(text: str) -> Factorization:
    """Return the factorization of a text."""
    text, *parts = text.split(";")
    texts = text.split(",") if text else []
    cofactor = texts.pop().removesuffix(_COFACTOR) if texts and texts[-1].endswith(_COFACTOR) else None
    return Factorization(
        [_read(each) for each in texts],
        None if cofactor is None else from_decimal(cofactor),
        [_read_part(each) for each in parts],
    )


def _write(factor: Factor) -> str:
    exponent = f"^{factor.exponent}" if factor.exponent > 1 else ""
    letters = LETTERS[factor.verdict] + _LETTERS[factor.method] + ("*" if factor.has_certificate else "")
    return to_decimal(factor.number) + exponent + letters


def _read(text: str) -> Factor:
    found = _FACTOR.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is not a factor")
    number, exponent, letter, method, star = found.groups()
    return Factor(from_decimal(number), int(exponent or 1), VERDICTS[letter], METHODS[method], bool(star))


def _write_part(part: Part) -> str:
    return f"{part.notation}:{'.'.join(map(str, part.factors))}"


def _read_part(text: str) -> Part:
    notation, _, places = text.partition(":")
    return Part(notation, tuple(map(int, places.split("."))))
