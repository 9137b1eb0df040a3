import pytest

from chalicelib.store import waits
from tests.support.doubles import set_clock

pytestmark = pytest.mark.usefixtures("aws")


def test_the_waits_of_a_step_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = set_clock(monkeypatch, 1_800_000_000.0)
    assert [waits.add(waits.current_step(), seconds) for seconds in (25, 3)] == [25, 28]
    now.seconds += waits.STEP_SECONDS
    assert waits.add(waits.current_step(), 2) == 2
