from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality.ladder import classify, screen
from chalicelib.primality.verdict import Verdict, Witness
from chalicelib.primality.witnesses import check, refutes, rho, root, with_factor

odd_primes = st.integers(1000, 2**60).map(sympy.nextprime)


@pytest.mark.parametrize(
    ("witness", "json"),
    [(Witness(factor=3), {"factor": "3"}), (Witness(base=2), {"base": "2", "kind": "strong"})],
    ids=["factor", "base"],
)
def test_a_witness_in_json_is_text_that_no_reader_rounds(witness: Witness, json: dict[str, str]) -> None:
    assert witness.as_json() == json


WRONG = {
    "a factor that does not divide": Witness(factor=7),
    "the number itself as factor": Witness(factor=91 * 11),
    "1 as factor": Witness(factor=1),
    "a negative factor": Witness(factor=-7),
    "a base that the number passes": Witness(base=1),
    "a base that the number divides": Witness(base=91 * 11),
    "an empty witness": Witness(),
    "no witness": None,
}


@pytest.mark.parametrize("witness", WRONG.values(), ids=WRONG)
def test_a_composite_verdict_with_a_wrong_witness_does_not_check(witness: Witness | None) -> None:
    number = 91 * 11 + 2 if witness == Witness(factor=7) else 91 * 11
    assert not check(Verdict(number, "composite", True, "trial division", witness))


@pytest.mark.parametrize("n", [-5, 0, 1])
def test_a_number_below_2_checks_only_as_not_prime(n: int) -> None:
    verdict = Verdict(n, "not_prime", True, "definition")
    assert check(verdict)
    assert not check(replace(verdict, verdict="prime"))
    assert not check(replace(verdict, verdict="composite", witness=Witness(factor=1)))


@given(odd_primes, st.integers(2, 2**64))
def test_no_base_refutes_a_prime(p: int, base: int) -> None:
    assert not refutes(base, mpz(p))


@settings(max_examples=30)
@given(odd_primes, odd_primes)
def test_a_factor_that_replaces_a_base_is_proper(p: int, q: int) -> None:
    verdict = with_factor(screen(p * q))
    assert verdict.verdict == "composite"
    assert check(verdict)


@settings(max_examples=30)
@given(st.integers(1001, 2**31).map(sympy.nextprime), st.integers(1001, 2**31).map(sympy.nextprime))
def test_a_composite_of_64_bits_always_gets_a_factor(p: int, q: int) -> None:
    witness = with_factor(screen(p * q)).witness
    assert witness is not None
    assert witness.factor in (p, q)


@pytest.mark.parametrize("exponent", [2, 3, 4, 5, 7, 12])
def test_a_perfect_power_gets_its_root(exponent: int) -> None:
    p = sympy.nextprime(10**20)
    found = root(mpz(p**exponent))
    assert found is not None
    assert p**exponent % found == 0
    assert 1 < found < p**exponent
    assert with_factor(screen(p**exponent)).method == "perfect power"


def test_what_is_no_perfect_power_has_no_root() -> None:
    assert root(mpz(10**40 + 1)) is None


def test_rho_finds_a_factor_of_seven_digits_in_a_large_number() -> None:
    p = 1_000_003
    assert rho(mpz(p * sympy.nextprime(2**200))) == p


def test_rho_gives_up_on_two_large_primes() -> None:
    assert rho(mpz(sympy.nextprime(2**100) * sympy.nextprime(2**101))) is None


def test_a_verdict_that_has_a_factor_or_needs_none_stays_as_it_is() -> None:
    for n in (15, 97, 1):
        verdict = screen(n)
        assert with_factor(verdict) is verdict


def test_the_whole_ladder_looks_for_a_factor() -> None:
    assert classify(1_000_003 * sympy.nextprime(2**200)).witness == Witness(factor=1_000_003)
