"""The entries of a file of cryptography: RSA keys, Diffie-Hellman groups, and what has no modulus."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a file; of this class itself if it has no modulus, as a certificate with a key of a curve.

    Attributes:
        place: Where it is: the file, and the block or the line where there are several.
        name: What it is, as `X.509 certificate CN=example.org`.
    """

    place: str
    name: str


@dataclass(frozen=True, slots=True)
class RSAKey(Entry):
    """An RSA public key: the modulus n and the exponent e."""

    n: int
    e: int


@dataclass(frozen=True, slots=True)
class Group(Entry):
    """A Diffie-Hellman group: the modulus p, the generator g, and q, the order of its subgroup, if the file has it."""

    p: int
    g: int
    q: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A number about which the service is asked, by its name: n, p or q."""

    name: str
    number: int
