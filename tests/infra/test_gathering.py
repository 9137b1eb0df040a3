"""The rule by which messages of a queue gather into batches, on a clock of the tests."""

import pytest

from infra.emulator.gathering import FEW, GATHER_SECONDS, QUIET_SECONDS, Gathering

#: The messages of a batch at most.
TEN = 10


@pytest.fixture
def gathering() -> Gathering:
    return Gathering()


def test_a_message_after_a_pause_goes_at_once(gathering: Gathering) -> None:
    assert not gathering.holds(1, TEN, now=0)


def test_a_message_after_the_result_of_a_single_one_goes_at_once(gathering: Gathering) -> None:
    gathering.dispatch(1, now=0)
    gathering.end(1)
    assert not gathering.holds(1, TEN, now=0)


@pytest.mark.parametrize("count", [1, 2])
def test_messages_gather_while_a_batch_is_worked_on(gathering: Gathering, count: int) -> None:
    gathering.dispatch(count, now=0)
    assert gathering.holds(FEW + 1, TEN, now=GATHER_SECONDS / 2)
    assert not gathering.holds(FEW + 1, TEN, now=GATHER_SECONDS)


def test_few_messages_after_a_single_one_gather_until_none_comes(gathering: Gathering) -> None:
    gathering.dispatch(1, now=0)
    for count in range(1, FEW + 1):
        assert gathering.holds(count, TEN, now=count * QUIET_SECONDS / 2)
    assert not gathering.holds(FEW, TEN, now=(FEW / 2 + 1) * QUIET_SECONDS)
    assert gathering.holds(FEW + 1, TEN, now=(FEW / 2 + 1) * QUIET_SECONDS)


def test_messages_gather_after_a_batch_of_several(gathering: Gathering) -> None:
    gathering.dispatch(2, now=0)
    gathering.end(2)
    assert gathering.holds(1, TEN, now=GATHER_SECONDS / 2)
    assert not gathering.holds(1, TEN, now=GATHER_SECONDS)


def test_as_many_messages_as_a_batch_can_have_go_at_once(gathering: Gathering) -> None:
    gathering.dispatch(1, now=0)
    assert gathering.holds(TEN - 1, TEN, now=0)
    assert not gathering.holds(TEN, TEN, now=0)
