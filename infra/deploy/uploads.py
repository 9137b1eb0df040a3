"""The S3 bucket of a stage, for its template and its zips."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from infra.deploy.cloud import Cloud
from infra.errors import InfraError

if TYPE_CHECKING:
    from mypy_boto3_s3.literals import BucketLocationConstraintType


def key_of(content: bytes, suffix: str) -> str:
    """Return the key of an upload, which is the content's hash."""
    return f"{hashlib.sha256(content).hexdigest()[:32]}.{suffix}"


@dataclass(frozen=True)
class Uploads:
    """A bucket by name.

    Every call names the account as the bucket's owner: S3 then refuses a bucket that somebody else made under this
    name. Source: Amazon S3 User Guide, "Verifying bucket ownership with bucket owner condition".
    """

    cloud: Cloud
    bucket: str

    def make(self) -> None:
        """Make the bucket if it is not there.

        Raises:
            InfraError: the name belongs to another account.
        """
        if self.exists():
            return
        if self.cloud.region == "us-east-1":  # the one region that must not be named (S3 API, CreateBucket)
            self.cloud.s3.create_bucket(Bucket=self.bucket)
        else:
            region = cast("BucketLocationConstraintType", self.cloud.region)
            self.cloud.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": region})

    def exists(self) -> bool:
        """Return whether the bucket is there.

        Raises:
            InfraError: it is another account's, or this account may not see it.
        """
        try:
            self.cloud.s3.head_bucket(Bucket=self.bucket, ExpectedBucketOwner=self.cloud.account)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            message = (
                f"The bucket {self.bucket} is not this account's or may not be used by you ({error}): nothing was"
                " uploaded. Deploy in another region, or ask for s3:ListBucket."
            )
            raise InfraError(message) from error
        return True

    def put(self, content: bytes, suffix: str) -> str:
        """Upload under the content's hash, once, and return the key: equal content never looks like a change."""
        key = key_of(content, suffix)
        owner = self.cloud.account
        try:
            self.cloud.s3.head_object(Bucket=self.bucket, Key=key, ExpectedBucketOwner=owner)
        except ClientError:
            self.cloud.s3.put_object(Bucket=self.bucket, Key=key, Body=content, ExpectedBucketOwner=owner)
        return key

    def url(self, key: str) -> str:
        """Return an object's URL, as CloudFormation takes it; botocore knows the DNS suffix of each partition."""
        if self.cloud.endpoint:
            return f"{self.cloud.endpoint}/{self.bucket}/{key}"
        host = urlsplit(self.cloud.s3.meta.endpoint_url).netloc
        return f"https://{self.bucket}.{host}/{key}"

    def delete(self) -> None:
        """Delete the bucket and what is in it, if it is there."""
        if not self.exists():
            return
        owner = self.cloud.account
        pages = self.cloud.s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, ExpectedBucketOwner=owner):
            for item in page.get("Contents", []):
                self.cloud.s3.delete_object(Bucket=self.bucket, Key=item["Key"], ExpectedBucketOwner=owner)
        self.cloud.s3.delete_bucket(Bucket=self.bucket, ExpectedBucketOwner=owner)
