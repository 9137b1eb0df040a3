"""The simulated loads, and the settings that are changed for each, run after run."""

from dataclasses import dataclass, replace

from benchmarks.scale import template
from benchmarks.scale.measured import Measured
from benchmarks.scale.model import Outcome, Simulation, Traffic
from benchmarks.scale.template import CONSUMERS, Deployment

#: Parameters of the template, by the field that they set.
PARAMETERS = {"RateLimit": "rate_limit", "BurstLimit": "burst_limit", "DailyQuota": "daily_quota"}
#: The account's quotas, and a property of the table, by the field that they set.
OTHERS = {
    "concurrent executions": "concurrency",
    "requests per second": "account_requests",
    "WarmThroughput": "table_writes",
}

Changes = dict[str, int]


@dataclass(frozen=True)
class Scenario:
    """A load, and the changes of the deployment in each of its runs."""

    name: str
    title: str
    traffic: Traffic
    steps: tuple[Changes, ...]
    #: The description in docs/scale.md.
    text: str


@dataclass(frozen=True)
class Step:
    """One run of a scenario: its changes since the run before, its changes in total, and its outcome."""

    changes: Changes
    all_changes: Changes
    outcome: Outcome


HIGH_THROTTLE = {"RateLimit": 10_000, "BurstLimit": 5_000, "DailyQuota": 1_000_000_000}

SCENARIOS = (
    Scenario(
        "thousand",
        "1,000 submits per second for an hour",
        Traffic("number", 3_600_000, 3_600.0),
        ({}, {"RateLimit": 1_200, "BurstLimit": 2_400, "DailyQuota": 100_000_000}),
        "A refused submit is not sent again, as when the clients are independent of each other.",
    ),
    Scenario(
        "ten-thousand",
        "10,000 submits per second for an hour",
        Traffic("number", 36_000_000, 3_600.0),
        (
            {},
            {**HIGH_THROTTLE, "requests per second": 12_000},
            {"concurrent executions": 3_000},
            {"Worker": 200},
            {"WarmThroughput": 20_000},
        ),
        "As above, a refused submit is not sent again. 10,000 requests per second are the default quota of an account "
        "for all of its APIs, so the quota is raised a little.",
    ),
    Scenario(
        "burst",
        "A burst of a million numbers",
        Traffic("number", 1_000_000),
        (
            {},
            {**HIGH_THROTTLE},
            {"concurrent executions": 3_000, "Worker": 200},
            {"WarmThroughput": 20_000},
        ),
        "A million clients submit a number each at the same time, and send it again until it is accepted. Their "
        "latency is measured from the first attempt.",
    ),
    Scenario(
        "lists",
        "A thousand lists of 100,000 numbers at once",
        Traffic("list", 1_000),
        ({}, {"WarmThroughput": 40_000}, {"BurstLimit": 1_000, "RateLimit": 1_000, "ListWorker": 100}),
        "A hundred million random 64-bit numbers in a thousand requests, each sent again until it is accepted.",
    ),
    Scenario(
        "proofs",
        "10,000 proofs",
        Traffic("proof", 10_000, bits=(256, 512, 1024, 2048)),
        ({}, {"Prover": 200, "LongProver": 300}, {"RateLimit": 2_000, "BurstLimit": 5_000, "Prover": 500}),
        "Primes of 256, 512, 1,024 and 2,048 bits, a quarter each, submitted at once. The proofs of the last quarter "
        "are long.",
    ),
)


def apply(deployment: Deployment, changes: Changes) -> Deployment:
    """Return the deployment with these changes."""
    fields = PARAMETERS | OTHERS
    ceilings = {queue: changes.get(name, deployment.ceilings[queue]) for queue, name in CONSUMERS.items()}
    found = {fields[name]: value for name, value in changes.items() if name in fields}
    return replace(deployment, ceilings=ceilings, **found)  # type: ignore[arg-type] # all of them are integers


def run(scenario: Scenario, measured: Measured) -> list[Step]:
    """Simulate the runs of a scenario. Each run adds its changes to those before."""
    deployment = template.read()
    steps, all_changes = [], Changes()
    for changes in scenario.steps:
        all_changes = all_changes | changes
        outcome = Simulation(apply(deployment, all_changes), scenario.traffic, measured).run()
        steps.append(Step(changes, all_changes, outcome))
    return steps


def limits_hit(outcome: Outcome) -> list[str]:
    """Return the limits that caused at least 5 % of all waiting, in the order in which they first did."""
    total = sum(outcome.waits.values())
    found = [limit for limit, seconds in outcome.waits.items() if seconds >= total / 20]
    return sorted(found, key=lambda limit: outcome.first_wait[limit])
