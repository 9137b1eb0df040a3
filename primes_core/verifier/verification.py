"""The check of a certificate, from its text to the verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import pari, primo, vectors
from .curves import Integer
from .mersenne import Mersenne
from .proofs import Proof
from .refusals import Allowance, Refused, TooMuchWork, Unreadable

#: The bytes of a certificate. One of 10,000 bits has about 3 MB.
MAX_BYTES = 5_000_000
#: The work of a check (see `Allowance`): about a second for each 10^11 with Python's integers, and a tenth of that
#: with gmpy2's. One of 4,096 bits takes about 10^14.
MAX_WORK = 10**15

_MERSENNE = re.compile(r"Lucas-Lehmer: 2\^([0-9]{1,6})-1", re.ASCII)
_ABOVE = "N+1:"


@dataclass(frozen=True)
class Verification:
    """What the check of a certificate found.

    Attributes:
        valid: Whether the certificate proves its number prime.
        reason: Why it does, or does not, in a sentence.
        number: The number that the certificate is about; None if the text is not a certificate.
        kind: The kind of the certificate; None if the text is not a certificate.
    """

    valid: bool
    reason: str
    number: int | None = None
    kind: str | None = None


def verify(text: str | bytes, integer: Integer = int, max_work: int = MAX_WORK) -> Verification:
    """Check a certificate. Nothing in it is trusted, and nothing is executed.

    Args:
        text: The certificate, in PARI's format (elliptic curves and N-1), in Primo's (format 4), as a line
            `N+1: [N, [p, …]]` with prime factors p of N + 1, or as a line `Lucas-Lehmer: 2^p-1`.
        integer: The type of the integers: int, or gmpy2's mpz, which is faster.
        max_work: The work that may be done, in the unit of MAX_WORK.

    Raises:
        TooMuchWork: the text is larger than MAX_BYTES, or its check takes more work than is allowed.
    """
    if len(text) > MAX_BYTES:
        raise TooMuchWork(f"A certificate has at most {MAX_BYTES:,} bytes.")
    try:
        kind, proof = read(_text(text), max_work)
    except Unreadable as unreadable:
        return Verification(valid=False, reason=str(unreadable))
    try:
        proof.check(integer)
    except Refused as refused:
        return Verification(valid=False, reason=f"It is not a proof: {refused}.", number=proof.number, kind=kind)
    return Verification(valid=True, reason=f"It proves the number prime ({kind}).", number=proof.number, kind=kind)


def _text(text: str | bytes) -> str:
    try:
        return text.decode("ascii") if isinstance(text, bytes) else text
    except UnicodeDecodeError:
        raise Unreadable("This is not a certificate: it has other bytes than those of ASCII text.") from None


def read(text: str, max_work: int = MAX_WORK) -> tuple[str, Proof]:
    """Return the kind of a certificate and its proof, which is not checked yet.

    The work of each step is estimated from the size of its number and bounded before anything of the step is computed.

    Raises:
        Unreadable: the text is not a certificate.
        TooMuchWork: it is too large, or its check takes more work than is allowed.
    """
    text, allowance = text.strip(), Allowance(max_work)
    if text.startswith(primo.HEADER):
        return primo.read(text, allowance)
    if found := _MERSENNE.fullmatch(text):
        allowance.spend(int(found[1]) ** 3)  # a square modulo the number for each bit
        return "Lucas-Lehmer", Mersenne(int(found[1]))
    if text.startswith(_ABOVE):
        return "N+1", pari.neighbour(vectors.read(text.removeprefix(_ABOVE)), 1, allowance)
    return pari.read(vectors.read(text), allowance)
