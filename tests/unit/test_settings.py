"""Every environment variable is read and checked once."""

from __future__ import annotations

import pytest

from chalicelib.settings import read

NEEDED = {
    "TABLE_NAME": "t",
    "TASKS_QUEUE_URL": "a",
    "PROOFS_QUEUE_URL": "b",
    "DEAD_LETTERS_QUEUE_URL": "c",
}


def test_what_is_not_set_has_its_default() -> None:
    settings = read(NEEDED)
    assert (settings.max_digits, settings.retention_days, settings.metrics_namespace) == (10_000, 7, "")


@pytest.mark.parametrize("name", NEEDED)
def test_a_variable_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(RuntimeError, match=name):
        read({other: value for other, value in NEEDED.items() if other != name})


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "100001", "\uff19"])
def test_a_limit_that_is_out_of_its_range_is_refused(value: str) -> None:
    with pytest.raises(RuntimeError, match="MAX_DIGITS"):
        read(NEEDED | {"MAX_DIGITS": value})
