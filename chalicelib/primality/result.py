"""The engine's results, each with evidence that anyone can check.

Evidence is checked where it is made, so that a result without it cannot be written: a base of a witness comes from
`strong_test.refutes`, a factor from `proper_factor`, a certificate from `ecpp.certify`, which validates it, and the
verdict prime from the branch that holds the bound of its method. A second strong test of each composite would double
its time and repeat the first.

The classes are not frozen: a frozen dataclass takes three times as long to construct (1.2 µs).
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The verdict on a number."""

    PRIME = "prime"
    COMPOSITE = "composite"
    #: The number is below 2.
    NOT_PRIME = "not_prime"
    #: The number passes the Baillie-PSW test, which no known composite does, but is not proven prime.
    PROBABLE_PRIME = "probable_prime"


@dataclass(slots=True)
class Witness:
    """Why a number is composite. Exactly one of the fields is set.

    A strong base is checked by one modular power: M. O. Rabin, "Probabilistic algorithm for testing primality",
    J. Number Theory 12 (1980).
    """

    #: A proper factor of the number.
    factor: int | None = None
    #: A base for which the number fails the strong probable prime test.
    base: int | None = None


def proper_factor(n: int, factor: int) -> Witness:
    """Return a factor of n as a witness, after the division that a reader makes.

    Raises:
        WrongResult: It is not a proper factor.
    """
    if not 1 < factor < n or n % factor:
        raise WrongResult("what was found is not a proper factor of the number")
    return Witness(factor=int(factor))


@dataclass(slots=True)
class Result:
    """The result of one number: its verdict, the method and the evidence, and the time that it took."""

    #: The number itself.
    number: int
    #: What is known of it.
    verdict: Verdict
    #: The test or theorem that decided.
    method: str = ""
    #: The evidence of a composite, None for every other verdict.
    witness: Witness | None = None
    #: Whether the proof has a certificate.
    has_certificate: bool = False
    #: The wall-clock time of the computation, in seconds.
    seconds: float = 0.0

    @property
    def is_prime(self) -> bool:
        """Whether the number is prime, proven or probable."""
        return self.verdict is Verdict.PRIME or self.verdict is Verdict.PROBABLE_PRIME

    @property
    def proven(self) -> bool:
        """Whether the verdict is certain."""
        return self.verdict is not Verdict.PROBABLE_PRIME


@dataclass(slots=True)
class Proof:
    """The outcome of an attempt to prove a number prime."""

    #: What is known of the number now.
    result: Result
    #: The certificate of a proof that has one, else None: see `primes_core.verifier.verify` for the formats.
    certificate: str | None = None


class WrongResult(RuntimeError):
    """A result does not agree with its own evidence: a fault of the engine or of a library. Report the number."""
