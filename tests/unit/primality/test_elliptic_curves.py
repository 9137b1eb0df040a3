import gmpy2
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.primality.elliptic_curves import multiple
from primes_core.verifier import curves

primes = st.integers(2**64, 2**300).map(gmpy2.next_prime)


@given(primes, st.integers(1, 2**300), st.integers(2, 2**64), st.integers(2, 2**64), st.integers(2, 2**64))
def test_a_multiple_is_that_of_the_verifier(n: mpz, k: int, a: int, x: int, y: int) -> None:
    assert multiple(k, (mpz(x), mpz(y)), mpz(a), n) == curves._to_affine(curves._multiply(k, (x, y), a, int(n)), int(n))


def test_the_order_times_a_point_is_the_point_at_infinity() -> None:
    # y² = x³ + x modulo a prime of the form 4k + 3 has n + 1 points.
    n = gmpy2.next_prime(2**100)
    while n % 4 != 3:
        n = gmpy2.next_prime(n)
    x = next(x for x in range(2, 100) if gmpy2.legendre(x**3 + x, n) == 1)
    y = gmpy2.powmod(x**3 + x, (n + 1) // 4, n)
    assert multiple(int(n) + 1, (mpz(x), y), mpz(1), n) is None
    assert multiple(int(n) + 2, (mpz(x), y), mpz(1), n) == (x, y)
