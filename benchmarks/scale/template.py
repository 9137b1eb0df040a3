"""Read from the templates of infra/ the throttle, the functions' sizes and the ceilings of their mappings."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from benchmarks.scale import limits

INFRA = Path(__file__).parents[2] / "infra" / "template"

#: The functions in infra/template/resources.yaml, by the queue that each receives from.
CONSUMERS = {"tasks": "Worker", "lists": "ListWorker", "proofs": "Prover", "long_proofs": "LongProver"}


@dataclass(frozen=True)
class Deployment:
    """The values of the templates and of the account that bound a deployed stack."""

    #: The limits of a key and of a route: requests per second, the size of a burst, and requests per day.
    rate_limit: int
    burst_limit: int
    daily_quota: int
    #: MaximumConcurrency of each queue's mapping.
    ceilings: dict[str, int]
    #: Megabytes of the functions, by queue, and "api".
    memory: dict[str, int]
    #: The visibility timeout in seconds, by queue.
    visibility: dict[str, int]
    #: The account's requests per second and concurrent executions.
    account_requests: int = limits.ACCOUNT_REQUESTS_PER_SECOND
    concurrency: int = limits.ACCOUNT_CONCURRENCY
    #: Write units per second that the table takes at once.
    table_writes: int = limits.TABLE_WRITES_PER_SECOND
    #: Records of a batch, by queue, as in app.py.
    batch_sizes: dict[str, int] = field(
        default_factory=lambda: {"tasks": 10, "lists": 10, "proofs": 1, "long_proofs": 1}
    )


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref Name` becomes {"Ref": "Name"}, others likewise."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: node.value}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {suffix: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)


def read() -> Deployment:
    """Return the values that `make deploy` sets without parameters."""
    parameters: dict[str, Any] = {}
    resources: dict[str, Any] = {}
    for name in ("resources", "queues", "gateway"):
        document = yaml.load((INFRA / f"{name}.yaml").read_text(), _Loader)  # noqa: S506 - a SafeLoader
        parameters |= document.get("Parameters", {})
        resources |= document["Resources"]

    def integer(value: Any) -> int:  # noqa: ANN401 - a number, or a reference to a parameter
        return int(parameters[value["Ref"]]["Default"] if isinstance(value, dict) else value)

    functions = {queue: resources[name]["Properties"] for queue, name in CONSUMERS.items()}
    queues = {queue: resources[name]["Properties"] for queue, name in _queue_names().items()}
    return Deployment(
        rate_limit=integer({"Ref": "RateLimit"}),
        burst_limit=integer({"Ref": "BurstLimit"}),
        daily_quota=integer({"Ref": "DailyQuota"}),
        ceilings={
            queue: integer(next(iter(about["Events"].values()))["Properties"]["ScalingConfig"]["MaximumConcurrency"])
            for queue, about in functions.items()
        },
        memory={queue: integer(about["MemorySize"]) for queue, about in functions.items()}
        | {"api": integer(resources["APIHandler"]["Properties"]["MemorySize"])},
        visibility={queue: integer(about["VisibilityTimeout"]) for queue, about in queues.items()},
    )


def _queue_names() -> dict[str, str]:
    return {queue: "".join(word.title() for word in queue.split("_")) + "Queue" for queue in CONSUMERS}
