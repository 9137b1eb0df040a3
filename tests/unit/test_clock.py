import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock

#: Until the end of the year 9999, the last that RFC 3339 can write.
seconds = st.floats(0, 253_402_300_799)


def test_a_time_is_rfc_3339_in_utc_with_milliseconds() -> None:
    assert clock.rfc3339(1_795_940_130.123) == "2026-11-29T08:15:30.123Z"


@given(seconds)
def test_every_time_has_the_same_form_and_is_read_back_to_the_millisecond(time: float) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", clock.rfc3339(time))
    assert datetime.fromisoformat(clock.rfc3339(time)).timestamp() == pytest.approx(time, abs=0.001_01)
