from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality.checks import checked, is_consistent, refutes
from chalicelib.primality.result import Result, Verdict, Witness, WrongResult

COMPOSITE = 91 * 11

WRONG = {
    "a factor that does not divide": Witness(factor=17),
    "the number itself as factor": Witness(factor=COMPOSITE),
    "1 as factor": Witness(factor=1),
    "a negative factor": Witness(factor=-7),
    "a base that the number passes": Witness(base=1),
    "a base that the number divides": Witness(base=COMPOSITE),
    "an empty witness": Witness(),
    "no witness": None,
}


@pytest.mark.parametrize("witness", WRONG.values(), ids=WRONG)
def test_a_composite_with_a_wrong_witness_is_refused(witness: Witness | None) -> None:
    with pytest.raises(WrongResult, match="trial division does not check"):
        checked(Result(COMPOSITE, Verdict.COMPOSITE, "trial division", witness))


@pytest.mark.parametrize("witness", [Witness(factor=7), Witness(base=2)], ids=["factor", "base"])
def test_a_composite_with_a_right_witness_is_returned(witness: Witness) -> None:
    result = Result(COMPOSITE, Verdict.COMPOSITE, witness=witness)
    assert checked(result) is result


@pytest.mark.parametrize("n", [-5, 0, 1])
def test_a_number_below_2_is_consistent_only_as_not_prime(n: int) -> None:
    result = Result(n, Verdict.NOT_PRIME, "definition")
    assert is_consistent(result)
    assert not is_consistent(replace(result, verdict=Verdict.PRIME))
    assert not is_consistent(replace(result, verdict=Verdict.COMPOSITE, witness=Witness(factor=1)))


def test_a_prime_with_a_witness_is_refused() -> None:
    assert not is_consistent(Result(97, Verdict.PRIME, witness=Witness(base=2)))


@given(st.integers(1000, 2**60).map(sympy.nextprime), st.integers(2, 2**64))
def test_no_base_refutes_a_prime(p: int, base: int) -> None:
    assert not refutes(base, mpz(p))
