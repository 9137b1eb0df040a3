"""Log when handlers and calls of AWS begin and end; `benchmarks/steps.py` adds this module to a copy of the service.

The times are those of the machine's clock, which all processes share. Each line is written after the call that it is
about, by one `write`.
"""

import json
import os
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import botocore.client

#: The log file; the copy has its path here.
PATH = "TRACE_PATH"

_FILE = os.open(PATH, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def traced(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that calls `function` and logs when each call began and ended."""

    @wraps(function)
    def measured(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - any function's
        start = time.time()
        try:
            return function(*arguments, **options)
        finally:
            _log(name, start)

    return measured


def trace_aws_calls() -> None:
    """Log when each call of a boto3 client began and ended, by the operation's name."""
    client: Any = botocore.client.BaseClient
    call = client._make_api_call  # noqa: SLF001 - every operation calls it

    def measured(self: object, operation: str, parameters: object) -> object:
        start = time.time()
        try:
            return call(self, operation, parameters)
        finally:
            _log(operation, start)

    client._make_api_call = measured  # noqa: SLF001


def _log(name: str, start: float) -> None:
    os.write(_FILE, (json.dumps([name, start, time.time()]) + "\n").encode())
