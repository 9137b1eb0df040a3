import pytest

from chalicelib.settings import read

REQUIRED = {"TABLE_NAME": "t", "TASKS_QUEUE_URL": "a", "LISTS_QUEUE_URL": "b"}


def test_what_is_not_set_has_its_default() -> None:
    settings = read(REQUIRED)
    assert settings.max_digits == 10_000
    assert settings.retention_days == 7
    assert settings.metrics_namespace == ""
    assert settings.slots == {}


def test_the_slots_of_the_consumers_are_read_by_queue() -> None:
    assert read(REQUIRED | {"SLOTS": "tasks=40,proofs=2"}).slots == {"tasks": 40, "proofs": 2}


@pytest.mark.parametrize("value", ["40", "tasks=", "tasks=many", "tasks=1=2"])
def test_slots_that_cannot_be_read_are_refused(value: str) -> None:
    with pytest.raises(RuntimeError, match="SLOTS"):
        read(REQUIRED | {"SLOTS": value})


def test_a_table_that_is_missing_is_named() -> None:
    with pytest.raises(RuntimeError, match="TABLE_NAME"):
        read(REQUIRED | {"TABLE_NAME": ""})


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "100001", "\uff19"])
def test_a_limit_that_is_out_of_its_range_is_refused(value: str) -> None:
    with pytest.raises(RuntimeError, match="MAX_DIGITS"):
        read(REQUIRED | {"MAX_DIGITS": value})
