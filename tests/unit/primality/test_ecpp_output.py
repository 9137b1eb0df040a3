"""The chain of an elliptic curve proof is read from PARI's debugging output while it is written."""

from tempfile import TemporaryFile

import pytest
from sympy import nextprime

from chalicelib.primality.child import prove_in_child
from chalicelib.primality.ecpp_output import read_chain
from chalicelib.primality.progress import Progress, Proving
from chalicelib.primality.screening import screen

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
    prime = int(nextprime(10**270))
    proof = prove_in_child(screen(prime), 300, seen.append, 0.05)
    assert proof is not None
    assert proof.result.proven
    chains = [progress.chain for progress in seen if isinstance(progress, Proving)]
    assert all(chain[0] == prime.bit_length() and chain == sorted(chain, reverse=True) for chain in chains)
    assert len(chains[-1]) > 10
