import re
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from tests.support.doubles import set_clock

#: Until the end of the year 9999, the last that RFC 3339 can write.
seconds = st.floats(0, 253_402_300_799)


def test_a_time_is_rfc_3339_in_utc_with_milliseconds() -> None:
    assert clock.rfc3339(1_795_940_130.123) == "2026-11-29T08:15:30.123Z"


@given(seconds)
def test_every_time_has_the_same_form_and_is_read_back_to_the_millisecond(time: float) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", clock.rfc3339(time))
    assert datetime.fromisoformat(clock.rfc3339(time)).timestamp() == pytest.approx(time, abs=0.001_01)


@given(st.lists(seconds, min_size=2))
def test_texts_are_in_the_order_of_their_times(times: list[float]) -> None:
    assert all(earlier <= later for earlier, later in pairwise(map(clock.rfc3339, sorted(times))))


def test_a_timestamp_is_the_current_time(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = set_clock(monkeypatch, 1_795_940_130.0)
    assert clock.timestamp() == clock.rfc3339(fake.seconds)
