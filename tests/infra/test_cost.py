"""What the service costs by its template: benchmarks/cost.py."""

from benchmarks import cost
from tests.infra.conftest import Packages

#: US dollars for a million.
GOALS = {
    "single, submitted": 5.255,
    "the same, rarely": 1.50,
    "in lists of 100,000, all results read compressed": 0.010,
}


def test_a_million_numbers_and_events_cost_no_more_than_their_goals(packages: Packages) -> None:
    found = cost.ways(packages("prod").template)
    for name, goal in GOALS.items():
        *inside, out = cost.dollars(found[name])  # the goals of single numbers and of events are without the data out
        assert sum(inside) + (out if "lists" in name else 0) <= goal, name
