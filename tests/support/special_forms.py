"""What the tests of special forms share."""

from __future__ import annotations

from gmpy2 import mpz
from hypothesis import strategies as st

from chalicelib.primality.progress import ignore
from chalicelib.primality.result import Result, Verdict
from chalicelib.primality.special_forms import special_form
from tests.support.confirmation import is_confirmed

#: Pairs (k, m) with odd k < 2^m.
shapes = st.integers(4, 90).flatmap(
    lambda m: st.tuples(st.integers(0, 2 ** (m - 1) - 1).map(lambda half: 2 * half + 1), st.just(m))
)


def is_prime(n: int) -> bool | None:
    """Return what the test of n's special form says, None if it has none; check the witness of a composite."""
    decision = special_form(mpz(n), ignore)
    if decision is None:
        return None
    if decision.witness is not None:
        assert is_confirmed(Result(n, Verdict.COMPOSITE, decision.method, decision.witness))
    return decision.witness is None
