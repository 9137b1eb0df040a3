"""The structures of ASN.1 that have a modulus, decoded by `cryptography` without a judgement of their numbers.

Its loaders of keys refuse the keys that are to be found here, such as one with an even exponent.

Sources: RFC 5280, section 4.1 (certificates, SubjectPublicKeyInfo); RFC 8017, appendix A.1.1 (RSAPublicKey);
PKCS #3, section 9 (DHParameter); RFC 3279, section 2.3.3 (DomainParameters of X9.42).
"""

from __future__ import annotations

from typing import Annotated

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

RSA_ENCRYPTION = ObjectIdentifier("1.2.840.113549.1.1.1")
DH_KEY_AGREEMENT = ObjectIdentifier("1.2.840.113549.1.3.1")
DH_PUBLIC_NUMBER = ObjectIdentifier("1.2.840.10046.2.1")


@asn1.sequence
class RSAPublicKey:
    """RSA's n and e (PKCS #1)."""

    n: int
    e: int


@asn1.sequence
class DHParameter:
    """Diffie-Hellman's p and g (PKCS #3)."""

    p: int
    g: int
    private_value_length: int | None


@asn1.sequence
class ValidationParms:
    """How a group was made."""

    seed: asn1.BitString
    counter: int


@asn1.sequence
class DomainParameters:
    """Diffie-Hellman's p, g and q (X9.42)."""

    p: int
    g: int
    q: int
    j: int | None
    validation: ValidationParms | None


@asn1.sequence
class RSAAlgorithm:
    """The AlgorithmIdentifier of an RSA key."""

    algorithm: ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class DHAlgorithm:
    """The AlgorithmIdentifier of a Diffie-Hellman key (PKCS #3)."""

    algorithm: ObjectIdentifier
    parameters: DHParameter


@asn1.sequence
class X942Algorithm:
    """The AlgorithmIdentifier of a Diffie-Hellman key (X9.42)."""

    algorithm: ObjectIdentifier
    parameters: DomainParameters


@asn1.sequence
class SubjectPublicKeyInfo:
    """A public key of any kind; `algorithm` is an AlgorithmIdentifier, whose form depends on the kind."""

    algorithm: asn1.TLV
    key: asn1.BitString


@asn1.sequence
class TBSCertificate:
    """The content of an X.509 certificate."""

    version: Annotated[int | None, asn1.Explicit(0)]
    serial: int
    signature: asn1.TLV
    issuer: asn1.TLV
    validity: asn1.TLV
    subject: asn1.TLV
    public_key: SubjectPublicKeyInfo
    issuer_id: Annotated[asn1.BitString | None, asn1.Implicit(1)]
    subject_id: Annotated[asn1.BitString | None, asn1.Implicit(2)]
    extensions: Annotated[list[asn1.TLV] | None, asn1.Explicit(3)]
