"""Deploys the packaged service: one path for AWS, LocalStack and MiniStack."""

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError

from infra import ROOT
from infra.cloud import Cloud, connect
from infra.emulation import for_emulator
from infra.errors import InfraError
from infra.outputs import APP, stack_of
from infra.package import AWS_ARCHITECTURE, MACHINE_ARCHITECTURE, STAGES, package
from infra.stack import Report
from infra.template import with_code

if TYPE_CHECKING:
    from mypy_boto3_s3.literals import BucketLocationConstraintType


def deploy(
    stage: str,
    endpoint: str | None = None,
    parameters: Mapping[str, str] | None = None,
    report: Report = print,
    project: Path = ROOT,
) -> dict[str, str]:
    """Package a stage, deploy it and give the stack's outputs.

    Args:
        stage: `local`, `dev` or `prod`; only `local` answers without a key.
        endpoint: an emulator's URL; None deploys to AWS by boto3's usual settings.
        parameters: values of the template's parameters; the others keep what they have.
        report: told each step, a line at a time.
        project: the folder of the Chalice app.

    Returns:
        RestAPIId, EndpointURL, TableName, the five queues' URLs (`infra.outputs.VARIABLES`) and, where a key
        is needed, ApiKeyId.

    Raises:
        InfraError: with the first failing step's reason.
    """
    cloud = connect(endpoint)
    architecture = MACHINE_ARCHITECTURE if endpoint else AWS_ARCHITECTURE
    report(f"packaging {stage} for {architecture}")
    with tempfile.TemporaryDirectory() as folder:
        made = package(stage, architecture, Path(folder), project)
        bucket = _bucket(cloud, stage)
        report(f"uploading to {bucket}")
        code_key, layer_key = (_upload(cloud, bucket, path.read_bytes(), "zip") for path in (made.code, made.layer))
    template = with_code(for_emulator(made.template) if endpoint else made.template, bucket, code_key, layer_key)
    template_key = _upload(cloud, bucket, json.dumps(template).encode(), "json")
    stack = stack_of(cloud, stage, report)
    stack.apply(_url(cloud, bucket, template_key), parameters or {})
    outputs = stack.outputs()
    if endpoint:
        outputs["EndpointURL"] = f"{endpoint}/_aws/execute-api/{outputs['RestAPIId']}/api/"
        _expire_items(cloud, outputs["TableName"])
    return outputs


def destroy(stage: str, endpoint: str | None = None, report: Report = print) -> None:
    """Delete a stage's stack and its uploads; prod keeps its table.

    Raises:
        InfraError: with the reason of the first resource that could not be deleted.
    """
    cloud = connect(endpoint)
    bucket = _bucket(cloud, stage)
    stack_of(cloud, stage, report).delete()
    for page in cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            cloud.s3.delete_object(Bucket=bucket, Key=item["Key"])
    cloud.s3.delete_bucket(Bucket=bucket)


def _bucket(cloud: Cloud, stage: str) -> str:
    """Give the stage's bucket, made if it is not there; the account's number makes its name nobody else's."""
    bucket = f"{APP}-{stage}-{cloud.account}-{cloud.region}"
    try:
        cloud.s3.head_bucket(Bucket=bucket)
    except ClientError:
        if cloud.region == "us-east-1":  # the one region that must not be named (S3 API, CreateBucket)
            cloud.s3.create_bucket(Bucket=bucket)
        else:
            region = cast("BucketLocationConstraintType", cloud.region)
            cloud.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    return bucket


def _upload(cloud: Cloud, bucket: str, content: bytes, suffix: str) -> str:
    """Upload under the content's hash, once, and give the key: equal content never looks like a change."""
    key = f"{hashlib.sha256(content).hexdigest()[:32]}.{suffix}"
    try:
        cloud.s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        cloud.s3.put_object(Bucket=bucket, Key=key, Body=content)
    return key


def _url(cloud: Cloud, bucket: str, key: str) -> str:
    if cloud.endpoint:
        return f"{cloud.endpoint}/{bucket}/{key}"
    return f"https://{bucket}.s3.{cloud.region}.amazonaws.com/{key}"


def _expire_items(cloud: Cloud, table: str) -> None:
    """Switch the table's TTL on, which the emulator's CloudFormation leaves out."""
    now = cloud.dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if now.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"}:
        cloud.dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
        )


def main() -> None:
    """Deploy or destroy a stage: `python -m infra.deploy prod AlarmEmail=me@example.org`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("parameters", nargs="*", metavar="Name=Value", help="parameters of the template")
    parser.add_argument("--destroy", action="store_true", help="delete the stack and what was uploaded for it")
    arguments = parser.parse_args()
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    try:
        if arguments.destroy:
            destroy(arguments.stage, endpoint)
            return
        outputs = deploy(arguments.stage, endpoint, dict(word.split("=", 1) for word in arguments.parameters))
    except (InfraError, ClientError, BotoCoreError) as error:
        sys.exit(f"deploy: {error}")
    print("\n".join(f"{name:<20} {value}" for name, value in sorted(outputs.items())))
    if "ApiKeyId" in outputs:
        key = f"aws apigateway get-api-key --include-value --query value --api-key {outputs['ApiKeyId']}"
        print(f"\nThe key to send as x-api-key: {key}")


if __name__ == "__main__":
    main()
