"""The command `inspect` reports moduli, refuses private keys, and says by its exit status what it found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("cryptography", minversion="50", reason="it reads the files: requirements-dev.txt has it")

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption as Encryption
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from command import run
from crypto_files import CERTIFICATE, GROUP, KEY, certificate, der, pem
from fake import FakeService, problem
from isprime.moduli.structures import DHParameter

pytestmark = pytest.mark.usefixtures("service_url")

GROUP_WORDS = "RFC 3526 group 14, g 2 of order (p-1)/2, p proven prime, (p-1)/2 proven prime"
CERTIFICATE_PEM = CERTIFICATE.public_bytes(Encoding.PEM)


def group(g: int) -> bytes:
    return pem("DH PARAMETERS", asn1.encode_der(DHParameter(p=GROUP, g=g, private_value_length=None)))


def test_what_is_fine_has_a_line_for_each_entry(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(CERTIFICATE_PEM + group(2))
    result = run("inspect", str(tmp_path / "a.pem"))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{tmp_path}/a.pem, block 1: X.509 certificate CN=example.org, RSA of 2,048 bits, e 65537: nothing found",
        f"{tmp_path}/a.pem, block 2: group, Diffie-Hellman of 2,048 bits, {GROUP_WORDS}: nothing found",
    ]


def test_what_is_wrong_is_a_finding_each_and_the_exit_status_1(service: FakeService) -> None:
    result = run("inspect", "-", stdin=pem("RSA PUBLIC KEY", der(KEY.private_numbers().p, 4)))
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        "standard input",
        "  - n has 1,024 bits, fewer than 2,048",
        "  - the exponent e is not odd and above 1",
        "  - n is prime",
    ]
    assert len(service.lists) == 1


def test_a_modulus_that_is_no_safe_prime_is_a_finding() -> None:
    text = f"20260101000000 2 6 100 2047 2 {GROUP + 2**70:X}"
    result = run("inspect", "-", stdin=text)
    assert result.exit_code == 1
    assert "  - p is not prime" in result.stdout
    assert " of order " not in result.stdout


def test_json_has_a_line_for_each_entry_with_the_findings() -> None:
    rows = [
        json.loads(line) for line in run("inspect", "-", "--json", stdin=CERTIFICATE_PEM + group(1)).stdout.splitlines()
    ]
    assert rows[0] == {
        "place": "standard input, block 1",
        "name": "X.509 certificate CN=example.org",
        "kind": "RSA",
        "bits": 2048,
        "exponent": "65537",
        "numbers": {"n": {"verdict": "composite", "proven": True}},
        "findings": [],
    }
    assert (rows[1]["group"], rows[1]["generator"], rows[1]["order"], len(rows[1]["findings"])) == (None, "1", None, 1)


def test_a_proof_that_is_not_finished_is_told_by_the_exit_status(service: FakeService) -> None:
    assert run("inspect", "-", "--prove", stdin=group(2)).exit_code == 0
    assert service.lists == []
    service.unfinished_reads = 10**6
    assert run("inspect", "-", "--prove", "--timeout", "0", stdin=group(2)).exit_code == 4


def test_a_key_without_a_modulus_is_no_finding_and_nothing_is_asked(service: FakeService) -> None:
    content = certificate(ec.generate_private_key(ec.SECP256R1())).public_bytes(Encoding.PEM)
    result = run("inspect", "-", stdin=content + pem("X509 CRL", b"0"))
    assert result.exit_code == 0
    assert [line.rpartition(": ")[2] for line in result.stdout.splitlines()] == ["no RSA or Diffie-Hellman modulus"] * 2
    assert service.requests == []


PEM, DER = Encoding.PEM, Encoding.DER
PKCS1, PKCS8, SSH = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8, PrivateFormat.OpenSSH


@pytest.mark.parametrize(
    ("encoding", "form", "password"),
    [
        *[(PEM, PKCS1, b""), (PEM, PKCS8, b""), (PEM, SSH, b""), (DER, PKCS1, b""), (DER, PKCS8, b"")],
        *[(PEM, PKCS1, b"password"), (PEM, PKCS8, b"password"), (DER, PKCS8, b"password")],
    ],
)
def test_a_private_key_is_refused_before_anything_is_sent(
    service: FakeService, tmp_path: Path, encoding: Encoding, form: PrivateFormat, password: bytes
) -> None:
    encryption = Encryption(password) if password else NoEncryption()
    (tmp_path / "certificate").write_bytes(CERTIFICATE_PEM)
    (tmp_path / "key").write_bytes(KEY.private_bytes(encoding, form, encryption))
    result = run("inspect", str(tmp_path / "certificate"), str(tmp_path / "key"))
    assert (result.exit_code, result.stdout, service.requests) == (2, "", [])
    assert result.stderr.count("\n") == 1
    assert "private key" in result.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "this is not an X.509 certificate"),
        (b"\0" * 10_000_001, "more than 10 MB"),
        (b"\xff\xfe-\0-\0", "this is not an X.509 certificate"),
        (CERTIFICATE_PEM[:900], "CERTIFICATE cannot be read"),
        (CERTIFICATE_PEM + CERTIFICATE_PEM.replace(b"M", b"N"), "block 2: this block of CERTIFICATE cannot be read"),
        (pem("PUBLIC KEY", b"0"), "PUBLIC KEY cannot be read"),
        (b"20260101000000 2 6 100 2047 2 FF\n\nx", "line 3: this is not a line of a moduli file"),
        (b"-----BEGIN \x1b[31m", "cannot be read"),
    ],
    ids=["empty", "huge", "utf-16", "cut", "changed", "empty-der", "moduli", "escape"],
)
def test_what_cannot_be_read_is_one_line_and_the_exit_status_2(
    service: FakeService, content: bytes, message: str
) -> None:
    result = run("inspect", "-", stdin=content)
    assert (result.exit_code, result.stdout, service.requests) == (2, "", [])
    assert result.stderr.count("\n") == 1
    assert message in result.stderr
    assert "\x1b" not in result.stderr


def test_a_modulus_that_the_service_refuses_is_named_by_its_place(service: FakeService) -> None:
    service.on_request = lambda _: problem(400, "numbers[0]: the number is too large.")
    result = run("inspect", "-", stdin=CERTIFICATE_PEM)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("Error: standard input: ")


def test_without_cryptography_the_command_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isprime.moduli.formats", None)
    monkeypatch.delattr("isprime.moduli.formats")
    result = run("inspect", "-", stdin=CERTIFICATE_PEM)
    assert result.exit_code == 2
    assert "pip install 'isprime[crypto]'" in result.stderr
