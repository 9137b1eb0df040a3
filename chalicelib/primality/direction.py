"""The direction of a search for a prime from a number."""

from enum import StrEnum


class Direction(StrEnum):
    """Which prime is searched for; never the number itself."""

    #: The least prime above the number.
    NEXT = "next"
    #: The greatest prime below the number.
    PREVIOUS = "previous"
