"""The findings on a Diffie-Hellman group that need no service."""

from __future__ import annotations

from collections.abc import Iterator

from isprime.moduli.records import Group, Question
from primes_core.verifier.integers import jacobi

#: Fewer bits are no longer acceptable. Source: NIST SP 800-131A Rev. 2, section 5; RFC 8270 for SSH.
MIN_BITS = 2048
#: The least order of a subgroup of a modulus of that size. Source: the same.
MIN_ORDER_BITS = 224


def questions(group: Group) -> list[Question]:
    """Return what the service is asked: whether p is prime, and q or else (p - 1)/2."""
    if group.q is not None:
        return [Question("p", group.p), Question("q", group.q)]
    return [Question("p", group.p), Question("(p-1)/2", (group.p - 1) // 2)]


def findings(group: Group) -> Iterator[str]:
    """Yield what is wrong with a group, a sentence each."""
    p, g, q = group.p, group.g, group.q
    if p.bit_length() < MIN_BITS:
        yield f"p has {p.bit_length():,} bits, fewer than {MIN_BITS:,}"
    if q is not None and (q < 2 or (p - 1) % q):
        yield "q does not divide p - 1"
    elif q is not None and q.bit_length() < MIN_ORDER_BITS:
        yield f"q has {q.bit_length():,} bits, fewer than {MIN_ORDER_BITS}"
    if not 2 <= g <= p - 2:
        yield "the generator g is not between 2 and p - 2: its powers are 0, 1 and p - 1"
    elif q is not None and q > 1 and p > 2 and pow(g, q, p) != 1:
        yield "the order of the generator g is not q"


def order_of_generator(group: Group) -> str | None:
    """Return the order of g in words, if p and q or (p - 1)/2 are prime; None for another order.

    In a group with p = 2q + 1, g has the order q if it is a square, else 2q, which tells whether a secret exponent is
    even. Source: RFC 7919, section 2; Menezes, van Oorschot, Vanstone, "Handbook of Applied Cryptography", fact 2.135.
    """
    if group.q is not None:
        return "q" if pow(group.g, group.q, group.p) == 1 else None
    return "(p-1)/2" if jacobi(group.g, group.p) == 1 else "p-1"
