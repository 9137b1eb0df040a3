"""The sizes of the functions' log lines and of the access log's, for their price."""

import re
from types import SimpleNamespace
from unittest import mock

from chalicelib import telemetry
from chalicelib.tasks.ids import new_id

#: Assumed: the bytes that CloudWatch adds to a line.
LINE_BYTES = 26
#: A time from a submission to its result as a line has it, in seconds.
SECONDS_TO_FINAL = 0.101


def api_line_bytes() -> int:
    """Return the size of the API's line of a submission."""
    fields = {"method": "POST", "route": "/", "status": 202, "task_id": new_id()}
    return _line_bytes(telemetry.Invocation("api", fields))


def worker_line_bytes(numbers: int) -> int:
    """Return the size of a worker's line of a batch."""
    invocation = telemetry.Invocation("worker", {"receive_count": 1})
    invocation.lists["task_ids"] += [new_id() for _ in range(numbers)]
    invocation.lists["seconds_to_final"] += [SECONDS_TO_FINAL] * numbers
    invocation.metrics |= {"success_prime": numbers, "success_composite": numbers, "finished": numbers}
    return _line_bytes(invocation)


def publisher_line_bytes(numbers: int) -> int:
    """Return the size of the publisher's line of a batch."""
    invocation = telemetry.Invocation("publisher", {"records": numbers})
    invocation.lists["task_ids"] += [new_id() for _ in range(numbers)]
    return _line_bytes(invocation)


def _line_bytes(invocation: telemetry.Invocation) -> int:
    settings = SimpleNamespace(metrics_namespace="is-it-prime-prod")
    with mock.patch.object(telemetry, "settings", return_value=settings):
        return len(invocation.line()) + LINE_BYTES


def access_line_bytes(format_: str) -> int:
    """Return the size of a line of the access log, whose longest field is the request's id, a UUID."""
    return len(re.sub(r"\$context\.(\w|\.)+", "x" * 12, format_.replace("$context.requestId", new_id()))) + LINE_BYTES
