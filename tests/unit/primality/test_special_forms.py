import pytest
from gmpy2 import mpz

from chalicelib.primality.progress import ignore
from chalicelib.primality.special_forms import special_form


@pytest.mark.parametrize("n", [10**100 + 267, 2**200 + 235, 3**80 + 2], ids=["decimal", "k too large", "power"])
def test_a_number_of_no_special_form_is_not_decided(n: int) -> None:
    assert special_form(mpz(n), ignore) is None
