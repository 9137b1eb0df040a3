"""A verdict as a task's record keeps it and as clients read it."""

from __future__ import annotations

from typing import Any

from chalicelib.numbers.integers import to_decimal
from chalicelib.primality.result import Result, Witness


def of_verdict(verdict: Result) -> dict[str, Any]:
    """Return a single number's result; `number` is decimal, `certificate` tells whether there is one."""
    return {
        "number": to_decimal(verdict.number),
        "is_prime": verdict.is_prime,
        "verdict": verdict.verdict,
        "proven": verdict.proven,
        "method": verdict.method,
        "witness": witness_json(verdict.witness),
        "certificate": verdict.has_certificate,
        "seconds": float(f"{verdict.seconds:.3g}"),
    }


def witness_json(witness: Witness | None) -> dict[str, str] | None:
    """Return `{"factor": "3"}`, `{"base": "2", "kind": "strong"}` or None."""
    if witness is None:
        return None
    if witness.factor is not None:
        return {"factor": to_decimal(witness.factor)}
    return {"base": str(witness.base), "kind": "strong"}
