"""What the clients of the soak test submit: single numbers, lists, and primes that need a proof."""

import math
import random
from dataclasses import dataclass
from enum import StrEnum

import gmpy2

#: The share of lists and of primes that need a proof; the rest are single numbers that the worker finishes.
LISTS, PROOFS = 0.02, 0.04
#: There is a long proof for this many tasks, and at least two. Its prime is large enough for the queue of long proofs.
TASKS_PER_LONG_PROOF = 5_000
LONG_BITS = 1_800
#: The lengths of the lists, and their relative frequencies.
LENGTHS, LENGTH_WEIGHTS = (1, 10, 100, 1_000, 4_500), (4, 6, 6, 2, 1)
#: The sizes of single numbers and of lists' numbers, in bits; below 2^64 a prime needs no proof.
SIZES = (4, 16, 32, 64, 64, 64, 128, 256)
MAX_PRIME_BITS = 64
#: The sizes of the primes that need a proof, in bits.
PROOF_BITS = (80, 400)
#: Exponents of Mersenne primes, and n for which n! + 1 is prime, of these sizes.
MERSENNE, FACTORIAL = (89, 107, 127), (27, 37, 41, 73, 77)


class Kind(StrEnum):
    """The kinds of tasks."""

    NUMBER = "single number"
    LIST = "list"
    PROOF = "proof"
    LONG_PROOF = "long proof"


@dataclass(frozen=True, slots=True)
class Submission:
    """A request: its kind, its numbers, and its Idempotency-Key if it has one."""

    kind: Kind
    numbers: tuple[int, ...]
    key: str | None

    @property
    def body(self) -> dict[str, object]:
        """The body of `POST /`."""
        if self.kind is Kind.LIST:
            return {"numbers": [str(number) for number in self.numbers]}
        return {"number": str(self.numbers[0])}


def draw(count: int, source: random.Random) -> list[Submission]:
    """Return `count` submissions. The long proofs are spread over the first half; every second submission has a key."""
    long_proofs = max(2, count // TASKS_PER_LONG_PROOF)
    indexes = {index * count // (2 * long_proofs) for index in range(long_proofs)}
    run = f"soak-{source.getrandbits(32):08x}"
    return [
        _submission(
            Kind.LONG_PROOF if index in indexes else _kind(source), f"{run}-{index}" if index % 2 else None, source
        )
        for index in range(count)
    ]


def _kind(source: random.Random) -> Kind:
    others = 1 - LISTS - PROOFS
    return source.choices((Kind.NUMBER, Kind.LIST, Kind.PROOF), (others, LISTS, PROOFS))[0]


def _submission(kind: Kind, key: str | None, source: random.Random) -> Submission:
    if kind is Kind.LIST:
        (length,) = source.choices(LENGTHS, LENGTH_WEIGHTS)
        return Submission(kind, tuple(_small(source) for _ in range(length)), key)
    number = {Kind.NUMBER: _small, Kind.PROOF: _provable, Kind.LONG_PROOF: _long}[kind](source)
    return Submission(kind, (number,), key)


def _small(source: random.Random) -> int:
    """Return a number of at most 256 bits. One in four of those below 64 bits is a prime."""
    bits = source.choice(SIZES)
    number = source.getrandbits(bits)
    return int(gmpy2.next_prime(number)) if bits < MAX_PRIME_BITS and source.random() < 0.25 else number


def _provable(source: random.Random) -> int:
    """Return a prime of about 80 to 400 bits: 70 % without a special form, the others k·2^m ± 1, 2^p - 1 or n! + 1."""
    form = source.random()
    if form < 0.7:
        bits = source.randint(*PROOF_BITS)
        return int(gmpy2.next_prime(1 << bits - 1 | source.getrandbits(bits - 1)))
    if form < 0.9:
        return _near_power(source)
    if form < 0.95:
        return (1 << source.choice(MERSENNE)) - 1
    return math.factorial(source.choice(FACTORIAL)) + 1


def _near_power(source: random.Random) -> int:
    """Return a prime k·2^m + 1 or k·2^m - 1 with k < 2^m."""
    exponent, sign = source.randint(PROOF_BITS[0], PROOF_BITS[1] - 40), source.choice((-1, 1))
    factor = source.getrandbits(30) | 1
    while not gmpy2.is_prime((factor << exponent) + sign):
        factor += 2
    return int((factor << exponent) + sign)


def _long(source: random.Random) -> int:
    return int(gmpy2.next_prime(1 << LONG_BITS - 1 | source.getrandbits(LONG_BITS - 1)))
