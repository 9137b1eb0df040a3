from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.primality.checks import checked
from chalicelib.primality.result import Result, Verdict, Witness, WrongResult
from tests.support.confirmation import is_confirmed

COMPOSITE = 91 * 11

WRONG = {
    "a factor that does not divide": Witness(factor=17),
    "the number itself as factor": Witness(factor=COMPOSITE),
    "1 as factor": Witness(factor=1),
    "a negative factor": Witness(factor=-7),
    "an empty witness": Witness(),
    "no witness": None,
}
WRONG_BASES = {"a base that the number passes": Witness(base=1), "a base that it divides": Witness(base=COMPOSITE)}


@pytest.mark.parametrize("witness", WRONG.values(), ids=WRONG)
def test_a_composite_with_a_wrong_witness_is_refused(witness: Witness | None) -> None:
    result = Result(COMPOSITE, Verdict.COMPOSITE, "trial division", witness)
    with pytest.raises(WrongResult, match="trial division does not check"):
        checked(result)
    assert not is_confirmed(result)


@pytest.mark.parametrize("witness", WRONG_BASES.values(), ids=WRONG_BASES)
def test_the_check_of_the_tests_refuses_a_wrong_base(witness: Witness) -> None:
    assert not is_confirmed(Result(COMPOSITE, Verdict.COMPOSITE, witness=witness))


@pytest.mark.parametrize("witness", [Witness(factor=7), Witness(base=2)], ids=["factor", "base"])
def test_a_composite_with_a_right_witness_is_returned(witness: Witness) -> None:
    result = Result(COMPOSITE, Verdict.COMPOSITE, witness=witness)
    assert checked(result) is result
    assert is_confirmed(result)


@pytest.mark.parametrize("n", [-5, 0, 1])
def test_a_number_below_2_is_only_ever_not_prime(n: int) -> None:
    result = Result(n, Verdict.NOT_PRIME, "definition")
    assert checked(result) is result
    for wrong in (
        replace(result, verdict=Verdict.PRIME),
        replace(result, verdict=Verdict.COMPOSITE, witness=Witness(factor=1)),
    ):
        with pytest.raises(WrongResult):
            checked(wrong)


def test_a_prime_with_a_witness_is_refused() -> None:
    with pytest.raises(WrongResult):
        checked(Result(97, Verdict.PRIME, witness=Witness(base=2)))


@pytest.mark.parametrize("n", [2, 3])
def test_the_least_primes_are_returned_as_prime_and_never_as_not_prime(n: int) -> None:
    result = Result(n, Verdict.PRIME, "trial division")
    assert checked(result) is result
    with pytest.raises(WrongResult):
        checked(replace(result, verdict=Verdict.NOT_PRIME))


def test_the_least_composite_is_returned_with_2_as_its_factor() -> None:
    result = Result(4, Verdict.COMPOSITE, "trial division", Witness(factor=2))
    assert checked(result) is result


@pytest.mark.parametrize("n", [2, 3])
def test_no_number_below_4_is_composite(n: int) -> None:
    with pytest.raises(WrongResult):
        checked(Result(n, Verdict.COMPOSITE, witness=Witness(base=2)))
