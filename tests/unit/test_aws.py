import gc
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    UnknownServiceError,
)

from chalicelib import aws
from chalicelib.aws import raise_error
from chalicelib.errors import ServiceFault, Unavailable


def client_error(code: str, status: int) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "PutItem",
    )


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(client_error("ThrottlingException", 400), id="throttled"),
        pytest.param(client_error("ProvisionedThroughputExceededException", 400), id="throughput exceeded"),
        pytest.param(client_error("InternalServerError", 500), id="500"),
        pytest.param(client_error("SomethingNew", 503), id="503"),
        pytest.param(EndpointConnectionError(endpoint_url="x"), id="unreachable"),
        pytest.param(ConnectTimeoutError(endpoint_url="x"), id="connect timeout"),
        pytest.param(ReadTimeoutError(endpoint_url="x"), id="read timeout"),
    ],
)
def test_a_fault_that_may_pass_is_unavailable(error: ClientError | BotoCoreError) -> None:
    with pytest.raises(Unavailable, match=r"^The table does not respond \("):
        raise_error("table", error)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"])
def test_a_refusal_is_a_fault_of_the_service(code: str) -> None:
    with pytest.raises(ServiceFault, match=f"{code}.* PutItem"):
        raise_error("table", client_error(code, 400))


@pytest.mark.usefixtures("aws")
def test_the_garbage_is_collected_after_a_client_was_created_or_could_not_be() -> None:
    assert aws.sqs()
    assert gc.isenabled()
    with pytest.raises(UnknownServiceError):
        aws._client("no such service")
    assert gc.isenabled()


def test_the_attempts_of_a_call_end_before_the_limit_of_api_gateway() -> None:
    config: Any = aws.CONFIG
    assert config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout) < 29
