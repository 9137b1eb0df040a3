"""The search for all prime factors of a number, with a proof of each."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from secrets import randbits
from time import monotonic

from gmpy2 import mpz

from chalicelib.factorization import gmp_ecm, methods
from chalicelib.factorization.algebraic import refine, split
from chalicelib.factorization.factors import ITSELF, KNOWN, Factor, Factorization, collect
from chalicelib.factorization.methods import ECM, FERMAT, PP1, SIEVE, Parts
from chalicelib.factorization.words import split_word
from chalicelib.numbers.cost import factoring_seconds, proving_seconds
from chalicelib.primality import proving
from chalicelib.primality.baillie_psw import VERIFIED_BELOW
from chalicelib.primality.progress import Steps
from chalicelib.primality.result import Result, Verdict, WrongResult
from chalicelib.primality.screening import needs_proof, screen
from primes_core.verifier import TooMuchWork, verify

#: A proof that is expected to take no longer is made when its prime is found; the others at the end, in seconds.
MAX_PROOF_SECONDS = 1.0
#: The work of checking a certificate again by the own verifier: some seconds. PARI has checked a larger one.
MAX_CHECK_WORK = 10**13
#: A sieve is started if its estimated time is at most this multiple of the time that is left.
MAX_ESTIMATE_RATIO = 1.5
#: What a sieve of at most so many seconds splits is left to it by a search with a limit, unless that is of a list's
#: number, whose primes are not proven and which no longer search follows.
MAX_SIEVE_SECONDS = 600.0
#: Before a sieve that takes at least so many seconds, ECM gets a share of its time.
MIN_SIEVE_SECONDS, ECM_SHARE = 0.01, 0.1
#: The most time that a search with a limit gives to ECM, in seconds.
MAX_ECM_SECONDS = 12.0
#: The p ± 1 method is tried before curves with this bound or more, where ECM has at least so many seconds.
MIN_PP1_BOUND, MIN_PP1_SECONDS = 11_000, 0.5
#: Seconds between two reports of the curves that are done.
REPORT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """The state of a search: the factors found so far, and the method that is tried next."""

    factorization: Factorization
    method: str
    #: Whether a longer time can find more.
    has_more: bool = True
    #: How far the method is, where it counts what it does.
    steps: Steps | None = None


@dataclass(slots=True)
class Search:
    """The search for the factors of one number."""

    number: int
    #: Gets what was found before each step that may take long.
    send: Callable[[Found], None]
    #: The time that the search has, in seconds.
    seconds: float = math.inf
    #: What is expected to take longer is left, in seconds.
    limit: float = math.inf
    #: Whether primes above 2^64 are proven.
    proves: bool = True
    #: Factors that the client knows; what does not divide the number is left out.
    hints: Sequence[int] = ()
    #: The file to which PARI writes how far it is: see `methods.sieve`.
    output: int | None = None
    primes: list[Factor] = field(default_factory=list)
    #: A heap of composites, each with the method that found it and the name of its algebraic part.
    composites: list[tuple[int, str, str]] = field(default_factory=list)
    #: Composites for which the time does not suffice.
    left: list[tuple[int, str, str]] = field(default_factory=list)
    #: Composites that an earlier search has left: what comes before the sieve has failed.
    tried: set[int] = field(default_factory=set)
    start: float = field(default_factory=monotonic)
    #: What chooses the first curve of ECM: another search of the same number tries others.
    seed: int = field(default_factory=lambda: randbits(31))

    def run(self, expression: str | None = None, known: Factorization | None = None) -> Found:
        """Return the factors of the number, as far as they were found.

        Args:
            expression: The expression that the number was sent as.
            known: Factors that an earlier search has found.

        Raises:
            WrongResult: The product is another number, or a certificate is not valid.
        """
        found_before = {factor.number: factor.method for factor in known.factors} if known else {}
        hints = [hint for hint in self.hints if self.number % hint == 0]
        sources = dict.fromkeys(hints, KNOWN) | found_before
        if known and self.limit == math.inf:  # the search with a limit has run before
            self.tried = {known.cofactor or 0, *(factor.number for factor in known.factors if not factor.is_prime)}
        parts = [(each, name) for part, name in split(self.number, expression) for each in refine(part, sources)]
        for part, name in parts:
            source = ("algebraic" if name or not hints else KNOWN) if part < self.number else ITSELF
            for each in methods.trial_division(part):
                self._add(each, sources.get(each, source if each == part else "trial division"), name)
        while self.composites:
            composite, _, name = self.composites[0]
            found = self._split(composite)
            popped = heapq.heappop(self.composites)
            if found is None:
                self.left.append(popped)
                continue
            method, split_parts = found
            for part in split_parts:
                self._add(part, method, name)
        self._prove_the_rest()
        unproven = self.proves and any(factor.verdict is Verdict.PROBABLE_PRIME for factor in self.primes)
        return Found(self._collect(), "", has_more=bool(self.left) or unproven)

    def _add(self, part: int, method: str, name: str) -> None:
        """Keep a part of the number: a prime, which is proven if that is quick, or a composite to split."""
        result = screen(part)
        if not result.is_prime:
            heapq.heappush(self.composites, (part, method, name))
            return
        factor = Factor(part, 1, result.verdict, method, part=name)
        if self.proves and proving_seconds(part.bit_length()) <= MAX_PROOF_SECONDS:
            self._prove(factor, result)
        self.primes.append(factor)

    def _split(self, composite: int) -> tuple[str, Parts] | None:
        """Return the method that splits a composite with the parts, or None if the time does not suffice."""
        for method, step in self._steps(composite.bit_length(), is_tried=composite in self.tried):
            if composite >= VERIFIED_BELOW:
                self._report(method)
            parts = step(composite)
            if len(parts) > 1:
                return method, parts
        return None

    def _steps(self, bits: int, *, is_tried: bool) -> Iterator[tuple[str, Callable[[int], Parts]]]:
        """Yield the methods to try on a composite without factors below 100,000."""
        yield "perfect power", methods.perfect_power
        if bits <= 64:
            yield ECM, split_word
            return
        seconds = factoring_seconds(bits) if bits <= methods.PARI_MAX_BITS else math.inf
        sieves = seconds <= min(self.limit, MAX_ESTIMATE_RATIO * self._seconds_left())
        if seconds >= MIN_SIEVE_SECONDS and not (is_tried and sieves):
            yield FERMAT, methods.fermat
            is_left = self.proves and self.limit < seconds <= MAX_SIEVE_SECONDS
            yield from self._curves(bits, ECM_SHARE * seconds if sieves or is_left else math.inf)
        if sieves:
            yield SIEVE, partial(methods.sieve, output=self.output)

    def _curves(self, bits: int, seconds: float) -> Iterator[tuple[str, Callable[[int], Parts]]]:
        """Yield ECM for factors of more and more digits, and the p ± 1 method, for some seconds."""
        if self.limit < math.inf:
            seconds = min(seconds, self.limit, MAX_ECM_SECONDS)
        end = monotonic() + seconds
        for bound, curves in gmp_ecm.levels(bits):
            if bound >= MIN_PP1_BOUND and seconds >= MIN_PP1_SECONDS and monotonic() < end:
                yield PP1, partial(methods.p_plus_minus_1, bound=bound)
            if monotonic() < end:
                yield ECM, partial(self._try_curves, bound=bound, curves=curves, end=end)

    def _try_curves(self, composite: int, bound: int, curves: int, end: float) -> Parts:
        """Return the parts that curves with a bound find until a time."""
        reported = monotonic()
        for done in range(curves):
            now = monotonic()
            if now >= end:
                break
            if now - reported >= REPORT_SECONDS:
                self._report(ECM, Steps(done, curves, "curves"))
                reported = now
            self.seed += 1
            parts = methods.curve(composite, bound, self.seed)
            if len(parts) > 1:
                return parts
        return [composite]

    def _prove_the_rest(self) -> None:
        """Prove the primes whose proofs take longer, the smallest first."""
        for factor in sorted(self.primes, key=lambda factor: factor.number):
            seconds = proving_seconds(factor.number.bit_length())
            if self.proves and factor.verdict is Verdict.PROBABLE_PRIME and seconds <= self.limit:
                self._report("proof of a factor")
                self._prove(factor, screen(factor.number))

    def _prove(self, factor: Factor, screened: Result) -> None:
        """Prove a prime factor. The caller may know that it is prime."""
        if not needs_proof(screened):
            return
        proof = proving.prove(screened, seconds=self._seconds_left())
        factor.verdict, factor.certificate = proof.result.verdict, proof.certificate
        if proof.certificate is not None:
            check(factor.number, proof.certificate)

    def _report(self, method: str, steps: Steps | None = None) -> None:
        self.send(Found(self._collect(), method, steps=steps))

    def _collect(self) -> Factorization:
        composites = [*self.left, *self.composites]
        left = (Factor(n, 1, Verdict.COMPOSITE, method, part=name) for n, method, name in composites)
        return collect(self.number, [*self.primes, *left])

    def _seconds_left(self) -> float:
        return self.start + self.seconds - monotonic()


def check(number: int, certificate: str) -> None:
    """Check a certificate by the own verifier, unless that takes too long: its maker has checked it, too.

    Raises:
        WrongResult: It does not prove the number prime.
    """
    try:
        verification = verify(certificate, mpz, MAX_CHECK_WORK)
    except TooMuchWork:
        return
    if not verification.valid or verification.number != number:
        raise WrongResult(f"the certificate of a factor is not a proof: {verification.reason}")
