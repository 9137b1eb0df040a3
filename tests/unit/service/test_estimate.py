"""The plan of a submission follows from its cost alone."""

import pytest

from chalicelib import queues
from chalicelib.queues import Queue
from chalicelib.service.estimate import Plan, of_list, of_number, of_search
from chalicelib.tasks import chunks, ids
from chalicelib.thresholds import MAX_SHORT_FACTORING_SECONDS

pytestmark = pytest.mark.usefixtures("aws")  # the settings say how many consumers share a list


@pytest.mark.parametrize(
    ("plan", "passed"),
    [
        (of_number(11), ["tasks"]),
        (of_number(2**521 - 1), ["tasks", "proofs"]),
        (of_number(10**9_999 + 33_603), ["tasks", "proofs", "long_proofs"]),
        (of_number(2**255 - 19, 1_000.0), ["tasks", "factors", "long_factors", "proofs"]),
        (of_search(10**100), ["tasks", "proofs"]),
        (of_search(11), ["tasks"]),
    ],
    ids=["small", "middle", "large", "factors", "search", "small search"],
)
def test_a_plan_has_the_queues_that_a_submission_may_need(plan: Plan, passed: list[str]) -> None:
    steps = [*plan.verdict, *plan.factors, *([plan.proof] if plan.proof else [])]
    assert [step.queue for step in steps] == passed


def test_the_form_of_an_expression_counts_in_a_list_and_in_its_chunks() -> None:
    numbers, expressions = [91, 2**320 - 1], {1: "2^320-1"}
    assert of_list(numbers, {}, factors=True).verdict[0].seconds > MAX_SHORT_FACTORING_SECONDS
    assert of_list(numbers, expressions, factors=True).verdict[0].seconds < 1
    (chunk,) = chunks.split(ids.new_id(), numbers, expressions, expires_at=1, factors=True)
    assert queues.first_queue(chunk) is Queue.LISTS


def test_a_list_with_factors_takes_longer() -> None:
    numbers = [2**63 - 2] * 1_000
    plain, factored = (of_list(numbers, {}, factors=factors) for factors in (False, True))
    assert [step.queue for step in plain.verdict] == ["lists"]
    assert factored.verdict[0].seconds > plain.verdict[0].seconds
