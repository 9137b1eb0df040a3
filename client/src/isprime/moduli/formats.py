"""Reads PEM, DER, and OpenSSH's public keys and `moduli`.

A private key is refused, and nothing else of its file is read.
"""

from __future__ import annotations

import base64
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.serialization import load_der_private_key

from isprime.moduli import ssh, structures
from isprime.moduli.records import Entry, Group, RSAKey

#: Larger files are not read: those of certificate authorities have 200 KB, and `moduli` 500 KB.
MAX_BYTES = 10_000_000
PRIVATE = "it has a private key, which must not leave this machine: nothing was sent. Give the public key alone."
UNKNOWN = (
    "this is not an X.509 certificate, RSA public key or Diffie-Hellman group in PEM or DER, or a public key or moduli"
    " file of OpenSSH."
)

_BEGIN = "-----BEGIN "
#: Time, type, tests, tries, size, generator, modulus. Source: moduli(5) of OpenSSH.
_MODULI_LINE = re.compile(r"\d{8,14}\s+\d+\s+\d+\s+\d+\s+\d+\s+([0-9a-fA-F]+)\s+([0-9a-fA-F]+)")


#: The generators of OpenSSL; 3 is an exponent as well. No usual generator is larger than MAX_GENERATOR.
GENERATORS, MAX_GENERATOR = (2, 5), 1000
#: A third integer of a group is the length of its exponents in bits, or q where it is larger than any such length.
MAX_LENGTH = 1_000_000


class RefusedFile(Exception):
    """The file cannot be read, or may not be. The text says why."""


def read(content: bytes, name: str) -> list[Entry]:
    """Return the entries of a file.

    Raises:
        RefusedFile: it has a private key, is too large, or is nothing that is read here.
    """
    if len(content) > MAX_BYTES:
        raise RefusedFile(f"{name}: it has more than {MAX_BYTES // 1_000_000} MB: split it.")
    text = content.decode("latin-1")
    if "PRIVATE KEY" in text:
        raise RefusedFile(f"{name}: {PRIVATE}")
    if _BEGIN in text:
        return list(_pem(text, name))
    lines = [(place, line.strip()) for place, line in enumerate(text.splitlines(), start=1)]
    lines = [(place, line) for place, line in lines if line and not line.startswith("#")]
    if lines and _MODULI_LINE.fullmatch(lines[0][1]):
        return [_moduli(line, f"{name}, line {place}") for place, line in lines]
    if lines and ssh.KEY.search(lines[0][1]):
        return [_ssh(line, f"{name}, line {place}" if len(lines) > 1 else name) for place, line in lines]
    if _is_private(content):
        raise RefusedFile(f"{name}: {PRIVATE}")
    return [_der(content, name)]


def _der(content: bytes, name: str) -> Entry:
    for reader in (_certificate, _public_key, _pair):
        with suppress(ValueError):
            return reader(content, name)
    raise RefusedFile(f"{name}: {UNKNOWN}")


def _pem(text: str, name: str) -> Iterator[Entry]:
    blocks = text.split(_BEGIN)[1:]
    for count, block in enumerate(blocks, start=1):
        place = f"{name}, block {count}" if len(blocks) > 1 else name
        label, _, rest = block.partition("-----")
        body, end, _ = rest.partition(f"-----END {label}-----")
        reader = _READERS.get(label)
        if reader is None and end:
            yield Entry(place, label)
            continue
        try:
            assert reader
            yield reader(base64.b64decode("".join(body.split()), validate=True), place)
        except (AssertionError, ValueError):
            raise RefusedFile(f"{place}: this block of {label} cannot be read: is it cut off or changed?") from None


def _moduli(line: str, place: str) -> Group:
    fields = _MODULI_LINE.fullmatch(line)
    if not fields:
        raise RefusedFile(f"{place}: this is not a line of a moduli file.")
    return Group(place, "group", int(fields[2], 16), int(fields[1], 16))


def _ssh(line: str, place: str) -> Entry:
    try:
        return ssh.read(line, place)
    except ValueError:
        raise RefusedFile(f"{place}: this is not a public key of OpenSSH: is it cut off or changed?") from None


def _is_private(content: bytes) -> bool:
    """Return whether this is a private key in DER."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            load_der_private_key(content, None)
    except TypeError:  # it is encrypted
        return True
    except Exception:  # noqa: BLE001 - none, or of a kind that is not supported: no number of it is read below
        return False
    return True


def _certificate(content: bytes, place: str) -> Entry:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a certificate should not have
        certificate = x509.load_der_x509_certificate(content)
        name = f"X.509 certificate {certificate.subject.rfc4514_string()}".rstrip()
    body = asn1.decode_der(structures.TBSCertificate, certificate.tbs_certificate_bytes)
    return _of_key(body.public_key, place, name)


def _public_key(content: bytes, place: str) -> Entry:
    return _of_key(asn1.decode_der(structures.SubjectPublicKeyInfo, content), place, "public key")


def _of_key(key: structures.SubjectPublicKeyInfo, place: str, name: str) -> Entry:
    try:
        rsa = key.algorithm.parse(structures.RSAAlgorithm)
    except ValueError:
        rsa = None
    if rsa and rsa.algorithm == structures.RSA_ENCRYPTION:
        return _rsa(key.key.as_bytes(), place, name)
    for structure, kind in _DH_ALGORITHMS:
        with suppress(ValueError):
            algorithm = key.algorithm.parse(structure)
            if algorithm.algorithm == kind:
                return _group(algorithm.parameters, place, name)
    return Entry(place, name)


def _rsa(content: bytes, place: str, name: str = "public key") -> RSAKey:
    key = asn1.decode_der(structures.RSAPublicKey, content)
    return RSAKey(place, name, key.n, key.e)


def _dh(content: bytes, place: str) -> Group:
    with suppress(ValueError):
        parameters = asn1.decode_der(structures.DHParameter, content)
        if (parameters.private_value_length or 0) <= MAX_LENGTH:
            return _group(parameters, place)
    return _group(asn1.decode_der(structures.DomainParameters, content), place)


def _pair(content: bytes, place: str) -> Entry:
    """Return what two integers are that no label names: n and e, or p and g. Both structures are the same."""
    group = _dh(content, place)
    if group.q is None and group.g > MAX_GENERATOR:
        return _rsa(content, place)
    if group.q is None and group.g not in GENERATORS:
        raise RefusedFile(f"{place}: this may be an RSA key or a Diffie-Hellman group: give it in PEM.")
    return group


def _group(found: structures.DHParameter | structures.DomainParameters, place: str, name: str = "group") -> Group:
    return Group(place, name, found.p, found.g, getattr(found, "q", None))


_DH_ALGORITHMS = (
    (structures.DHAlgorithm, structures.DH_KEY_AGREEMENT),
    (structures.X942Algorithm, structures.DH_PUBLIC_NUMBER),
)
#: By the label of PEM.
_READERS: dict[str, Callable[[bytes, str], Entry]] = {
    "CERTIFICATE": _certificate,
    "X509 CERTIFICATE": _certificate,
    "PUBLIC KEY": _public_key,
    "RSA PUBLIC KEY": _rsa,
    "DH PARAMETERS": _dh,
    "X9.42 DH PARAMETERS": _dh,
}
