from __future__ import annotations

import json

import pytest
import sympy
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality import ecpp, small_ecpp
from tests.support.ecpp_verifier import is_valid
from tests.support.examples import examples

primes = st.integers(2**64, 2**128).map(sympy.prevprime).filter(lambda p: p > 2**64)
PRIME = 2**64 + 13


@settings(max_examples=examples(60))
@given(primes)
def test_rows_that_are_found_prove_the_number_prime(p: int) -> None:
    rows = small_ecpp.find_rows(p, ecpp._pari())
    if rows is not None:
        assert is_valid(json.dumps(rows), p)


def test_rows_are_found_for_nearly_every_prime() -> None:
    found = [small_ecpp.find_rows(sympy.nextprime(2**96 + step * 10**20), ecpp._pari()) for step in range(40)]
    assert sum(rows is not None for rows in found) > 30


@given(primes, st.sampled_from(list(small_ecpp.J_ROOTS)))
def test_a_trace_t_of_discriminant_d_makes_t_squared_minus_4n_a_square_times_minus_d(p: int, d: int) -> None:
    for t in small_ecpp._traces(mpz(p), d):
        square, rest = divmod(4 * p - int(t) ** 2, d)
        assert rest == 0
        assert sympy.ntheory.primetest.is_square(square)


def test_a_prime_of_up_to_128_bits_is_proven_without_pari_s_prover(monkeypatch: pytest.MonkeyPatch) -> None:
    pari = ecpp._pari()

    class WithoutProver:
        def __getattr__(self, name: str) -> object:
            assert name != "primecert"
            return getattr(pari, name)

        def __call__(self, value: object) -> object:
            return pari(value)

    monkeypatch.setattr(ecpp, "_pari", WithoutProver)
    certificate = ecpp.certify(PRIME)
    assert certificate is not None
    assert is_valid(certificate.pari, PRIME)
    assert certificate.primo.startswith("[PRIMO")


def test_without_rows_pari_s_prover_proves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_ecpp, "find_rows", lambda *_: None)
    certificate = ecpp.certify(PRIME)
    assert certificate is not None
    assert is_valid(certificate.pari, PRIME)


@pytest.mark.parametrize("n", [2**64 + 1, 274177 * (2**61 - 1)], ids=["Fermat number", "product"])
def test_a_composite_of_up_to_128_bits_gets_no_certificate(n: int) -> None:
    assert ecpp.certify(n) is None
