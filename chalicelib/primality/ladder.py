"""The ladder: each rung decides what it can and leaves the rest to the next, a dearer one."""

import math
from dataclasses import replace
from time import perf_counter

from gmpy2 import mpz

from chalicelib.primality import bpsw, ecpp, small, strong
from chalicelib.primality.cost import proving_seconds
from chalicelib.primality.progress import Report, silent
from chalicelib.primality.special_forms import special_form
from chalicelib.primality.special_forms.neighbours import smooth_neighbour
from chalicelib.primality.verdict import Kind, Verdict, Witness
from chalicelib.primality.witnesses import with_factor

#: Up to this size ECPP takes about a second and leaves a certificate; beyond, a proof without one comes first.
CERTIFICATE_BITS = 1024
#: How much faster than the estimate a proof may turn out to be.
HOPE = 2


def classify(n: int) -> Verdict:
    """Decide n with a proof, however long that takes: the whole ladder."""
    return prove(n, silent)


def prove(n: int, progress: Report, seconds: float = math.inf) -> Verdict:
    """Decide n with a proof, reporting the steps of those algorithms that can count them.

    The time is minutes at 4,096 bits for a prime of no special form, and hours beyond. If that is far more than
    the given seconds the proof is not begun, and the prime stays probable.
    """
    start = perf_counter()
    verdict = with_factor(screen(n, progress))
    if verdict.verdict == "probable_prime":
        verdict = _prove_probable_prime(verdict, progress, seconds)
    elif lacks_certificate(verdict):
        verdict = replace(verdict, method="ECPP", certificate=ecpp.certify(n))
    return replace(verdict, seconds=perf_counter() - start)


def glance(n: int) -> Verdict | None:
    """Decide n by trial division alone, in milliseconds whatever its size, or return None."""
    start = perf_counter()
    factor = small.smallest_factor(mpz(n)) if n > 1 else None
    if factor is None or factor == n:
        return None
    return Verdict(n, "composite", True, "trial division", Witness(factor=factor), seconds=perf_counter() - start)  # noqa: FBT003


def lacks_certificate(verdict: Verdict) -> bool:
    """Tell whether `prove` has a certificate for a prime that is proven already, by other people's computations.

    Those behind the strong test's bound are published, but nobody checks them again in a moment.
    """
    return verdict.is_prime and bpsw.EXHAUSTIVE <= verdict.number < strong.BOUND and verdict.certificate is None


def screen(n: int, progress: Report = silent) -> Verdict:
    """Decide n for the price of a Baillie-PSW test: above 2^81 a prime of no special form stays probable."""
    start = perf_counter()
    if n < 2:
        return Verdict(n, "not_prime", True, "definition", seconds=perf_counter() - start)  # noqa: FBT003
    method, witness, proven = _decide(mpz(n), progress)
    kind: Kind = "composite" if witness else "prime" if proven else "probable_prime"
    return Verdict(n, kind, proven, method, witness, seconds=perf_counter() - start)


def _prove_probable_prime(verdict: Verdict, progress: Report, seconds: float) -> Verdict:
    n = mpz(verdict.number)
    if n.bit_length() > CERTIFICATE_BITS:
        outcome = smooth_neighbour(n, progress)
        if outcome is not None:
            return replace(verdict, verdict="prime", proven=True, method=outcome.method)
    if proving_seconds(n.bit_length()) > HOPE * seconds:
        return verdict
    certificate = ecpp.certify(verdict.number)
    if certificate is None:  # the first composite known to pass Baillie-PSW
        witness = strong.witness_of_composite(n)
        return replace(verdict, verdict="composite", proven=True, method="ECPP", witness=witness)
    return replace(verdict, verdict="prime", proven=True, method="ECPP", certificate=certificate)


def _decide(n: mpz, progress: Report) -> tuple[str, Witness | None, bool]:
    factor = small.smallest_factor(n)
    if factor is not None:
        return "trial division", None if factor == n else Witness(factor=factor), True
    if small.is_below_square(n):
        return "trial division", None, True
    if n < bpsw.EXHAUSTIVE:
        method, witness, proven = "Baillie-PSW below 2^64", bpsw.refutation(n), True
    elif n < strong.BOUND:
        method, witness, proven = "strong test to 13 prime bases", strong.strong_witness(n, strong.BASES), True
    elif (outcome := special_form(n, progress)) is not None:
        return *outcome, True
    else:
        method, witness = "Baillie-PSW", bpsw.refutation(n)
        proven = witness is not None
    return (method if witness is None else f"strong test to base {witness.base}"), witness, proven
