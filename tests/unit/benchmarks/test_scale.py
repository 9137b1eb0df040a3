from __future__ import annotations

from benchmarks.scale.model import Traffic, simulate
from benchmarks.scale.template import Deployment
from benchmarks.scale.work import Work

LIMITS = {
    "RateLimit": 1_000,
    "BurstLimit": 1_000,
    "DailyQuota": 10_000,
    "API_FUNCTIONS": 20,
    "Worker": 20,
    "ListWorker": 20,
    "WarmThroughput": 4_000,
    "requests per second": 10_000,
}
DEPLOYMENT = Deployment(LIMITS, batch_sizes={"tasks": 10, "lists": 10})


def test_an_environment_of_the_api_accepts_ten_requests_per_second() -> None:
    run = simulate(DEPLOYMENT, Traffic(4_000, seconds=10.0), Work())
    assert 1_600 < run.final <= 2_000  # in the first second the 20 environments start
    assert run.final + run.refused == 4_000
    assert "`API_FUNCTIONS`" in run.limits()
