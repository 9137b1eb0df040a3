"""The formats of a certificate. It is stored as it was made, and written in the others when it is read."""

from __future__ import annotations

import re

from chalicelib.certificates import primo, rocq
from primes_core.verifier import read
from primes_core.verifier.proofs import CurveChain

#: By the program that reads it. `isprime verify` reads each certificate as it was made.
FORMATS = ("isprime", "pari", "primo", "rocq")
#: What PARI reads: integers in vectors. It has no format for N+1 and Lucas-Lehmer, nor for rows of curves inside N-1.
_VECTORS = re.compile(r"\[?(?!.*\[\[)[\[\], 0-9\n-]*", re.ASCII | re.DOTALL)


class NoSuchFormat(ValueError):
    """The format does not exist for this kind of certificate. The text says which to ask for."""


def write(certificate: str, name: str) -> str:
    """Return a certificate in one of FORMATS.

    Raises:
        NoSuchFormat: the format cannot express this kind of proof.
    """
    if name == "isprime" or (name == "pari" and _VECTORS.fullmatch(certificate)):
        return certificate
    kind, proof = read(certificate)
    if name == "rocq":
        try:
            return rocq.write(proof)
        except rocq.NotExpressible as error:
            raise NoSuchFormat(f"{error} Ask for ?format=isprime.") from error
    if name == "primo" and isinstance(proof, CurveChain):
        return primo.write(proof.steps)
    raise NoSuchFormat(f"The format {name} does not exist for a proof by {kind}: ask for ?format=isprime.")
