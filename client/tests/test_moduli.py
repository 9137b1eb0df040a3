"""Moduli are read from every format, and what is wrong with one is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("cryptography", minversion="50", reason="it reads the files: requirements-dev.txt has it")

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto_files import CERTIFICATE, GROUP, KEY, NUMBERS, PUBLIC, der, pem
from isprime.moduli import dh, groups, rsa
from isprime.moduli.formats import RefusedFile, read
from isprime.moduli.records import Group, RSAKey
from isprime.moduli.structures import DHParameter, DomainParameters

SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
#: A good modulus, and one of its primes.
GOOD, P = NUMBERS.n, KEY.private_numbers().p


def times_one_near_it(distance: int) -> int:
    """Return the product of P and a number without small factors at about this distance."""
    return P * next(x for x in range(P + distance, P + distance + 10**6, 2) if rsa.small_factor(x) is None)


@pytest.mark.parametrize("form", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1], ids=["SPKI", "PKCS1"])
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER], ids=["PEM", "DER"])
def test_a_key_is_read_from_every_format(encoding: Encoding, form: PublicFormat) -> None:
    for content in (PUBLIC.public_bytes(encoding, form), CERTIFICATE.public_bytes(encoding)):
        (key,) = read(content, "file")
        assert isinstance(key, RSAKey)
        assert (key.n, key.e) == (NUMBERS.n, NUMBERS.e)


def test_a_group_is_read_with_the_order_that_it_names() -> None:
    plain = DHParameter(p=GROUP, g=2, private_value_length=None)
    with_order = DomainParameters(p=GROUP, g=4, q=GROUP // 2, j=None, validation=None)
    for content in (asn1.encode_der(plain), pem("DH PARAMETERS", asn1.encode_der(plain))):
        assert read(content, "file") == [Group("file", "group", GROUP, 2)]
    assert read(pem("X9.42 DH PARAMETERS", asn1.encode_der(with_order)), "file") == [
        Group("file", "group", GROUP, 4, GROUP // 2)
    ]


def test_moduli_are_read_with_their_lines() -> None:
    text = f"# Time Type Tests Tries Size Generator Modulus\n20260101000000 2 6 100 2047 5 {GROUP:X}\n"
    assert read(text.encode(), "moduli") == [Group("moduli, line 2", "group", GROUP, 5)]
    with pytest.raises(RefusedFile, match="line 3: this is not a line"):
        read(f"{text}20260101000000 2 6\n".encode(), "moduli")


def test_the_public_keys_of_openssh_are_read_with_their_lines() -> None:
    key = PUBLIC.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    (alone,) = read(f"{key} ann@host\n".encode(), "id_rsa.pub")
    assert alone == RSAKey("id_rsa.pub", "ssh-rsa ann@host", NUMBERS.n, NUMBERS.e)
    curve = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAkX"
    found = read(f'# mine\nno-pty,command="x y" {key} a\n{curve} b\nhost {key}\n'.encode(), "authorized_keys")
    assert [entry.place for entry in found] == [f"authorized_keys, line {line}" for line in (2, 3, 4)]
    assert [isinstance(entry, RSAKey) for entry in found] == [True, False, True]
    with pytest.raises(RefusedFile, match="line 2: this is not a public key of OpenSSH"):
        read(f"{key}\n{key[:60]}\n".encode(), "authorized_keys")


def test_two_integers_that_may_be_a_key_or_a_group_are_refused() -> None:
    with pytest.raises(RefusedFile, match="give it in PEM"):
        read(der(GOOD, 3), "file")


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.skipif(not SYSTEM_CERTIFICATES.exists(), reason="this machine has no certificates")
def test_the_keys_of_this_machines_certificates_are_those_that_cryptography_reads() -> None:
    content = SYSTEM_CERTIFICATES.read_bytes()
    keys = [certificate.public_key() for certificate in x509.load_pem_x509_certificates(content)]
    found = read(content, "certificates")
    assert len(found) == len(keys)
    for entry, key in zip(found, keys, strict=True):
        assert isinstance(entry, RSAKey) == isinstance(key, RSAPublicKey)
        assert not isinstance(entry, RSAKey) or list(rsa.findings(entry)) == []


@pytest.mark.parametrize(
    ("n", "e", "finding"),
    [
        (GOOD, 65537, ""),
        (GOOD, 1, "exponent"),
        (GOOD, 4, "exponent"),
        (GOOD, GOOD + 2, "exponent e is not below n"),
        (GOOD * 65521, 65537, "65521 divides n"),
        (P**2, 65537, "power of 2"),
        (P**3, 65537, "power of 3"),
        (times_one_near_it(2**500), 65537, "Fermat"),
        (times_one_near_it(2**515), 65537, "Fermat"),
        (GOOD >> 1 | 1 << 200 | 1, 65537, "fewer than 2,048"),
        (1, 3, "fewer than 2,048"),
        (-15, 3, "fewer than 2,048"),
    ],
    # Another key is made in each process, and each has to collect the same tests.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_with_a_key_is_found(n: int, e: int, finding: str) -> None:
    found = list(rsa.findings(RSAKey("file", "key", n, e)))
    assert any(finding in sentence for sentence in found) if finding else found == []


@given(st.integers(1, 2**300), st.integers(2, 40))
def test_a_root_is_the_greatest_integer_whose_power_is_not_greater(n: int, k: int) -> None:
    assert rsa.root(n, k) ** k <= n < (rsa.root(n, k) + 1) ** k
    assert rsa.root(n**k, k) == n


@pytest.mark.parametrize(("p", "name"), list(groups.known_groups().items()), ids=lambda value: str(value)[:20])
def test_a_standard_group_begins_and_ends_with_64_ones_and_is_a_safe_prime(p: int, name: str) -> None:
    assert p >> (p.bit_length() - 64) == p % 2**64 == 2**64 - 1
    assert groups.name_of(p, 2) == name
    if p.bit_length() <= 2048:
        assert pow(3, p - 1, p) == pow(3, p // 2 - 1, p // 2) == 1


@pytest.mark.parametrize(
    ("p", "g", "q", "finding"),
    [
        (GROUP, 2, None, ""),
        (GROUP, 1, None, "generator"),
        (GROUP, GROUP - 1, None, "generator"),
        (GROUP, 4, GROUP // 2, ""),
        (GROUP, GROUP - 4, GROUP // 2, "order of the generator g is not q"),
        (GROUP, 4, GROUP // 2 - 2, "q does not divide p - 1"),
        (GROUP, 4, 2, "q has 2 bits"),
        (GROUP, 4, 0, "q does not divide p - 1"),
        (23, 5, None, "fewer than 2,048"),
        (2, 2, 1, "generator"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_is_wrong_with_a_group_is_found(p: int, g: int, q: int | None, finding: str) -> None:
    found = list(dh.findings(Group("file", "group", p, g, q)))
    assert any(finding in sentence for sentence in found) if finding else found == []


@pytest.mark.parametrize(("p", "g", "order"), [(23, 2, 11), (23, 5, 22), (47, 2, 23), (47, 5, 46), (59, 2, 58)])
def test_the_order_of_a_generator_is_the_number_of_its_powers(p: int, g: int, order: int) -> None:
    assert len({pow(g, k, p) for k in range(p)}) == order
    assert dh.order_of_generator(Group("file", "group", p, g)) == {p - 1: "p-1", p // 2: "(p-1)/2"}[order]
