"""The limits of the deployed service, read from the template that `make package STAGE=prod` writes."""

from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.scale import limits
from chalicelib.queues import QUEUES
from chalicelib.store.history import COUNTED
from infra.packaging.package import AWS, BUILD, package
from infra.packaging.roles import Template, logical_id

#: The consumers of numbers in the template, by their queues.
CONSUMERS = {str(queue): logical_id(QUEUES[queue].function) for queue in COUNTED}
#: The functions whose memory is read.
MEASURED = ("APIHandler", "Worker", "Publisher")


@dataclass(frozen=True)
class Deployment:
    """What bounds a deployed stack.

    Attributes:
        limits: the limits that a run may change, by name: the template's parameters; `API_FUNCTIONS`; for each
            consumer's function the maximum concurrency of its mapping; `WarmThroughput`, in write units per second;
            and the account's `concurrent executions` and `requests per second`.
        batch_sizes: records of a batch, by queue.
        memory_gb: the memory of each function.
        access_log: the format of a line of the access log.
        retention_days: how long an item is kept.
        is_traced: whether requests are traced by X-Ray.
    """

    limits: dict[str, int]
    batch_sizes: dict[str, int]
    memory_gb: dict[str, float] = field(default_factory=dict)
    access_log: str = ""
    retention_days: int = 0
    is_traced: bool = False

    def with_limits(self, changed: dict[str, int]) -> "Deployment":
        """Return the deployment with other limits.

        Raises:
            ValueError: the account does not have as many concurrent executions.
        """
        found = self.limits | changed
        consumers = sum(found[name] for name in CONSUMERS.values())
        needed = found["API_FUNCTIONS"] + consumers + limits.UNRESERVED_FUNCTIONS
        if needed > found["concurrent executions"]:
            raise ValueError(f"raise the account's concurrent executions in this run: it needs {needed}")
        return replace(self, limits=found)


def read() -> Deployment:
    """Package the service and return what its template says."""
    return deployment_of(package("prod", AWS, BUILD / "prod").template)


def deployment_of(template: Template) -> Deployment:
    """Return what the template of prod says, with the defaults of its parameters."""
    resources = template["Resources"]
    events: dict[str, Any] = {
        name: next(iter(resources[name]["Properties"]["Events"].values()))["Properties"] for name in CONSUMERS.values()
    }
    return Deployment(
        limits={
            name: int(template["Parameters"][name]["Default"]) for name in ("RateLimit", "BurstLimit", "DailyQuota")
        }
        | {"API_FUNCTIONS": resources["APIHandler"]["Properties"]["ReservedConcurrentExecutions"]}
        | {name: event["ScalingConfig"]["MaximumConcurrency"] for name, event in events.items()}
        | {
            "WarmThroughput": limits.TABLE_WRITES,
            "concurrent executions": limits.ACCOUNT_FUNCTIONS,
            "requests per second": limits.ACCOUNT_REQUESTS,
        },
        batch_sizes={queue: events[name]["BatchSize"] for queue, name in CONSUMERS.items()},
        memory_gb={name: resources[name]["Properties"]["MemorySize"] / 1024 for name in MEASURED},
        access_log=resources["RestAPI"]["Properties"]["AccessLogSetting"]["Format"],
        retention_days=int(template["Parameters"]["RetentionDays"]["Default"]),
        is_traced=bool(resources["RestAPI"]["Properties"].get("TracingEnabled")),
    )
