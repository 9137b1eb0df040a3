from __future__ import annotations

import json
from itertools import islice

import pytest
import sympy

from chalicelib.primality import ecpp
from chalicelib.verifier import verify
from tests.support import forgeries

SMALL_PRIMES = list(sympy.primerange(5, 60))


def pari_accepts(certificate: str) -> bool:
    pari = ecpp._pari()
    return bool(pari.primecertisvalid(pari(certificate)))


@pytest.mark.parametrize("p", SMALL_PRIMES)
def test_a_forged_certificate_that_pari_accepts_is_refused(p: int) -> None:
    accepted = (made for made in map(json.dumps, forgeries.candidates(p)) if pari_accepts(made))
    for certificate in islice(accepted, 3):
        refused = verify(certificate)
        assert not refused.valid
        assert "infinity modulo a factor of N" in refused.reason


@pytest.mark.parametrize("p", SMALL_PRIMES)
def test_no_point_modulo_the_small_factor_makes_a_proof(p: int) -> None:
    assert not any(verify(json.dumps(rows)).valid for rows in islice(forgeries.candidates(p), 20))


PARI_ACCEPTS = {
    "a multiple of 5 by elliptic curves": "[[32944568246929653515,5462005831,5,17727349444876206702,"
    "[26861548294530118121,26972533241468808398]]]",
    "35 by elliptic curves": "[[35,10,2,15,[6,23]]]",
    "9 by N-1": "[9,[2]]",
    "15 by N-1": "[15,[7]]",
    "2^128+1 by N-1": f"[{2**128 + 1},[2]]",
}


@pytest.mark.parametrize("certificate", PARI_ACCEPTS.values(), ids=PARI_ACCEPTS.keys())
def test_a_composite_that_pari_calls_proven_is_refused_with_a_reason(certificate: str) -> None:
    assert pari_accepts(certificate)
    refused = verify(certificate)
    assert not refused.valid
    assert refused.reason.startswith("It is no proof: ")
