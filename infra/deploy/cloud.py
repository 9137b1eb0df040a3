"""The account that a deploy speaks to: AWS's, or an emulator's at an endpoint."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.emulator import EMULATOR_ACCOUNT, EMULATOR_KEY, EMULATOR_REGION
from infra.emulator.layers import FOLLOWS_LINKS
from infra.errors import InfraError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Engine(StrEnum):
    """The kind of cloud that a stack is deployed to: AWS or an emulator."""

    AWS = "AWS"
    MINISTACK = "MiniStack"
    LOCALSTACK = "LocalStack"


@dataclass(frozen=True)
class Cloud:
    """Clients of one account and region; `endpoint` is None for AWS."""

    session: boto3.Session
    endpoint: str | None

    @property
    def region(self) -> str:
        """The region's code, `us-east-1` for example."""
        return self.session.region_name

    def client(self, service: Any) -> Any:  # noqa: ANN401 - boto3's overloads name each service
        """Return a client of a service."""
        return self.session.client(service, endpoint_url=self.endpoint)

    @cached_property
    def s3(self) -> "S3Client":
        """A client of S3."""
        client: S3Client = self.client("s3")
        return client

    @cached_property
    def account(self) -> str:
        """The account's number.

        Raises:
            InfraError: the credentials are missing or refused, or nothing responds.
        """
        if self.endpoint:
            return EMULATOR_ACCOUNT
        try:
            identity = self.session.client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            message = f"The AWS account cannot be reached: {error} Try `aws sts get-caller-identity`."
            raise InfraError(message) from error
        return str(identity["Account"])

    @cached_property
    def _health(self) -> Message | None:
        """The headers of MiniStack's health page, which has a name of its own; None where another emulator responds.

        Raises:
            InfraError: nothing responds at the endpoint.
        """
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=60) as response:
                headers: Message = response.headers
                return headers
        except urllib.error.HTTPError:
            return None
        except (OSError, ValueError) as error:
            message = f"Nothing responds at {self.endpoint} ({error}): start the emulator or correct AWS_ENDPOINT_URL."
            raise InfraError(message) from error

    @property
    def engine(self) -> Engine:
        """AWS, or the emulator at the endpoint."""
        if self.endpoint is None:
            return Engine.AWS
        return Engine.LOCALSTACK if self._health is None else Engine.MINISTACK

    @property
    def follows_links(self) -> bool:
        """Whether a layer may name a folder: in the emulator that `make run` and the tests start."""
        return self.endpoint is not None and FOLLOWS_LINKS in (self._health or {})


def connect(endpoint: str | None) -> Cloud:
    """Return the account at an emulator's endpoint, or AWS's own by boto3's usual settings.

    Raises:
        InfraError: no region is set for AWS.
    """
    if endpoint:
        session = boto3.Session(EMULATOR_KEY, EMULATOR_KEY, region_name=EMULATOR_REGION)
        return Cloud(session, endpoint)
    session = boto3.Session()
    if not session.region_name:
        message = "No AWS region is set: choose one, for example AWS_DEFAULT_REGION=eu-central-1."
        raise InfraError(message)
    return Cloud(session, None)
