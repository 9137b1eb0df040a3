"""One structured log line for each invocation, with CloudWatch metrics where they are wanted.

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

#: How many values of a list a line shows; their number is logged in any case.
MAX_LIST_VALUES = 20


@dataclass(slots=True)
class Invocation:
    """What one invocation did: a context manager that prints one line at its end."""

    function: str
    #: JSON values by their names.
    fields: dict[str, Any] = field(default_factory=dict)
    #: Lists of JSON values: the line shows a few of each.
    lists: defaultdict[str, list[Any]] = field(default_factory=partial(defaultdict, list))
    #: Counts, or seconds where the name ends with `seconds`.
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
        if namespace and self.metrics:
            fields["_aws"] = _embedded_metrics(namespace, list(self.metrics))
        return json.dumps(fields, separators=(",", ":"))

    def __enter__(self) -> Self:
        """Return the invocation."""
        return self

    def __exit__(self, *_: object) -> None:
        """Print the line, also after an exception."""
        sys.stdout.write(self.line() + "\n")
        sys.stdout.flush()


def _embedded_metrics(namespace: str, names: list[str]) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": "Seconds" if name.endswith("seconds") else "Count"} for name in names]
    return {
        "Timestamp": int(time.time() * 1000),
        "CloudWatchMetrics": [{"Namespace": namespace, "Dimensions": [["function"]], "Metrics": metrics}],
    }
