"""The findings on an entry, once the service has said which of its numbers are prime."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from isprime.moduli import dh, rsa
from isprime.moduli.records import Entry, Group, Question, RSAKey
from isprime.numbers import to_decimal
from isprime.results import Result

#: The results by the names of the questions.
Results = Mapping[str, Result]


def questions(entry: Entry) -> list[Question]:
    """Return what the service is asked about an entry."""
    if isinstance(entry, RSAKey):
        return [Question("n", entry.n)]
    return dh.questions(entry) if isinstance(entry, Group) else []


def findings(entry: Entry, results: Results) -> Iterator[str]:
    """Yield what is wrong with an entry, a sentence each."""
    if isinstance(entry, RSAKey):
        yield from rsa.findings(entry)
        if results["n"].is_prime:
            yield "n is prime: its factors are known, and so is the private key"
        elif results["n"].verdict == "not_prime":
            yield "n is below 2"
    if isinstance(entry, Group):
        yield from dh.findings(entry)
        composites = [name for name, result in results.items() if not result.is_prime]
        yield from (f"{name} is not prime{_factor(results[name])}" for name in composites)
        if "(p-1)/2" in composites:
            yield "p is not a safe prime, and no order of the generator is given: subgroups may be small"


def _factor(result: Result) -> str:
    return "" if result.factor is None else f": {to_decimal(result.factor)} divides it"
