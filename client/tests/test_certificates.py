"""Certificates are checked on this machine, and other text is not executed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from isprime import InvalidCertificate, VerifierMissing, certificates, verify
from isprime.cli import cli

#: PARI's `primecert(2^67+3)`: of 147573952589676412931.
PRIME = 2**67 + 3


@pytest.fixture(scope="module")
def certificate() -> str:
    pari = pytest.importorskip("cypari").pari
    return str(pari.primecert(PRIME))


def test_a_valid_certificate_gives_the_number_that_it_proves(certificate: str) -> None:
    assert verify(certificate) == PRIME


def test_a_changed_certificate_is_not_valid(certificate: str) -> None:
    assert verify(certificate.replace(str(PRIME), str(PRIME + 2), 1)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        'system("touch x")',
        "[[7, x]]",
        "[7]\nsystem(1)",
        'read("x")',
        "[PRIMO - Primality Certificate]",
    ],
    ids=["empty", "a call", "a name", "a call behind a vector", "a file", "Primo's format"],
)
def test_anything_else_than_a_certificate_is_refused(text: str) -> None:
    with pytest.raises(InvalidCertificate):
        verify(text)


def test_half_a_certificate_is_refused(certificate: str) -> None:
    with pytest.raises(InvalidCertificate, match="PARI cannot read this"):
        verify(certificate[: len(certificate) // 2])


def test_without_cypari_it_says_how_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cypari", None)
    with pytest.raises(VerifierMissing, match=r"pip install .* PARI/GP does the same"):
        verify("[[7, 1]]")


def test_the_command_reports_what_is_proven_and_has_an_exit_status_for_it(certificate: str, tmp_path: Path) -> None:
    file = tmp_path / "certificate.txt"
    file.write_text(certificate)
    valid = CliRunner().invoke(cli, ["verify", str(file)])
    assert (valid.exit_code, valid.stdout) == (0, f"The certificate is valid: it proves that {PRIME} is prime.\n")
    wrong = CliRunner().invoke(cli, ["verify", "-"], input=certificate.replace(str(PRIME), str(PRIME + 2), 1))
    assert (wrong.exit_code, wrong.stdout) == (1, "The certificate is not valid.\n")
    other = CliRunner().invoke(cli, ["verify", "-"], input="no certificate")
    assert other.exit_code == 2


def test_the_command_says_how_to_install_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cypari", None)
    result = CliRunner().invoke(cli, ["verify", "-"], input="[[7, 1]]")
    assert (result.exit_code, result.stderr) == (2, f"Error: {certificates.HOW_TO_INSTALL}\n")
