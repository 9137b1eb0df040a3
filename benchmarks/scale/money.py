"""The cost of a run at the list prices of benchmarks/prices.py, without reads and without monthly costs."""

from benchmarks import cost, prices
from benchmarks.scale.model import Usage


def dollars(usage: Usage) -> float:
    """Return the US dollars for requests, functions, queues, writes, logs and traces."""
    millionths = (
        usage.requests * (prices.REST_REQUEST + cost.ACCESS_LOG_BYTES * prices.LOG_BYTE + cost.TRACED * prices.TRACE)
        + usage.invocations * prices.LAMBDA_REQUEST
        + usage.gb_seconds * prices.GB_SECOND
        + usage.sqs_requests * prices.SQS_REQUEST
        + usage.writes * prices.WRITE_UNIT
        + usage.consumer_invocations * cost.WORKER_LOG_BYTES * prices.LOG_BYTE
    )
    return millionths / 1e6
