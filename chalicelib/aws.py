"""The two clients of AWS that the service needs, made once a process, and what their faults mean to a caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

#: Three tries of at most 6 s each: the client hears of a fault before API Gateway's 29 s are over. The
#: parameters are ours, so botocore need not check them again.
CONFIG = Config(
    user_agent="is-it-prime",  # botocore's own is put together anew at each call: a tenth of the call's time
    connect_timeout=2,
    read_timeout=4,
    retries={"mode": "standard", "total_max_attempts": 3},
    parameter_validation=False,
    max_pool_connections=64,
)


@cache
def _session() -> boto3.Session:
    return boto3.Session()


@cache
def dynamodb() -> DynamoDBClient:
    """Return the client of the table."""
    return _session().client("dynamodb", config=CONFIG)


@cache
def sqs() -> SQSClient:
    """Return the client of the queues."""
    return _session().client("sqs", config=CONFIG)


@contextmanager
def unavailable(part: str) -> Iterator[None]:
    """Turn a fault of AWS or of the way to it into Unavailable, which names the part that did not answer."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        reason = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        raise Unavailable(f"The {part} does not answer ({reason}).") from error
