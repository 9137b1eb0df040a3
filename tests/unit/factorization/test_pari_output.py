"""How far PARI is comes from what it writes while it factors."""

from tempfile import TemporaryFile

import pytest

from chalicelib.factorization.pari_output import read_steps
from chalicelib.primality.progress import Steps

SIEVE = "MPQS: bound for `large primes' = 8089360\nMPQS: computing relations:"


@pytest.mark.parametrize(
    ("output", "steps"),
    [
        ("", None),
        ("IFAC: checking for pure square\n", None),
        (SIEVE, Steps(0, 100, "percent")),
        (SIEVE + " 1% 2%\n  *** Warning: increasing stack size\n 3%", Steps(3, 100, "percent")),
        (SIEVE + " 99%\n" + SIEVE + " 20%", Steps(20, 100, "percent")),
    ],
)
def test_the_steps_are_those_of_the_sieve_that_wrote_last(output: str, steps: Steps | None) -> None:
    with TemporaryFile() as file:
        file.write(output.encode())
        file.flush()
        assert read_steps(file.fileno()) == steps
