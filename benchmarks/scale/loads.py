"""The simulated loads, and the limits that each run changes."""

from dataclasses import dataclass

from benchmarks.scale.model import Traffic

Limits = dict[str, int]

HIGH_RATE = {"RateLimit": 10_000, "BurstLimit": 5_000, "DailyQuota": 1_000_000_000}


@dataclass(frozen=True)
class Load:
    """A load, its description in docs/scale.md, and the limits that each of its runs changes beside those before."""

    title: str
    text: str
    traffic: Traffic
    runs: tuple[Limits, ...]


LOADS = (
    Load(
        "1,000 submits per second for an hour",
        "A refused submit is not sent again, as when the clients are independent of each other.",
        Traffic(3_600_000, 3_600.0),
        ({}, {"RateLimit": 1_200, "BurstLimit": 2_400, "DailyQuota": 100_000_000}),
    ),
    Load(
        "10,000 submits per second for an hour",
        "A refused submit is not sent again.",
        Traffic(36_000_000, 3_600.0),
        (
            {},
            {**HIGH_RATE, "requests per second": 12_000},
            {"API_FUNCTIONS": 1_200, "concurrent executions": 2_000},
            {"Worker": 200},
            {"WarmThroughput": 20_000},
        ),
    ),
    Load(
        "A burst of a million numbers",
        "A million clients submit a number each at the same time, and send it again until it is accepted.",
        Traffic(1_000_000),
        (
            {},
            HIGH_RATE,
            {"API_FUNCTIONS": 1_200, "Worker": 200, "concurrent executions": 2_000},
            {"WarmThroughput": 20_000},
        ),
    ),
    Load(
        "A thousand lists of 100,000 numbers at once",
        "A hundred million random 64-bit numbers in a thousand requests, each sent again until it is accepted.",
        Traffic(1_000, lists=True),
        ({}, {"WarmThroughput": 40_000}, {"RateLimit": 1_000, "BurstLimit": 1_000, "ListWorker": 100}),
    ),
)
