"""Primo's format 4 of a certificate by elliptic curves."""

from __future__ import annotations

from primes_core.verifier.curves import Step

_HEAD = "[PRIMO - Primality Certificate]\nFormat=4\nTestCount={count}\n\n[Comments]\nMade of PARI's format.\n\n"


def write(steps: list[Step]) -> str:
    """Return the certificate. A, B and T of a row are a, b and x, because (x, y) has T³ + AT + B = L = y².

    The curve of the row is then y² = x³ + AL²x + BL³ with the point (TL, L²): the curve and the point of the step in
    other coordinates, x·y² and y·y³. Hexadecimal digits begin with $, which every reader of the format takes.
    """
    sections = [f"[Candidate]\nN={_hexadecimal(steps[0].n)}\n\n"]
    for index, step in enumerate(steps, 1):
        fields = {
            "S": step.s,
            "W": step.n + 1 - step.s * step.q,
            "A": _centred(step.a, step.n),
            "B": _centred(step.b, step.n),
            "T": step.x,
        }
        lines = "".join(f"{name}={_hexadecimal(value)}\n" for name, value in fields.items())
        sections.append(f"[{index}]\n{lines}\n")
    return _HEAD.format(count=len(steps)) + "".join(sections)


def _centred(value: int, n: int) -> int:
    """Return the representative of a value modulo n of the least size: readers require |A|, |B| ≤ N/2."""
    return value - n if 2 * value > n else value


def _hexadecimal(value: int) -> str:
    return f"{'-' if value < 0 else ''}${abs(value):X}"
