from collections.abc import Callable
from dataclasses import replace

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality import screening, small_primes, strong_test
from chalicelib.primality.result import Verdict, Witness, WrongResult, proper_factor
from chalicelib.primality.screening import needs_proof, screen, screen_thoroughly, trial_division
from primes_core.notation.arithmetic import primes_to
from tests.support.primality import cases, is_confirmed

SIZES = [(0, 64), (65, 2200), (2201, 9000), (9001, 40_000)]


@pytest.mark.parametrize(
    ("min_bits", "max_bits"),
    [pytest.param(a, b, id=f"{a}-{b} bits", marks=[pytest.mark.deep] if a > 0 else []) for a, b in SIZES],
)
def test_every_collected_case_is_right_and_can_be_checked(min_bits: int, max_bits: int) -> None:
    results = [(case, screen(case.n)) for case in cases(min_bits, max_bits)]
    assert results
    assert [case.source for case, result in results if result.is_prime != case.prime] == []
    assert [case.source for case, result in results if not is_confirmed(result)] == []


@pytest.mark.deep
def test_verdicts_agree_with_the_sieve_of_eratosthenes_below_a_million() -> None:
    assert [n for n in range(1_000_000) if screen(n).is_prime] == primes_to(999_999)


@given(st.integers(-(2**70), strong_test.PSI_13 - 1))
def test_below_the_bound_of_the_strong_test_the_verdict_is_proven_and_that_of_sympy(n: int) -> None:
    result = screen(n)
    assert result.proven
    assert result.is_prime == sympy.isprime(n)
    assert is_confirmed(result)


factors = st.integers(2, 2**200) | st.integers(2**100, 2**150).map(sympy.nextprime)


@given(factors, factors)
def test_a_product_is_composite_with_a_witness_that_checks(a: int, b: int) -> None:
    result = screen(a * b)
    assert result.verdict is Verdict.COMPOSITE
    assert result.proven
    assert is_confirmed(result)


#: Numbers, the method that decides, and whether a proof is to follow.
METHODS = [
    (1, "definition", False),
    (97, "trial division", False),
    (91, "trial division", False),
    (2**61 - 1, "Baillie-PSW below 2^64", False),
    (2**64 + 13, "strong test to 13 prime bases", True),
    (2**127 - 1, "Lucas-Lehmer", False),
    (2**256 + 1, "Pépin", False),
    ((10**100 + 267) * (2**127 - 1), "strong test to base 2", False),
    (3 * 2**189 + 1, "Proth to base 5", False),
    (3 * 2**94 - 1, "Lucas-Lehmer-Riesel", False),
    (10**100 + 267, "Baillie-PSW", True),
]


@pytest.mark.parametrize(("n", "method", "needed"), METHODS, ids=[method for _, method, _ in METHODS])
def test_the_first_test_that_decides_is_the_method_and_may_leave_a_proof(n: int, method: str, *, needed: bool) -> None:
    result = screen(n)
    assert result.method == method
    assert needs_proof(result) == needed


FORGED = {"a factor that does not divide": lambda _: 7, "the number itself": lambda n: int(n) + 1}


@pytest.mark.parametrize("search", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("decide", [screen, screen_thoroughly, trial_division])
def test_a_wrong_factor_never_leaves_the_engine(
    decide: Callable[[int], object], search: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small_primes, "smallest_factor", search)
    with pytest.raises(WrongResult):
        decide(121)


def test_a_wrong_factor_of_the_thorough_search_never_leaves_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "find_factor", lambda _: ("Pollard rho", 7))
    with pytest.raises(WrongResult, match="not a proper factor"):
        screen_thoroughly(1_000_003 * 1_000_033)


def test_a_thorough_screening_replaces_a_base_by_a_factor() -> None:
    result = screen_thoroughly(1_000_003 * sympy.nextprime(2**200))
    assert result.witness == Witness(factor=1_000_003)
    assert result.method == "Pollard rho"


def test_a_thorough_screening_keeps_the_base_of_two_large_primes() -> None:
    assert screen_thoroughly((2**89 - 1) * (2**107 - 1)).witness == Witness(base=2)


@pytest.mark.parametrize("n", [15, 97, 1])
def test_without_a_base_a_thorough_screening_is_a_screening(n: int) -> None:
    assert replace(screen_thoroughly(n), seconds=0.0) == replace(screen(n), seconds=0.0)


@pytest.mark.parametrize("n", [1, 2, 97, 10**100 + 267], ids=["below 2", "2", "small prime", "large prime"])
def test_trial_division_alone_decides_no_prime(n: int) -> None:
    assert trial_division(n) is None


def test_trial_division_alone_finds_a_small_factor_of_a_number_of_any_size() -> None:
    result = trial_division(7 * 10**9_999)
    assert result is not None
    assert result.witness == Witness(factor=2)


@pytest.mark.parametrize("factor", [17, 1001, 1, 0, -7, 2002])
def test_what_is_no_proper_factor_becomes_no_witness(factor: int) -> None:
    with pytest.raises(WrongResult, match="not a proper factor"):
        proper_factor(1001, factor)


def test_a_proper_factor_becomes_a_witness() -> None:
    assert proper_factor(1001, 77) == Witness(factor=77)
