"""Why a certificate is refused."""

from __future__ import annotations


class Refused(Exception):
    """The certificate can be read and is no proof. The text is the reason."""


class Unreadable(Exception):
    """The text is not a certificate that this package reads. The text is the reason."""


class TooMuchWork(Exception):
    """The certificate is larger, or takes more work to check, than is allowed. The text is the reason."""
