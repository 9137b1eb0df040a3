"""A key, a certificate and a group for the tests of `isprime inspect`."""

from __future__ import annotations

import base64
from datetime import datetime, timezone

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from isprime.moduli import groups
from isprime.moduli.structures import RSAPublicKey

KEY = rsa.generate_private_key(65537, 2048)
PUBLIC = KEY.public_key()
NUMBERS = PUBLIC.public_numbers()
#: The modulus of a standard group.
GROUP = next(p for p, name in groups.known_groups().items() if name == "RFC 3526 group 14")


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Return a certificate of a key that it signs itself."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.org")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1)
    start, end = (datetime(year, 1, 1, tzinfo=timezone.utc) for year in (2026, 2027))
    return builder.not_valid_before(start).not_valid_after(end).sign(key, hashes.SHA256())


CERTIFICATE = certificate(KEY)


def der(n: int, e: int) -> bytes:
    """Return an RSA public key (PKCS #1), or what looks like one."""
    return asn1.encode_der(RSAPublicKey(n=n, e=e))


def pem(label: str, content: bytes) -> bytes:
    """Return DER as PEM."""
    return f"-----BEGIN {label}-----\n{base64.encodebytes(content).decode()}-----END {label}-----\n".encode()
