"""Writes when a number passes each part of the service; `benchmarks/hops.py` puts it into a copy of the service.

The clock is the machine's, which all processes share. A line is written only after what it tells, by one call.
"""

import json
import os
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import botocore.client

#: The file that the lines go to; replaced in the copy.
PATH = "TRACE_PATH"

_FILE = os.open(PATH, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def traced(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function`, which also writes when each of its calls began and ended."""

    @wraps(function)
    def measured(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - any function's
        start = time.time()
        try:
            return function(*arguments, **options)
        finally:
            _write(name, start)

    return measured


def trace_aws_calls() -> None:
    """Write when each call of a boto3 client begins and ends, by the operation's name."""
    client: Any = botocore.client.BaseClient
    call = client._make_api_call  # noqa: SLF001 - the one place that every operation passes

    def measured(self: object, operation: str, parameters: object) -> object:
        start = time.time()
        try:
            return call(self, operation, parameters)
        finally:
            _write(operation, start)

    client._make_api_call = measured  # noqa: SLF001


def _write(name: str, start: float) -> None:
    os.write(_FILE, (json.dumps([name, start, time.time()]) + "\n").encode())
