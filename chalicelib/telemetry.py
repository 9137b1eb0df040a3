"""One structured log line for each invocation, with CloudWatch metrics where they are wanted.

The metrics are in the embedded metric format, in the same line, so that they cost no call. Source: Amazon CloudWatch
User Guide, "Specification: Embedded metric format".
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Self

from chalicelib.settings import settings

#: How many values of a list a line shows; their number is logged in any case.
MAX_LIST_VALUES = 20


class Invocation:
    """What one invocation did: a context manager that prints one line at its end."""

    def __init__(self, function: str) -> None:
        self._started = time.perf_counter()
        self._function = function
        self._fields: dict[str, Any] = {}
        self._lists: dict[str, list[Any]] = {}
        self._metrics: dict[str, float] = {}

    def set(self, **fields: Any) -> None:  # noqa: ANN401 - any JSON value
        """Set fields of the line."""
        self._fields |= fields

    def append(self, name: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Append a value to a list of the line."""
        self._lists.setdefault(name, []).append(value)

    def maximum(self, name: str, value: int) -> None:
        """Set a field to the largest of the values that it is given."""
        self._fields[name] = max(value, self._fields.get(name, value))

    def count(self, metric: str, amount: float = 1) -> None:
        """Add to a metric: a count, or seconds where its name ends with `seconds`."""
        self._metrics[metric] = self._metrics.get(metric, 0) + amount

    def total(self, metric: str) -> float:
        """Return the value of a metric so far."""
        return self._metrics.get(metric, 0)

    def line(self) -> str:
        """Return the line."""
        fields: dict[str, Any] = {"function": self._function, **self._fields}
        fields["milliseconds"] = round((time.perf_counter() - self._started) * 1000, 3)
        for name, values in self._lists.items():
            fields[name] = values[:MAX_LIST_VALUES]
            if len(values) > MAX_LIST_VALUES:
                fields[f"{name}_total"] = len(values)
        fields |= self._metrics
        namespace = settings().metrics_namespace
        if namespace and self._metrics:
            fields["_aws"] = _embedded_metrics(namespace, list(self._metrics))
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
