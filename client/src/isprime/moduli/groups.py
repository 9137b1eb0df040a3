"""The groups that standards define, made by the formulas of the standards.

p = 2^n - 2^(n-64) - 1 + 2^64 · (floor(2^(n-130) · x) + c), where x is π (RFC 2409, section 6; RFC 3526) or e (RFC 7919,
appendix A), and c is the least integer for which p and (p - 1)/2 are prime. The generator is 2.
"""

from __future__ import annotations

from functools import cache

#: Bits and c, by the name of the group.
PI_GROUPS = {
    "RFC 2409 group 1": (768, 149686),
    "RFC 2409 group 2": (1024, 129093),
    "RFC 3526 group 5": (1536, 741804),
    "RFC 3526 group 14": (2048, 124476),
    "RFC 3526 group 15": (3072, 1690314),
    "RFC 3526 group 16": (4096, 240904),
    "RFC 3526 group 17": (6144, 929484),
    "RFC 3526 group 18": (8192, 4743158),
}
E_GROUPS = {
    "RFC 7919 ffdhe2048": (2048, 560316),
    "RFC 7919 ffdhe3072": (3072, 2625351),
    "RFC 7919 ffdhe4096": (4096, 5736041),
    "RFC 7919 ffdhe6144": (6144, 15705020),
    "RFC 7919 ffdhe8192": (8192, 10965728),
}
#: Bits that are computed beyond those that are used.
GUARD_BITS = 64


def name_of(p: int, g: int) -> str | None:
    """Return the name of the standard group that has this modulus and generator."""
    return known_groups().get(p) if g == 2 else None


@cache
def known_groups() -> dict[int, str]:
    """Return the names of the groups by their moduli."""
    groups = [(name, *size, _pi) for name, size in PI_GROUPS.items()]
    groups += [(name, *size, _e) for name, size in E_GROUPS.items()]
    return {
        2**bits - 2 ** (bits - 64) - 1 + 2**64 * (constant(bits - 130) + c): name for name, bits, c, constant in groups
    }


def _pi(bits: int) -> int:
    """Return floor(2^bits · π), by Machin's formula: π/4 = 4 arctan(1/5) - arctan(1/239)."""
    one = 1 << (bits + GUARD_BITS)
    return (16 * _arctan_of_inverse(5, one) - 4 * _arctan_of_inverse(239, one)) >> GUARD_BITS


def _arctan_of_inverse(x: int, one: int) -> int:
    power = one // x
    total, divisor, sign = power, 1, 1
    while power:
        power //= x * x
        divisor += 2
        sign = -sign
        total += sign * (power // divisor)
    return total


def _e(bits: int) -> int:
    """Return floor(2^bits · e), by the sum of 1/k!."""
    term = total = 1 << (bits + GUARD_BITS)
    k = 1
    while term:
        term //= k
        total += term
        k += 1
    return total >> GUARD_BITS
