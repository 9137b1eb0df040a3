"""The submissions of the soak test's clients: single numbers, lists, and primes that need a proof."""

import random
from dataclasses import dataclass
from enum import StrEnum

import gmpy2

#: The share of lists and of primes that need a proof; the rest are single numbers that the worker finishes.
LISTS, PROOFS = 0.02, 0.04
#: There is a long proof for this many tasks, and at least two. Its prime is large enough for the queue of long proofs.
TASKS_PER_LONG_PROOF, LONG_BITS = 5_000, 1_800
#: The lengths of the lists, and their relative frequencies.
LENGTHS, LENGTH_WEIGHTS = (1, 10, 100, 1_000, 4_500), (4, 6, 6, 2, 1)
#: The sizes of single numbers and of lists' numbers in bits, and of the primes that need a proof.
SIZES, PROOF_BITS = (4, 16, 32, 64, 64, 64, 128, 256), (80, 400)

Kind = StrEnum("Kind", {"NUMBER": "single number", "LIST": "list", "PROOF": "proof", "LONG_PROOF": "long proof"})


@dataclass(frozen=True, slots=True)
class Submission:
    """A request: its kind, its numbers, and its Idempotency-Key if it has one."""

    kind: Kind
    numbers: tuple[int, ...]
    key: str | None


def draw(count: int, source: random.Random) -> list[Submission]:
    """Return `count` submissions. The long proofs are spread over the first half; every second submission has a key."""
    long_proofs = max(2, count // TASKS_PER_LONG_PROOF)
    kinds = source.choices((Kind.NUMBER, Kind.LIST, Kind.PROOF), (1 - LISTS - PROOFS, LISTS, PROOFS), k=count)
    for index in range(long_proofs):
        kinds[index * count // (2 * long_proofs)] = Kind.LONG_PROOF
    keys = [f"soak-{index}" if index % 2 else None for index in range(count)]
    return [Submission(kind, _numbers(kind, source), key) for kind, key in zip(kinds, keys, strict=True)]


def _numbers(kind: Kind, source: random.Random) -> tuple[int, ...]:
    if kind in {Kind.NUMBER, Kind.LIST}:
        (length,) = source.choices(LENGTHS, LENGTH_WEIGHTS) if kind is Kind.LIST else (1,)
        return tuple(_small(source) for _ in range(length))
    bits = LONG_BITS if kind is Kind.LONG_PROOF else source.randint(*PROOF_BITS)
    if kind is Kind.LONG_PROOF or source.random() < 0.7:
        return (int(gmpy2.next_prime(1 << bits - 1 | source.getrandbits(bits - 1))),)
    sign, factor = source.choice((-1, 1)), source.getrandbits(30) | 1  # a special form: k·2^m ± 1 with k < 2^m
    while not gmpy2.is_prime((factor << bits) + sign):
        factor += 2
    return (int((factor << bits) + sign),)


def _small(source: random.Random) -> int:
    """Return a number of at most 256 bits. One in four of those below 64 bits is a prime, which needs no proof."""
    number = source.getrandbits(source.choice(SIZES))
    return int(gmpy2.next_prime(number)) if number < 1 << 63 and source.random() < 0.25 else number
