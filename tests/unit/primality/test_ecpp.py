import pytest
import sympy

from chalicelib.primality import curve_search, ecpp
from chalicelib.primality.result import WrongResult
from tests.support.primality import is_valid

PRIME = 2**64 + 13


class Pari:
    """PARI with other functions in the place of some of its own."""

    def __init__(self, **functions: object) -> None:
        self.functions, self.pari = functions, ecpp._pari()

    def __getattr__(self, name: str) -> object:
        return self.functions.get(name) or getattr(self.pari, name)

    def __call__(self, value: object) -> object:
        return self.pari(value)


def test_a_certificate_that_pari_does_not_accept_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pari = Pari(primecertisvalid=lambda _: 0)
    monkeypatch.setattr(ecpp, "_pari", lambda: pari)
    with pytest.raises(WrongResult, match="does not validate"):
        ecpp.certify(10**100 + 267)


def test_a_prime_of_up_to_128_bits_is_proven_without_pari_s_prover(monkeypatch: pytest.MonkeyPatch) -> None:
    pari = Pari(primecert=lambda *_: pytest.fail("PARI's prover was called"))
    monkeypatch.setattr(ecpp, "_pari", lambda: pari)
    assert is_valid(ecpp.certify(PRIME) or "", PRIME)


def test_without_rows_pari_s_prover_proves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curve_search, "find_rows", lambda *_: None)
    assert is_valid(ecpp.certify(PRIME) or "", PRIME)


def test_rows_that_prove_another_number_are_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = curve_search.find_rows(PRIME)
    monkeypatch.setattr(curve_search, "find_rows", lambda _: rows)
    with pytest.raises(WrongResult):
        ecpp.certify(sympy.nextprime(PRIME))


@pytest.mark.parametrize("n", [2**64 + 1, (2**89 - 1) * (2**107 - 1)], ids=["up to 128 bits", "above"])
def test_a_composite_gets_no_certificate(n: int) -> None:
    assert ecpp.certify(n) is None
