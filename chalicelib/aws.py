"""The AWS clients of the service, one of each per process, and which of their errors are transient."""

from __future__ import annotations

import gc
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import ServiceFault, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

#: At most three attempts of 6 s each, so that a client gets a 503 before API Gateway's limit of 29 s. Parameters
#: are not validated again by botocore: the service builds them.
CONFIG = Config(
    user_agent="is-it-prime",  # botocore builds its own on every call, which takes a tenth of the call's CPU time
    connect_timeout=2,
    read_timeout=4,
    retries={"mode": "standard", "total_max_attempts": 3},
    parameter_validation=False,
    max_pool_connections=64,
)

#: Error codes of 4xx responses that a later attempt may not meet. Sources: Amazon DynamoDB Developer Guide, "Error
#: handling with DynamoDB"; Amazon SQS API Reference, "Common errors".
TRANSIENT_CODES = frozenset(
    {
        "KmsThrottled",
        "LimitExceededException",
        "OverLimit",
        "ProvisionedThroughputExceededException",
        "RequestExpired",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


@cache
def session() -> boto3.Session:
    """Return the session of all clients. Event handlers that are registered on it reach the clients made later."""
    return boto3.Session()


def _client(service: Any) -> Any:  # noqa: ANN401 - boto3's overloads name each service
    # A client consists of many objects that live as long as the process: the garbage collector would look at all of
    # them several times, and take a third of the time.
    gc.disable()
    try:
        return session().client(service, config=CONFIG)
    finally:
        gc.enable()


@cache
def dynamodb() -> DynamoDBClient:
    """Return the client of the table."""
    client: DynamoDBClient = _client("dynamodb")
    return client


@cache
def sqs() -> SQSClient:
    """Return the client of the queues."""
    client: SQSClient = _client("sqs")
    return client


@cache
def events() -> Any:  # noqa: ANN401 - one call of it is used: its stubs are not worth a package
    """Return the client of the event bus."""
    return _client("events")


def raise_error(part: str, error: ClientError | BotoCoreError) -> NoReturn:
    """Raise what an error of AWS means.

    What may pass is a fault of the network, a throttle or a 5xx response. Every other error (access denied, a request
    that AWS does not accept) is a fault of this service. Its text names the operation.

    Args:
        part: what was called, "table", "queue" or "event bus", for the error's text.
        error: what the call raised.

    Raises:
        Unavailable: a later attempt of the same call may succeed.
        ServiceFault: AWS refuses the call.
    """
    reason = type(error).__name__
    if isinstance(error, ClientError):
        reason = error.response["Error"]["Code"]
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status < 500 and reason not in TRANSIENT_CODES:
            raise ServiceFault(str(error)) from error
    raise Unavailable(f"The {part} does not respond ({reason}).") from error
