from __future__ import annotations

import pytest

from benchmarks import cost, prices


def _single(*, batch: int) -> cost.Cost:
    return cost.single_cost(cost.Single("one", None, requests=1, seconds=0.01, reads=0, batch=batch))


def test_a_million_submits_cost_at_least_their_requests_and_their_writes() -> None:
    assert _single(batch=10).total > prices.REST_REQUEST + prices.SQS_REQUEST + prices.WRITE_UNIT


def test_the_history_is_a_write_for_each_batch_beside_the_writes_of_the_numbers() -> None:
    for batch in (1, 10):
        assert _single(batch=batch).table == pytest.approx((1 + 1 / batch) * prices.WRITE_UNIT)


def test_numbers_that_arrive_rarely_cost_more_than_those_that_share_a_batch() -> None:
    assert _single(batch=1).total > _single(batch=10).total


def test_a_million_numbers_in_lists_cost_less_than_ten_cents() -> None:
    assert cost.list_cost(cost.measure_chunk()).total < cost.MAX_LIST_DOLLARS


@pytest.mark.parametrize("part", ["api", "functions", "queues", "table", "logs_and_traces"])
def test_every_part_of_a_price_is_in_its_total(part: str) -> None:
    parts = dict.fromkeys(["api", "functions", "queues", "table", "logs_and_traces"], 0.0) | {part: 1.5}
    assert cost.Cost("one", None, **parts).total == 1.5
