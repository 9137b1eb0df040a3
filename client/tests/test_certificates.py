"""Certificates are checked on this machine, and other text is not executed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

import command
from isprime import certificates

#: PARI's `primecert(2^67+3)`.
PRIME = 2**67 + 3
CERTIFICATE = (
    "[[147573952589676412931, 16027960146, 25790886, 147573952589525884931, "
    "[2169871353760194456, 56083619528517607092]]]"
)
#: PARI accepts this certificate of a multiple of 5.
FORGED = "[[32944568246929653515,5462005831,5,17727349444876206702,[26861548294530118121,26972533241468808398]]]"


def run(text: str | bytes, *options: str) -> Result:
    return command.run("verify", "-", *options, stdin=text)


@pytest.mark.parametrize("gmpy2", [True, False], ids=["with gmpy2", "without gmpy2"])
def test_it_needs_no_other_package(gmpy2: bool) -> None:
    hidden = "" if gmpy2 else "import sys; sys.modules['gmpy2'] = None; "
    code = f"{hidden}import isprime; print(isprime.verify({CERTIFICATE!r}).valid, isprime.certificates._integer)"
    path = str(Path(certificates.__file__).parent.parent)
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r}); sys.modules['cypari'] = None; {code}"]
    shown = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    assert shown.startswith("True")
    assert gmpy2 or "class 'int'" in shown


def test_the_command_refuses_a_forged_certificate_with_the_reason() -> None:
    refused = run(FORGED)
    assert refused.exit_code == 1
    assert refused.output == (
        "The certificate is not valid. It is not a proof: row 1: a multiple of s·P below q is the point at infinity "
        "modulo a factor of N.\n"
    )


@pytest.mark.parametrize("number", ["", "2^67+3", str(PRIME), hex(PRIME), "2^67 + 3!/2"])
def test_the_command_names_the_number_that_is_proven_and_meant(number: str) -> None:
    valid = run(CERTIFICATE, *(["--number", number] if number else []))
    assert (valid.exit_code, valid.output) == (0, f"The certificate is valid: it proves that {PRIME} is prime.\n")


def test_the_command_refuses_a_certificate_of_another_number() -> None:
    other = run(CERTIFICATE, "--number", "2^67+5")
    assert other.exit_code == 1
    assert other.output == (f"The certificate is about another number than 2^67+5: it proves that {PRIME} is prime.\n")


@pytest.mark.parametrize("options", [[], ["--number", "7"]])
@pytest.mark.parametrize(
    "text",
    ["", "no certificate", 'system("touch executed")', bytes(range(256)), "7" * 6_000_000, "[" * 5_000_000],
    ids=["empty", "words", "code", "binary", "too large", "brackets"],
)
def test_the_command_refuses_other_input_in_one_line(text: str | bytes, options: list[str]) -> None:
    refused = run(text, *options)
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert not Path("executed").exists()


@pytest.mark.parametrize("number", ["", "1+", "2^1000000", "__import__('os')", "9" * 20_000, "7;8", "\uff17"])
def test_the_command_refuses_a_number_that_it_cannot_read_in_one_short_line(number: str) -> None:
    refused = run(CERTIFICATE, "--number", number)
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert len(refused.stderr) < 250
