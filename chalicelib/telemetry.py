"""One structured log line for each invocation; CloudWatch takes a few metrics from it.

The metrics are in the embedded metric format, in the same line, so that they cost no call. Source: Amazon CloudWatch
User Guide, "Specification: Embedded metric format".
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from chalicelib.settings import settings

#: The fields of a line that are metrics: their units, and whether each function has one of its own. A metric costs
#: $0.30 a month and function, so an alarm or a panel of infra/template/watching.yaml uses each; Logs Insights reads the
#: other fields.
METRICS = {
    "seconds_to_final": ("Seconds", True),
    "retries": ("Count", False),
    "failure": ("Count", False),
    "faults": ("Count", False),
    "handed_back": ("Count", False),
    "put_off": ("Count", False),
    "stale": ("Count", False),
}
#: How many values of a list a line shows; their number is logged in any case.
MAX_LIST_VALUES = 20


@dataclass(slots=True)
class Invocation:
    """The log line of one invocation: a context manager that prints it at its end."""

    function: str
    #: JSON values by their names.
    fields: dict[str, Any] = field(default_factory=dict)
    #: Lists of JSON values: the line shows a few of each.
    lists: defaultdict[str, list[Any]] = field(default_factory=partial(defaultdict, list))
    #: Counts, or seconds where the name ends with `seconds`; `METRICS` names those that CloudWatch takes.
    metrics: defaultdict[str, float] = field(default_factory=partial(defaultdict, int))
    _started: float = field(default_factory=time.perf_counter)

    def line(self) -> str:
        """Return the line."""
        milliseconds = round((time.perf_counter() - self._started) * 1000, 3)
        fields = {"function": self.function, **self.fields, "milliseconds": milliseconds}
        for name, values in self.lists.items():
            fields[name] = values[:MAX_LIST_VALUES]
            if len(values) > MAX_LIST_VALUES:
                fields[f"{name}_total"] = len(values)
        fields |= self.metrics
        namespace = settings().metrics_namespace
        if namespace and (embedded := _embedded_metrics(namespace, fields)):
            fields["_aws"] = embedded
        return json.dumps(fields, separators=(",", ":"))

    def __enter__(self) -> Self:
        """Return the invocation."""
        return self

    def __exit__(self, *_: object) -> None:
        """Print the line, also after an exception."""
        sys.stdout.write(self.line() + "\n")
        sys.stdout.flush()


def _embedded_metrics(namespace: str, fields: dict[str, Any]) -> dict[str, Any] | None:
    """Return the fields of a line that are metrics, or None."""
    directives = []
    for dimensions, by_function in ((["function"], True), ([], False)):
        metrics = [
            {"Name": name, "Unit": unit}
            for name, (unit, of_function) in METRICS.items()
            if of_function is by_function and name in fields
        ]
        if metrics:
            directives.append({"Namespace": namespace, "Dimensions": [dimensions], "Metrics": metrics})
    return {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives} if directives else None
