from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality import curve_search, ecpp
from chalicelib.primality.result import WrongResult
from tests.support.examples import examples
from tests.support.primality import is_valid

PRIME = 2**64 + 13


@settings(max_examples=examples(15))
@given(st.integers(2**82, 2**300).map(sympy.nextprime))
def test_every_certificate_is_accepted_by_the_verifier(p: int) -> None:
    made = ecpp.certify(p)
    assert made is not None
    assert is_valid(made, p)


def test_a_certificate_that_pari_does_not_accept_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        def __getattr__(self, name: str) -> object:
            return {"primecertisvalid": lambda _: 0}.get(name) or getattr(pari, name)

        def __call__(self, text: str) -> object:
            return pari(text)

    pari = ecpp._pari()
    monkeypatch.setattr(ecpp, "_pari", Refusing)
    with pytest.raises(WrongResult, match="does not validate"):
        ecpp.certify(10**100 + 267)


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
    assert is_valid(certificate, PRIME)


def test_without_rows_pari_s_prover_proves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curve_search, "find_rows", lambda *_: None)
    certificate = ecpp.certify(PRIME)
    assert certificate is not None
    assert is_valid(certificate, PRIME)


def test_rows_that_prove_another_number_are_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = curve_search.find_rows(PRIME)
    monkeypatch.setattr(curve_search, "find_rows", lambda _: rows)
    with pytest.raises(WrongResult):
        ecpp.certify(sympy.nextprime(PRIME))


@pytest.mark.parametrize("n", [2**64 + 1, (2**89 - 1) * (2**107 - 1)], ids=["up to 128 bits", "above"])
def test_a_composite_gets_no_certificate(n: int) -> None:
    assert ecpp.certify(n) is None
