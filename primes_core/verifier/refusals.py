"""Why a certificate is refused, and the bound of the work of its check."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """The certificate can be read and is not a proof. The text is the reason."""


class Unreadable(Exception):
    """The text is not a certificate that this package reads. The text is the reason."""


class TooMuchWork(Exception):
    """The certificate is larger, or takes more work to check, than is allowed. The text is the reason."""


@dataclass
class Allowance:
    """The work that a check may still take: multiplications modulo n times the square of n's bits."""

    left: int

    def spend(self, work: int) -> None:
        """Take the estimated work of a step off, before any of it is done.

        Raises:
            TooMuchWork: no more is left.
        """
        self.left -= work
        if self.left < 0:
            raise TooMuchWork("The check of this certificate takes more work than is allowed.")
