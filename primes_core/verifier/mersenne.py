"""Mersenne numbers, whose certificate is their name: the test of Lucas and Lehmer is repeated."""

from __future__ import annotations

from dataclasses import dataclass

from .curves import Integer
from .refusals import Refused


@dataclass(frozen=True)
class Mersenne:
    """The claim that 2^p - 1 is prime by the test of Lucas and Lehmer."""

    exponent: int

    @property
    def number(self) -> int:
        """The number 2^p - 1."""
        return (1 << self.exponent) - 1

    def check(self, integer: Integer) -> None:
        """Check that S_(p-2) = 0 modulo 2^p - 1, with S_0 = 4 and S_(i+1) = S_i² - 2.

        For p > 2 that shows that it is prime: D. H. Lehmer, "On Lucas's test for the primality of Mersenne's numbers",
        J. London Math. Soc. 10 (1935). For the proof in this direction p need not be prime: J. W. Bruce, "A really
        trivial proof of the Lucas-Lehmer test", Amer. Math. Monthly 100 (1993).
        """
        p = self.exponent
        if p < 3:
            raise Refused("the exponent is below 3")
        n, s = integer(self.number), integer(4)
        for _ in range(p - 2):
            s = s * s - 2
            s = (s & n) + (s >> p)
            if s >= n:
                s -= n
        if s % n:
            raise Refused("the test of Lucas and Lehmer does not end in 0")
