"""The formats of a certificate. It is stored as it was made, and written in the others when it is read."""

from __future__ import annotations

from chalicelib.certificates import primo, rocq
from primes_core.verifier import read
from primes_core.verifier.proofs import CurveChain

#: `pari` is the certificate as it was made, although PARI has no format for N+1 and Lucas-Lehmer.
FORMATS = ("pari", "primo", "rocq")


class NoSuchFormat(ValueError):
    """The format does not exist for this kind of certificate. The text says which to ask for."""


def write(certificate: str, name: str) -> str:
    """Return a certificate in one of FORMATS.

    Raises:
        NoSuchFormat: the format cannot express this kind of proof.
    """
    if name == "pari":
        return certificate
    kind, proof = read(certificate)
    if name == "rocq":
        try:
            return rocq.write(proof)
        except rocq.NotExpressible as error:
            raise NoSuchFormat(f"{error} Ask for ?format=pari.") from error
    if isinstance(proof, CurveChain):
        return primo.write(proof.steps)
    raise NoSuchFormat(f"The format {name} does not exist for a proof by {kind}: ask for ?format=pari.")
