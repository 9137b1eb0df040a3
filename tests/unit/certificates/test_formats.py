import subprocess
from pathlib import Path

import pytest

from chalicelib.certificates import formats
from infra import ROOT
from primes_core.notation.integers import to_decimal
from tests.support.programs import require

CURVES = (
    "[[18446744073709551629, -2929381838, 868924, 12933343713794143276, [9467376588094320717, 7796268169446363853]]]"
)
LARGE = 3 * 2**16408 + 1
#: A proof from N-1 by a factor of N - 1 that has a certificate by elliptic curves.
HELPED = f"[{44 * (2**64 + 13) + 1}, [2, [{2**64 + 13}, 0, {CURVES}]]]"
FOR_PARI = {
    "below 2^64": (2**61 - 1, "2305843009213693951\n"),
    "N-1": (2**31 * 3 + 1, "[6442450945, [2]]\n"),
    "N-1 of 4,940 digits": (LARGE, f"[{to_decimal(LARGE)}, [2]]\n"),
    "elliptic curves": (2**64 + 13, CURVES),
}


@pytest.mark.parametrize(("number", "certificate"), FOR_PARI.values(), ids=FOR_PARI)
@pytest.mark.parametrize("other", [0, 2], ids=["its number", "another number"])
def test_the_documents_command_for_gp_accepts_a_certificate_of_its_number_only(
    tmp_path: Path, number: int, certificate: str, other: int
) -> None:
    require("gp")
    lines = (ROOT / "docs" / "api.md").read_text().splitlines()
    command = next(line for line in lines if line.startswith("grep ")).replace("10^60+7", to_decimal(number + other))
    (tmp_path / "certificate.txt").write_text(formats.write(certificate, "pari"))
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{int(not other)}\n", "")


@pytest.mark.parametrize("certificate", ["Lucas-Lehmer: 2^127-1\n", "N+1: [7, [2]]\n", HELPED])
def test_what_pari_cannot_read_is_refused_in_its_format_and_not_in_that_of_isprime(certificate: str) -> None:
    assert formats.write(certificate, "isprime") == certificate
    with pytest.raises(formats.NoSuchFormat, match=r"format pari does not exist .* ask for \?format=isprime"):
        formats.write(certificate, "pari")


@pytest.mark.parametrize("certificate", ["Lucas-Lehmer: 2^127-1", "N+1: [7, [2]]", "[13, [2, 3]]"])
def test_primo_has_no_format_for_a_proof_without_curves(certificate: str) -> None:
    with pytest.raises(formats.NoSuchFormat, match=r"ask for \?format=isprime"):
        formats.write(certificate, "primo")
