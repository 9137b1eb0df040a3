from __future__ import annotations

import json

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.primality import curve_search, ecpp
from chalicelib.primality.result import WrongResult
from tests.support.examples import examples
from tests.support.primality import is_valid

N = 10**100 + 267


@pytest.fixture(scope="module")
def certificate() -> str:
    made = ecpp.certify(N)
    assert made is not None
    return made


def test_a_certificate_is_accepted_by_a_verifier_that_shares_no_code_with_its_maker(certificate: str) -> None:
    assert is_valid(certificate, N)


@settings(max_examples=examples(15))
@given(st.integers(2**82, 2**300).map(sympy.nextprime))
def test_every_certificate_is_accepted_by_the_verifier(p: int) -> None:
    made = ecpp.certify(p)
    assert made is not None
    assert is_valid(made, p)


def test_a_certificate_proves_no_other_number(certificate: str) -> None:
    assert not is_valid(certificate, N + 2)


@pytest.mark.parametrize("column", range(4), ids=["N", "t", "s", "a"])
def test_a_certificate_with_one_number_changed_is_refused(certificate: str, column: int) -> None:
    rows = json.loads(certificate)
    assert is_valid(certificate, N)
    for row in range(len(rows)):
        changed = json.loads(certificate)
        changed[row][column] += 1
        # The rows before the one that leads to the changed row are those of the valid certificate.
        first = max(row - 1, 0)
        assert not is_valid(json.dumps(changed[first:]), rows[first][0])


def test_a_certificate_that_stops_too_early_is_refused(certificate: str) -> None:
    # The verifier tests numbers of up to 81 bits directly.
    rows = [row for row in json.loads(certificate) if row[0] > 2**120]
    assert not is_valid(json.dumps(rows), N)


def test_a_composite_gets_no_certificate() -> None:
    assert ecpp.certify((2**89 - 1) * (2**107 - 1)) is None


def test_a_certificate_that_pari_does_not_accept_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        def __getattr__(self, name: str) -> object:
            return {"primecertisvalid": lambda _: 0}.get(name) or getattr(pari, name)

        def __call__(self, text: str) -> object:
            return pari(text)

    pari = ecpp._pari()
    monkeypatch.setattr(ecpp, "_pari", Refusing)
    with pytest.raises(WrongResult, match="does not validate"):
        ecpp.certify(N)


PRIME = 2**64 + 13


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


@pytest.mark.parametrize("n", [2**64 + 1, 274177 * (2**61 - 1)], ids=["Fermat number", "product"])
def test_a_composite_of_up_to_128_bits_gets_no_certificate(n: int) -> None:
    assert ecpp.certify(n) is None
