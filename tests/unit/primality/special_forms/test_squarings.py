from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality.progress import ignore
from chalicelib.primality.special_forms.squarings import Modulus, squarings


@given(st.integers(0, 2**40), st.integers(1, 300), st.sampled_from([1, -1]), st.sampled_from([0, 2]), st.data())
def test_squaring_by_parts_equals_squaring_modulo(
    half: int, m: int, sign: int, minus: int, data: st.DataObject
) -> None:
    modulus = Modulus(mpz(2 * half + 1), m, sign)
    if modulus.value < 3:
        return
    x = data.draw(st.integers(0, int(modulus.value) - 1))
    expected = x
    for _ in range(20):
        expected = (expected * expected - minus) % int(modulus.value)
    assert squarings(mpz(x), 20, modulus, minus, ignore) == expected
