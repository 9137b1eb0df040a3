import pytest
import sympy

from chalicelib.primality import ecpp
from chalicelib.primality.proving import prove
from chalicelib.primality.result import Proof, Verdict
from chalicelib.primality.screening import needs_proof, screen
from primes_core.notation.expressions import parse
from tests.support.primality import cases, is_valid

PROBABLE_PRIME = 10**100 + 267


@pytest.mark.deep
def test_every_collected_prime_to_512_bits_gets_a_proof() -> None:
    results = [prove(screen(case.n)).result for case in cases(0, 512) if case.prime]
    assert [result.number for result in results if result.verdict is not Verdict.PRIME] == []


def test_a_probable_prime_is_proven_with_a_certificate() -> None:
    screened = screen(PROBABLE_PRIME)
    screened.seconds = 1000.0
    proof = prove(screened)
    assert proof.result.verdict is Verdict.PRIME
    assert proof.result.method == "ECPP"
    assert proof.result.seconds > 1000.0, "the screening is included"
    assert proof.result.has_certificate
    assert proof.certificate is not None
    assert screened.verdict is Verdict.PROBABLE_PRIME, "what is given is not changed"
    assert screened.is_prime
    assert not screened.proven


def test_a_prime_that_is_proven_by_published_computations_gets_a_certificate() -> None:
    screened = screen(2**64 + 13)
    assert screened.verdict is Verdict.PRIME
    proof = prove(screened)
    assert proof.certificate is not None
    assert not needs_proof(proof.result)


@pytest.mark.parametrize("n", [1, 91, 97, 2**127 - 1], ids=["below 2", "composite", "small prime", "special form"])
def test_a_number_that_screening_decides_is_not_proven_again(n: int) -> None:
    screened = screen(n)
    assert prove(screened) == Proof(screened, None)


@pytest.mark.slow
def test_a_large_factorial_prime_is_proven_without_ecpp_and_has_a_certificate() -> None:
    proof = prove(screen(parse("427!+1", 10_000)))
    assert proof.result.verdict is Verdict.PRIME
    assert proof.result.method == "Pocklington"
    assert is_valid(proof.certificate or "", proof.result.number)


def test_a_proof_that_cannot_end_in_its_time_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecpp, "certify", lambda _: pytest.fail("the proof was started"))
    assert prove(screen(10**999 + 7), seconds=5).result.verdict is Verdict.PROBABLE_PRIME


def test_a_composite_that_passes_baillie_psw_would_be_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    # No such number is known: a composite is passed off as one.
    n = sympy.nextprime(2**100) * sympy.nextprime(2**101)
    screened = screen(n)
    screened.verdict, screened.witness = Verdict.PROBABLE_PRIME, None
    result = prove(screened).result
    assert result.verdict is Verdict.COMPOSITE
    assert result.witness is not None
