"""What several tests use, and how many examples a property is tried with."""

from hypothesis import settings


def examples(count: int) -> int:
    """Return the examples for a property that has `count` where others have 100, in the profile that is used."""
    default = settings.default
    assert default
    return max(count * default.max_examples // 100, 1)
