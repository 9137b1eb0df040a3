"""One structured line of log an invocation, which carries CloudWatch metrics where they are wanted.

Metrics go in the embedded metric format (Amazon CloudWatch User Guide, "Specification: Embedded metric
format"): the same line, read by CloudWatch Logs, so they cost no call.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Self

from chalicelib.settings import settings

#: Things of one kind that a line names; their number is told whatever it is.
NAMED = 20


class Invocation:
    """What one invocation did, gathered while it runs and printed once at its end: a context manager."""

    def __init__(self, function: str) -> None:
        self._began = time.perf_counter()
        self._function = function
        self._fields: dict[str, Any] = {}
        self._notes: dict[str, list[Any]] = {}
        self._counts: dict[str, float] = {}

    def set(self, **fields: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Say something once."""
        self._fields |= fields

    def note(self, kind: str, what: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Add one thing of a kind to those that the line names."""
        self._notes.setdefault(kind, []).append(what)

    def most(self, name: str, value: int) -> None:
        """Keep the largest of several values."""
        self._fields[name] = max(value, self._fields.get(name, value))

    def count(self, metric: str, amount: float = 1) -> None:
        """Add to a metric: a count, or seconds where its name ends so."""
        self._counts[metric] = self._counts.get(metric, 0) + amount

    def line(self) -> str:
        """Return the line."""
        fields: dict[str, Any] = {"function": self._function, **self._fields}
        fields["milliseconds"] = round((time.perf_counter() - self._began) * 1000, 3)
        for kind, things in self._notes.items():
            fields[kind] = things[:NAMED]
            if len(things) > NAMED:
                fields[f"{kind}_total"] = len(things)
        fields |= self._counts
        namespace = settings().metrics_namespace
        if namespace and self._counts:
            fields["_aws"] = _metrics(namespace, list(self._counts))
        return json.dumps(fields, separators=(",", ":"))

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Print the line, however the invocation ended."""
        sys.stdout.write(self.line() + "\n")
        sys.stdout.flush()


def _metrics(namespace: str, names: list[str]) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": "Seconds" if name.endswith("seconds") else "Count"} for name in names]
    return {
        "Timestamp": int(time.time() * 1000),
        "CloudWatchMetrics": [{"Namespace": namespace, "Dimensions": [["function"]], "Metrics": metrics}],
    }
