"""How far PARI is comes from what it writes while it factors."""

from tempfile import TemporaryFile

import pytest

from chalicelib.factorization.pari_output import read_steps
from chalicelib.primality.progress import Steps

ECM = "ECM: working on 20 curves at a time; initializing for up to 6 rounds...\nECM: time =      0 ms\n"
ROUND = "ECM: B1 = 1000,\tB2 = 110000,\tgss =  128*420\nECM: time =     40 ms, B1 phase done\n"
SIEVE = "MPQS: bound for `large primes' = 8089360\nMPQS: computing relations:"


@pytest.mark.parametrize(
    ("output", "steps"),
    [
        ("", None),
        ("IFAC: checking for pure square\n", None),
        (ECM, Steps(0, 120, "curves")),
        (ECM + ROUND * 3, Steps(40, 120, "curves")),
        (SIEVE, Steps(0, 100, "percent")),
        (ECM + ROUND + SIEVE + " 1% 2%\n  *** Warning: increasing stack size\n 3%", Steps(3, 100, "percent")),
        (SIEVE + " 99%\n" + ECM + ROUND * 2, Steps(20, 120, "curves")),
    ],
)
def test_the_steps_are_those_of_the_method_that_wrote_last(output: str, steps: Steps | None) -> None:
    with TemporaryFile() as file:
        file.write(output.encode())
        file.flush()
        assert read_steps(file.fileno()) == steps
