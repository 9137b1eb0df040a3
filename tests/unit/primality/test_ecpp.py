from tempfile import TemporaryFile

import pytest
import sympy

from chalicelib.primality import curve_search, ecpp
from chalicelib.primality.child import prove_in_child
from chalicelib.primality.ecpp import read_chain
from chalicelib.primality.progress import Progress, Proving
from chalicelib.primality.result import WrongResult
from chalicelib.primality.screening import screen
from tests.support.primality import is_valid

PRIME = 2**64 + 13
#: The beginning of PARI 2.15's output without its colours: the third step leads nowhere, and the second is taken again.
OUTPUT = b"""
ECPP: parameters Vecsmall([450, 18, 21, 1500]):
<   1 | 1096 bits> SDSSD....
         -10 bits   D = -583  h = 8
[   2 | 1086 bits] SDSSD....
         -23 bits   D = -8  h = 1
[   3 | 1063 bits] SDSSD....
[   2 | 1086 bits] SD
         -35 bits   D = -123  h = 2
[   3 | 1051 bits] SD
"""


class Pari:
    """PARI with other functions in the place of some of its own."""

    def __init__(self, **functions: object) -> None:
        self.functions, self.pari = functions, ecpp.load_pari()

    def __getattr__(self, name: str) -> object:
        return self.functions.get(name) or getattr(self.pari, name)

    def __call__(self, value: object) -> object:
        return self.pari(value)


def test_a_certificate_that_pari_does_not_accept_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pari = Pari(primecertisvalid=lambda _: 0)
    monkeypatch.setattr(ecpp, "load_pari", lambda: pari)
    with pytest.raises(WrongResult, match="does not validate"):
        ecpp.certify(10**100 + 267)


def test_a_prime_of_up_to_128_bits_is_proven_without_pari_s_prover(monkeypatch: pytest.MonkeyPatch) -> None:
    pari = Pari(primecert=lambda *_: pytest.fail("PARI's prover was called"))
    monkeypatch.setattr(ecpp, "load_pari", lambda: pari)
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


def test_a_step_that_is_taken_again_replaces_those_that_followed_it() -> None:
    with TemporaryFile() as file:
        assert read_chain(file.fileno()) == []
        file.write(OUTPUT)
        file.flush()
        assert read_chain(file.fileno()) == [1097, 1087, 1052]
        file.write(b"[   1 | 1096 bits] D =      -11 poldeg =    1\n")
        file.flush()
        assert read_chain(file.fileno()) == [1097, 1087, 1052]


@pytest.mark.slow
def test_a_running_proof_reports_its_chain_from_the_number_down() -> None:
    seen: list[Progress] = []
    prime = int(sympy.nextprime(10**270))
    proof = prove_in_child(screen(prime), 300, seen.append, 0.05)
    assert proof is not None
    assert proof.result.proven
    chains = [progress.chain for progress in seen if isinstance(progress, Proving)]
    assert all(chain[0] == prime.bit_length() and chain == sorted(chain, reverse=True) for chain in chains)
    assert len(chains[-1]) > 10
