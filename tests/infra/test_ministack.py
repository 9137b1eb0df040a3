"""The differences between MiniStack 1.5.33 and AWS that make the project change the template.

A test fails when its difference no longer exists. Then the change in infra/emulator/differences.py can be deleted.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError, WaiterError

from infra.emulator import EMULATOR_REGION
from tests.support.emulator import emulator_session

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif("AWS_ENDPOINT_URL" in os.environ, reason="AWS_ENDPOINT_URL names another emulator"),
]


def holder(endpoint: str, service: str, role: str) -> Any:
    """Return a client that has the role's permissions."""
    arn = emulator_session(endpoint).client("iam").get_role(RoleName=role)["Role"]["Arn"]
    key = emulator_session(endpoint).client("sts").assume_role(RoleArn=arn, RoleSessionName="probe")["Credentials"]
    session: Any = boto3.Session(
        key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"], region_name=EMULATOR_REGION
    )
    return session.client(service, endpoint_url=endpoint)


@pytest.fixture
def queue(endpoint: str) -> Iterator[str]:
    """Return the URL of a queue."""
    sqs = emulator_session(endpoint).client("sqs")
    url: str = sqs.create_queue(QueueName="probe")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def role(endpoint: str) -> Iterator[str]:
    """Return the name of a role that has AWS's permissions to send to any queue and to insert into any table."""
    iam = emulator_session(endpoint).client("iam")
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="probe", AssumeRolePolicyDocument=json.dumps(trust))
    allowed = {"Effect": "Allow", "Action": ["sqs:SendMessage", "dynamodb:PartiQLInsert"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName="probe", PolicyName="probe", PolicyDocument=policy)
    yield "probe"
    iam.delete_role_policy(RoleName="probe", PolicyName="probe")
    iam.delete_role(RoleName="probe")


def test_allow_plain_http(endpoint: str, queue: str, role: str) -> None:
    """MiniStack serves only plain HTTP, and applies a queue's policy that denies it."""
    sqs = emulator_session(endpoint).client("sqs")
    client = holder(endpoint, "sqs", role)
    client.send_message(QueueUrl=queue, MessageBody="probe")
    plain = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*", **plain}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    with pytest.raises(ClientError, match="AccessDenied"):
        client.send_message(QueueUrl=queue, MessageBody="probe")


def test_allow_calls_of_batches(endpoint: str, queue: str, role: str) -> None:
    """AWS grants SendMessageBatch by sqs:SendMessage, and the INSERTs of a batch by dynamodb:PartiQLInsert."""
    with pytest.raises(ClientError, match="SendMessageBatch"):
        holder(endpoint, "sqs", role).send_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "MessageBody": "probe"}])
    insert = {"Statement": "INSERT INTO probe VALUE {'task_id': 'probe'}"}
    with pytest.raises(ClientError, match="BatchExecuteStatement"):
        holder(endpoint, "dynamodb", role).batch_execute_statement(Statements=[insert])


def test_write_out_gateway_responses(endpoint: str) -> None:
    """MiniStack ignores the gateway responses in an API's definition."""
    gateway = emulator_session(endpoint).client("apigateway")
    definition = {
        "swagger": "2.0",
        "info": {"title": "probe", "version": "1"},
        "paths": {"/": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}},
        "x-amazon-apigateway-gateway-responses": {"MISSING_AUTHENTICATION_TOKEN": {"statusCode": 404}},
    }
    api = gateway.import_rest_api(body=json.dumps(definition))["id"]
    gateway.create_deployment(restApiId=api, stageName="api")
    try:
        assert requests.get(f"{endpoint}/_aws/execute-api/{api}/api/none", timeout=30).status_code == 403
    finally:
        gateway.delete_rest_api(restApiId=api)


#: What MiniStack's CloudFormation cannot create, and a word of its reason.
REFUSED = {
    "Properties.Metrics": {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Metrics": [{"Id": "a", "Expression": 'SELECT SUM(A) FROM SCHEMA("AWS/Events")', "Period": 60}],
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 0,
            "EvaluationPeriods": 1,
        },
    },
    "CompositeAlarm": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": "TRUE"}},
}


@contextmanager
def created(endpoint: str, resource: dict[str, Any]) -> Iterator[str]:
    """Create a stack with a resource, give the reason if that fails, and delete it."""
    stacks = emulator_session(endpoint).client("cloudformation")
    try:
        stacks.create_stack(StackName="probe", TemplateBody=json.dumps({"Resources": {"Probe": resource}}))
        stacks.get_waiter("stack_create_complete").wait(StackName="probe", WaiterConfig={"Delay": 1})
    except WaiterError:
        yield json.dumps(stacks.describe_stack_events(StackName="probe"), default=str)
    except ClientError as error:
        yield str(error)
    else:
        yield ""
    finally:
        stacks.delete_stack(StackName="probe")


@pytest.mark.parametrize("reason", REFUSED)
def test_drop_what_ministack_lacks(endpoint: str, reason: str) -> None:
    """MiniStack refuses an alarm on a query of metrics, and a composite alarm."""
    with created(endpoint, REFUSED[reason]) as refusal:
        assert reason in refusal


def test_expire_items(endpoint: str) -> None:
    """MiniStack's CloudFormation ignores the time to live."""
    key = {"AttributeName": "task_id"}
    properties = {
        "TableName": "probe",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [key | {"AttributeType": "S"}],
        "KeySchema": [key | {"KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
    }
    with created(endpoint, {"Type": "AWS::DynamoDB::Table", "Properties": properties}):
        described = emulator_session(endpoint).client("dynamodb").describe_time_to_live(TableName="probe")
    assert described["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"
