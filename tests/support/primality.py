"""Numbers whose primality is known, and the check of a result that shares no code with the engine."""

import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gmpy2 import mpz
from hypothesis import strategies as st
from sympy.ntheory.primetest import mr

from chalicelib.primality.progress import ignore
from chalicelib.primality.result import Result, Verdict
from chalicelib.primality.special_forms import special_form
from primes_core.notation.integers import parse_integer
from primes_core.verifier import verify

#: RSA-100, which takes minutes: http://en.wikipedia.org/wiki/RSA_numbers
RSA_100 = int("1522605027922533360535618378132637429718068114961380688657908494580122963258952897654000350692006139")


def is_confirmed(result: Result) -> bool:
    """Return whether the witness of a result, and nothing else, confirms its verdict.

    For a prime there is nothing to check but that it has no witness and is at least 2.
    """
    n, witness = result.number, result.witness
    if result.verdict is not Verdict.COMPOSITE:
        return (n < 2) == (result.verdict is Verdict.NOT_PRIME) and witness is None
    if witness is None or (witness.factor is None) == (witness.base is None):
        return False
    if witness.factor is not None:
        return 1 < witness.factor < n and n % witness.factor == 0
    return witness.base is not None and n > 3 and n % 2 == 1 and not mr(n, [witness.base])


def is_valid(certificate: str, n: int) -> bool:
    """Return whether a certificate proves n prime, by the verifier, which shares no code with what makes it."""
    verification = verify(certificate)
    return verification.valid and verification.number == n


#: Pairs (k, m) with odd k < 2^m.
shapes = st.integers(4, 90).flatmap(
    lambda m: st.tuples(st.integers(0, 2 ** (m - 1) - 1).map(lambda half: 2 * half + 1), st.just(m))
)


def is_prime(n: int) -> bool | None:
    """Return what the test of n's special form says, None if it has none; check the witness of a composite."""
    decision = special_form(mpz(n), ignore)
    if decision is None:
        return None
    if decision.witness is not None:
        assert is_confirmed(Result(n, Verdict.COMPOSITE, decision.method, decision.witness))
    return decision.witness is None


PATH = Path(__file__).parents[1] / "data" / "primality_cases.jsonl.gz"


@dataclass(frozen=True)
class Case:
    n: int
    prime: bool
    #: Where it comes from.
    source: str


def cases(min_bits: int, max_bits: int) -> list[Case]:
    """Return the cases of `min_bits` to `max_bits` bits."""
    return [case for case in _read() if min_bits <= case.n.bit_length() <= max_bits]


@cache
def _read() -> list[Case]:
    rows = [json.loads(line) for line in gzip.decompress(PATH.read_bytes()).splitlines()]
    return [Case(parse_integer(row["n"], 20_000), row["prime"], row["source"]) for row in rows]
