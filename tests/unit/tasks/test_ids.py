"""An id carries the time of submission and detects typing errors."""

import uuid

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.settings import MAX_RETENTION_DAYS
from chalicelib.tasks import ids


def test_an_id_is_a_uuid_of_version_8() -> None:
    value = uuid.UUID(ids.new_id())
    assert value.version == 8
    assert value.variant == uuid.RFC_4122


@given(st.floats(min_value=0, max_value=2**42 / 1000 - 1), st.floats(min_value=0.004, max_value=10_000_000))
def test_an_id_carries_when_the_result_is_expected_to_a_fifth(now: float, expected: float) -> None:
    task_id = ids.new_id(now, expected)
    assert ids.is_well_formed(task_id)
    assert abs(ids.submitted_at(task_id) - now) < 0.0011
    assert 0.84 < (ids.expected_at(task_id) - ids.submitted_at(task_id)) / expected < 1.19


@pytest.mark.parametrize(("expected", "carried"), [(0.0, 0.004), (1e12, 0.004 * 2**31.5)])
def test_an_expectation_beyond_what_an_id_carries_is_its_bound(expected: float, carried: float) -> None:
    assert ids.expected_at(ids.new_id(1_000.0, expected)) == pytest.approx(1_000 + carried)


@pytest.mark.parametrize("days", range(1, MAX_RETENTION_DAYS + 1))
def test_an_id_carries_how_long_its_task_is_kept(days: int) -> None:
    assert ids.retention_seconds(ids.new_id(days=days)) == days * 86_400


def test_ids_are_in_the_order_of_their_submission() -> None:
    assert ids.new_id(1_000.0, 1e9) < ids.new_id(1_000.001)


@given(st.integers(min_value=0, max_value=31), st.sampled_from("0123456789abcdef"))
def test_one_wrong_digit_makes_an_id_malformed(place: int, digit: str) -> None:
    task_id = ids.new_id()
    at = [index for index, character in enumerate(task_id) if character != "-"][place]
    typo = task_id[:at] + digit + task_id[at + 1 :]
    # A version 5 id always has an item, so this one is not found either.
    assume(not (place == 12 and digit == "5"))
    assert ids.is_well_formed(typo) == (typo == task_id)


@given(st.integers(min_value=0, max_value=30))
def test_two_neighbours_in_the_wrong_order_make_an_id_malformed(place: int) -> None:
    digits = uuid.UUID(ids.new_id()).hex
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assume(swapped[12] != "5")  # as above
    assert ids.is_well_formed(str(uuid.UUID(swapped))) == (swapped == digits)


def test_an_id_is_accepted_in_one_spelling_only() -> None:
    task_id = ids.new_id()
    for spelling in (task_id.upper(), f"{{{task_id}}}", f"urn:uuid:{task_id}", task_id.replace("-", ""), f" {task_id}"):
        assert spelling == task_id or not ids.is_well_formed(spelling)


def test_a_key_belongs_to_one_task_of_its_caller() -> None:
    assert ids.keyed_id("ann", "k") == ids.keyed_id("ann", "k")
    assert ids.keyed_id("ann", "k") != ids.keyed_id("bob", "k")
    assert ids.is_keyed(ids.keyed_id("ann", "k"))
    assert not ids.is_keyed(ids.new_id())


def test_ids_of_one_millisecond_differ() -> None:
    assert len({ids.new_id(1.0) for _ in range(10_000)}) == 10_000
