"""What the service costs by its template: benchmarks/cost.py."""

from dataclasses import replace

from benchmarks import cost
from benchmarks.scale.template import deployment_of
from tests.infra.conftest import Packages


def test_numbers_in_lists_and_events_cost_no_more_than_their_goals(packages: Packages) -> None:
    # The sizes are measured here. The seconds of a core are a seventieth of the cost: those of benchmarks/README.md.
    chunk = replace(cost.measure_chunk(), seconds=0.007, page_seconds=0.061)
    *_, event, lists = cost.costs(chunk, deployment_of(packages("prod").template))
    assert lists.total <= cost.MAX_LIST_DOLLARS
    assert event.total <= cost.MAX_EVENT_DOLLARS
