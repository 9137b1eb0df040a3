from __future__ import annotations

import math

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality import strong
from chalicelib.primality.ladder import classify, screen
from chalicelib.primality.small import primes_below
from chalicelib.primality.verdict import Witness
from chalicelib.primality.witnesses import check
from tests.unit.primality.cases import cases

SIZES = [(0, 64), (65, 2200), (2201, 9000), (9001, 40_000)]


@pytest.mark.parametrize(("least_bits", "most_bits"), SIZES, ids=[f"{a}-{b} bits" for a, b in SIZES])
def test_every_collected_case_is_right_and_can_be_checked(least_bits: int, most_bits: int) -> None:
    verdicts = [(case, screen(case.n)) for case in cases(least_bits, most_bits)]
    assert verdicts
    assert [case.source for case, verdict in verdicts if verdict.is_prime != case.prime] == []
    assert [case.source for case, verdict in verdicts if not check(verdict)] == []


def test_every_collected_prime_to_512_bits_gets_a_proof() -> None:
    verdicts = [classify(case.n) for case in cases(0, 512) if case.prime]
    assert [verdict.number for verdict in verdicts if verdict.verdict != "prime" or not verdict.proven] == []


def test_verdicts_agree_with_the_sieve_of_eratosthenes_below_a_million() -> None:
    assert [n for n in range(1_000_000) if screen(n).is_prime] == primes_below(1_000_000)


@given(st.integers(-(2**70), 2**70))
def test_a_number_is_prime_exactly_when_sympy_says_so(n: int) -> None:
    assert screen(n).is_prime == sympy.isprime(n)


@given(st.integers(max_value=1))
def test_below_2_nothing_is_prime(n: int) -> None:
    verdict = screen(n)
    assert (verdict.verdict, verdict.proven, verdict.witness) == ("not_prime", True, None)


@given(st.integers(2, 2**200), st.integers(2, 2**200))
def test_a_product_is_composite_with_a_witness_that_checks(a: int, b: int) -> None:
    verdict = screen(a * b)
    assert verdict.verdict == "composite"
    assert verdict.proven
    assert check(verdict)


@settings(max_examples=25)
@given(st.integers(2**100, 2**150), st.integers(2**100, 2**150))
def test_a_product_of_two_primes_is_composite_with_a_witness_that_checks(a: int, b: int) -> None:
    verdict = screen(sympy.nextprime(a) * sympy.nextprime(b))
    assert verdict.verdict == "composite"
    assert check(verdict)


@given(st.integers(2, strong.BOUND - 1))
def test_below_the_bound_of_the_strong_test_every_verdict_is_proven(n: int) -> None:
    assert screen(n).proven


def test_the_least_strong_pseudoprime_to_12_bases_is_refuted_by_the_13th() -> None:
    # ψ12 of Sorenson and Webster (2017)
    assert screen(318_665_857_834_031_151_167_461).witness == Witness(base=41)


def test_the_least_strong_pseudoprime_to_13_bases_is_refuted() -> None:
    verdict = screen(strong.BOUND)
    assert verdict.verdict == "composite"
    assert check(verdict)


METHODS = [
    (1, "definition"),
    (97, "trial division"),
    (91, "trial division"),
    (2**61 - 1, "Baillie-PSW below 2^64"),
    (2**64 + 13, "strong test to 13 prime bases"),
    (2**127 - 1, "Lucas-Lehmer"),
    (2**256 + 1, "Pépin"),
    ((10**100 + 267) * (2**127 - 1), "strong test to base 2"),
    (3 * 2**189 + 1, "Proth to base 5"),
    (3 * 2**94 - 1, "Lucas-Lehmer-Riesel"),
    (10**100 + 267, "Baillie-PSW"),
]


@pytest.mark.parametrize(("n", "method"), METHODS, ids=[method for _, method in METHODS])
def test_the_cheapest_rung_that_decides_is_the_method(n: int, method: str) -> None:
    assert screen(n).method == method


def test_without_a_proof_a_prime_is_only_probable() -> None:
    verdict = screen(10**100 + 267)
    assert (verdict.verdict, verdict.proven, verdict.is_prime) == ("probable_prime", False, True)


def test_the_cheapest_witness_of_a_composite_is_its_least_factor() -> None:
    verdict = screen(101 * 103 * (2**127 - 1))
    assert verdict.witness is not None
    assert verdict.witness.factor == 101


@given(st.integers(2, 2**200))
def test_a_factor_that_trial_division_finds_is_the_least(n: int) -> None:
    verdict = screen(n)
    if verdict.method == "trial division" and verdict.witness is not None:
        assert verdict.witness.factor is not None
        assert math.gcd(n, math.prod(primes_below(verdict.witness.factor))) == 1
