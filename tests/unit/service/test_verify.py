import pytest

from chalicelib.errors import LimitExceeded
from chalicelib.service.verify import verify


@pytest.mark.parametrize("text", [b"7" * 6_000_000, b"Lucas-Lehmer: 2^44497-1"], ids=["size", "work"])
def test_more_than_a_request_may_cost_is_refused_and_says_what_to_do(text: bytes) -> None:
    with pytest.raises(LimitExceeded, match="isprime verify FILE"):
        verify(text)
