"""What more memory for the API's function costs: `python -m benchmarks.api_memory`.

Lambda gives a function a share of a core by its memory. What computes takes the same price at any size, and less time;
what waits for AWS, or for a result, costs more. The CPU times are measured here, with AWS's responses made up.
"""

import contextlib
import io
import json
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from chalice.local import LambdaContext

from benchmarks.cost import CALL, CORE_GB, PRICES
from benchmarks.harness.report import markdown
from infra import ROOT

SIZES_MB = (384, 512, 768, 1769)
#: Assumed: what boto3 signs, sends and parses, which the stand-in leaves out, in seconds of a core.
BOTO_SECONDS = 0.0006


class _Ok:
    status_code = 200


def _respond(**_: object) -> tuple[_Ok, dict[str, Any]]:
    """Return what SQS or DynamoDB would: every message is sent, every queue is empty, the table has nothing."""
    attributes = {f"ApproximateNumberOfMessages{name}": "0" for name in ("", "NotVisible", "Delayed")}
    return _Ok(), {"MessageId": "1", "Attributes": attributes, "Successful": [], "ResponseMetadata": {}}


def cpu_seconds(request: Callable[[], object], times: int) -> float:
    """Return the median CPU time of a request."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            request()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def main() -> None:
    """Measure and print the table."""
    settings = json.loads((ROOT / ".chalice" / "config.json").read_text())["environment_variables"]
    os.environ |= settings
    from app import app  # noqa: PLC0415 - it reads the environment
    from chalicelib import aws  # noqa: PLC0415

    session: Any = aws.session()
    session._session.register("before-call", _respond)  # noqa: SLF001 - botocore's session has the events

    def post(body: str) -> dict[str, Any]:
        context = {"httpMethod": "POST", "resourcePath": "/", "path": "/", "identity": {}}
        event = {"requestContext": context, "headers": {"content-type": "application/json"}, "body": body}
        event |= {"multiValueQueryStringParameters": None, "pathParameters": None, "isBase64Encoded": False}
        event |= {"multiValueHeaders": {"content-type": ["application/json"]}, "stageVariables": None}
        response: dict[str, Any] = app(event, LambdaContext("api", 128, 29_000))
        assert response["statusCode"] == 202, response["body"]
        return response

    number = json.dumps({"number": "2^127-1"})
    a_list = json.dumps({"numbers": list(range(10**46, 10**46 + 100_000))}, separators=(",", ":"))
    single = cpu_seconds(lambda: post(number), 300) + BOTO_SECONDS
    whole = cpu_seconds(lambda: post(a_list), 5)
    rows = []
    for size in SIZES_MB:
        slower = max(1.0, CORE_GB * 1024 / size)
        seconds = CALL + single * slower
        dollars = size / 1024 * PRICES["functions"]["gb_seconds"]
        rows.append([f"{size} MB", f"${seconds * dollars:.3f}", f"{whole * slower:.2f} s", f"${dollars:.2f}"])
    head = "memory | a million single submits | a list of 5 MB | a million seconds of waiting"
    print(f"CPU: {single * 1e3:.2f} ms a submit, {whole:.3f} s a list of {len(a_list):,} bytes\n")
    print(markdown(head, rows))


if __name__ == "__main__":
    main()
