"""The factors of a number are collected with the check of their product."""

import pytest

from chalicelib.factorization.factors import ITSELF, Factor, Factorization, Part, collect, of_prime
from chalicelib.primality.result import Result, Verdict, WrongResult


def prime(number: int, exponent: int = 1) -> Factor:
    return Factor(number, exponent, Verdict.PRIME, "trial division")


def composite(number: int) -> Factor:
    return Factor(number, 1, Verdict.COMPOSITE, "algebraic")


def test_equal_factors_are_one_and_the_least_comes_first() -> None:
    found = collect(2**3 * 5 * 7, [prime(7), prime(2), prime(5), prime(2, 2)])
    assert [(factor.number, factor.exponent) for factor in found.factors] == [(2, 3), (5, 1), (7, 1)]
    assert found.complete


def test_a_wrong_product_is_refused() -> None:
    with pytest.raises(WrongResult):
        collect(30, [prime(2), prime(3)])


def test_the_largest_composite_is_the_cofactor_once() -> None:
    found = collect(3 * 91 * 187**2, [prime(3), composite(187), composite(91), composite(187)])
    assert found.cofactor == 187
    assert not found.complete
    assert [(factor.number, factor.exponent, factor.is_prime) for factor in found.factors] == [
        (3, 1, True),
        (91, 1, False),
        (187, 1, False),
    ]


def test_an_algebraic_part_names_its_factors_by_their_places_and_the_cofactor_by_0() -> None:
    found = [prime(3), prime(3), prime(7), composite(91)]
    for factor, part in zip(found, ["2+1", "Φ_6(2)", "2^3-1", "2+1"], strict=True):
        factor.part = part
    parts = [Part("Φ_6(2)", (1,)), Part("2^3-1", (2,)), Part("2+1", (1, 0))]
    assert collect(63 * 91, found) == Factorization([prime(3, 2), prime(7)], 91, parts)


def test_a_prime_is_its_only_factor() -> None:
    factor = Factor(97, 1, Verdict.PRIME, ITSELF)
    assert of_prime(Result(97, Verdict.PRIME)) == Factorization([factor])
