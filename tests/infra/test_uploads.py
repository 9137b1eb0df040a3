"""Uploads go only to a bucket of this account."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from infra.deploy.cloud import Cloud
from infra.deploy.uploads import Uploads
from infra.errors import InfraError

OWNER = "123456789012"
BUCKET = "is-it-prime-dev-123456789012-eu-central-1"


class OneAccount(Cloud):
    """A cloud whose S3 is a stub, which fails when a call has other parameters than expected."""

    account = OWNER
    s3: Any = None


@pytest.fixture(scope="module")
def client() -> Any:
    return boto3.Session("key", "secret", region_name="eu-central-1").client("s3")


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, client: Any) -> Iterator[Stubber]:
    monkeypatch.setattr(OneAccount, "s3", client)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def uploads() -> Uploads:
    return Uploads(OneAccount(boto3.Session("key", "secret", region_name="eu-central-1"), None), BUCKET)


def expected(**parameters: Any) -> dict[str, Any]:
    return {"Bucket": BUCKET, "ExpectedBucketOwner": OWNER, **parameters}


def test_a_bucket_of_another_account_stops_the_deploy(s3: Stubber) -> None:
    s3.add_client_error("head_bucket", "403", http_status_code=403, expected_params=expected())
    with pytest.raises(InfraError, match=r"not this account's .* nothing was uploaded"):
        uploads().make()


def test_every_call_names_the_owner_and_a_file_is_uploaded_once(s3: Stubber) -> None:
    s3.add_client_error("head_bucket", "404", http_status_code=404, expected_params=expected())
    place = {"LocationConstraint": "eu-central-1"}
    s3.add_response("create_bucket", {}, {"Bucket": BUCKET, "CreateBucketConfiguration": place})
    uploads().make()
    s3.add_client_error("head_object", "404", http_status_code=404, expected_params=expected(Key=ANY))
    s3.add_response("put_object", {}, expected(Key=ANY, Body=b"zip"))
    key = uploads().put(b"zip", "zip")
    s3.add_response("head_object", {}, expected(Key=key))
    assert uploads().put(b"zip", "zip") == key
    s3.add_response("head_bucket", {}, expected())
    s3.add_response("list_objects_v2", {"Contents": [{"Key": key}]}, expected())
    s3.add_response("delete_object", {}, expected(Key=key))
    s3.add_response("delete_bucket", {}, expected())
    uploads().delete()


@pytest.mark.parametrize(
    ("region", "endpoint", "url"),
    [
        ("eu-central-1", None, f"https://{BUCKET}.s3.eu-central-1.amazonaws.com/key.json"),
        ("cn-north-1", None, f"https://{BUCKET}.s3.cn-north-1.amazonaws.com.cn/key.json"),
        ("us-east-1", "http://localhost:4566", f"http://localhost:4566/{BUCKET}/key.json"),
    ],
)
def test_the_url_has_the_dns_suffix_of_the_partition_or_the_endpoint(
    region: str, endpoint: str | None, url: str
) -> None:
    cloud = Cloud(boto3.Session("key", "secret", region_name=region), endpoint)
    assert Uploads(cloud, BUCKET).url("key.json") == url
