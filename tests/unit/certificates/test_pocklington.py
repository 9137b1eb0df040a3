import math

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.certificates import pocklington
from chalicelib.certificates.pocklington import Element


def satisfies_coqprime(element: Element) -> bool:
    """Whether `test_pock` of Coqprime's `Pock.v` accepts the element, apart from the primality of the factors."""
    n, f = element.n, math.prod(p**exponent for p, exponent in element.powers)
    r1, rest = divmod(n - 1, f)
    s, r = divmod(r1, 2 * f)
    square = r * r - 8 * s
    return (
        rest == 0
        and r1 % 2 == 1
        and f % 2 == 0
        and 1 < element.base < n
        and r > 0
        and pow(element.base, n - 1, n) == 1
        and all(math.gcd(pow(element.base, (n - 1) // p, n) - 1, n) == 1 for p, _ in element.powers)
        and (s == 0 or square < 0 or element.root**2 < square < (element.root + 1) ** 2)
        and n < ((2 * f + r + 1) * f + r) * f + 1
    )


@given(st.integers(4, 2**64).map(sympy.prevprime))
def test_the_elements_of_a_prime_below_2_64_prove_it_down_to_2(p: int) -> None:
    elements = {element.n: element for element in pocklington.elements_of_small(p)}
    assert all(map(satisfies_coqprime, elements.values()))
    named = {prime for element in elements.values() for prime, _ in element.powers}
    assert {p, *named} == {2, *elements}


@pytest.mark.parametrize("n", [1, 9, 91, 2**64 + 13])
def test_another_number_has_none(n: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no text
        list(pocklington.elements_of_small(n))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "primes"),
    [
        (39 * 2**70 + 1, [2]),
        (math.factorial(154) + 1, list(sympy.primerange(155))),
        (sympy.primorial(1021, nth=False) + 1, list(sympy.primerange(1022))),
    ],
    ids=["39*2^70+1", "154!+1", "1021#+1"],
)
def test_a_large_prime_has_an_element_by_a_part_of_its_factors(n: int, primes: list[int]) -> None:
    element = pocklington.element(int(n), primes)
    assert element is not None
    assert satisfies_coqprime(element)


def test_factors_that_are_too_small_give_no_element() -> None:
    assert pocklington.element(2**64 + 13, [2]) is None
