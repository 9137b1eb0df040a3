from __future__ import annotations

import pytest
from gmpy2 import mpz

from chalicelib.primality.progress import ignore
from chalicelib.primality.special_forms import special_form


@pytest.mark.parametrize("n", [10**100 + 267, 2**200 + 235, 3**80 + 2], ids=["decimal", "k too large", "power"])
def test_a_number_of_no_special_form_is_not_decided(n: int) -> None:
    assert special_form(mpz(n), ignore) is None


FORMS = [
    (2**127 - 1, "Lucas-Lehmer"),
    (3 * 2**94 - 1, "Lucas-Lehmer-Riesel"),
    (2**256 + 1, "Pépin"),
    (3 * 2**189 + 1, "Proth to base 5"),
]


@pytest.mark.parametrize(("n", "method"), FORMS, ids=[method for _, method in FORMS])
def test_a_special_form_is_recognised_from_the_number(n: int, method: str) -> None:
    decision = special_form(mpz(n), ignore)
    assert decision is not None
    assert decision.method == method
