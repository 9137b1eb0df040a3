import math
import re
import subprocess
from pathlib import Path

import pytest
from gmpy2 import mpz

from chalicelib.certificates import formats, implied
from chalicelib.primality import ecpp
from chalicelib.primality.neighbours import smooth_neighbour
from chalicelib.primality.progress import ignore
from primes_core.notation.integers import to_decimal
from tests.support.programs import require


def theorem_of(n: int) -> str:
    by_form = implied.certificate_of(n)
    neighbour = None if by_form else smooth_neighbour(mpz(n), ignore)
    certificate = by_form or (neighbour.certificate if neighbour else ecpp.certify(n))
    return formats.write(certificate or "", "rocq")


def checked(theorem: str, folder: Path) -> subprocess.CompletedProcess[str]:
    require("coqc")
    file = folder / "theorem.v"
    file.write_text(theorem)
    return subprocess.run(["coqc", "-q", file.name], cwd=folder, capture_output=True, text=True, check=False)


#: Of elliptic curves, Lucas-Lehmer, Proth, n - 1, and below 2^64.
PRIMES = [10**60 + 7, 2**127 - 1, 39 * 2**70 + 1, math.factorial(154) + 1, 2**64 - 59]


@pytest.mark.slow
def test_rocq_accepts_the_theorem_of_each_kind_of_proof(tmp_path: Path) -> None:
    theorems = [theorem_of(n) for n in PRIMES]
    for n, theorem in zip(PRIMES, theorems, strict=True):
        assert f"Theorem prime_N : prime {n}." in theorem
    # To print the assumptions takes seconds, and all kinds apply the same theorem of Coqprime.
    first, *others = [theorem.replace("prime_N", f"prime_{place}_N") for place, theorem in enumerate(theorems)]
    assumptions = re.compile(r"^Print Assumptions .*", re.MULTILINE)
    run = checked(first + assumptions.sub("", "".join(others)), tmp_path)
    assert run.returncode == 0, run.stderr
    axioms = re.findall(r"^([A-Za-z]\S*)\s*:", run.stdout.replace("\n  :", " :"), re.MULTILINE)
    assert axioms
    assert [name for name in axioms if not name.startswith(("Uint63.", "PrimInt63.", "Axioms"))] == []


@pytest.mark.slow
def test_rocq_refuses_the_theorem_of_another_number(tmp_path: Path) -> None:
    theorem = theorem_of(2**127 - 1).replace(str(2**127 - 1), str(2**127 - 3))
    assert checked(theorem, tmp_path).returncode != 0


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (f"N+1: [{3 * 2**94 - 1}, [2]]", "no proof from N.1"),
        ("[[1009, -26, 28, 1, [1, 1]]]", "one row has a smaller q"),
        (f"[{to_decimal(2**5000 * 15 + 1)}, [2, 3, 5]]", "up to 2,500 bits"),
        ("[1000000000000000000000007, [[2463054187192118226601, 2, [2463054187192118226601, [2, 3]]]]]", "above 2.64"),
        ("[18446744073709551629, [2]]", "No base"),
    ],
    ids=["N+1", "small q", "size", "a large factor", "small factors"],
)
def test_what_coqprime_cannot_check_is_refused_with_a_reason(certificate: str, reason: str) -> None:
    with pytest.raises(formats.NoSuchFormat, match=reason):
        formats.write(certificate, "rocq")
