"""Each difference between LocalStack 4.14.0 and AWS that the project takes into account.

A test fails when LocalStack no longer differs: then what is done for it in infra/emulator/differences.py, or the
test that tests/localstack/__main__.py leaves out, can go.
"""

import io
import json
import zipfile
from typing import Any

import boto3
import pytest
import requests

from infra.emulator import EMULATOR_REGION
from tests.support.emulator import emulator_session
from tests.support.polling import until

pytestmark = pytest.mark.emulator

ROLE = "arn:aws:iam::000000000000:role/any"
#: An account that LocalStack gives whoever uses its number as the access key: nothing of the service is in it.
ACCOUNT = "111111111111"


def client(endpoint: str, service: str) -> Any:
    return emulator_session(endpoint, ACCOUNT).client(service)


def zipped(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".py", text)
    return content.getvalue()


def test_drop_layers(endpoint: str) -> None:
    """LocalStack stores a layer, and a function that has it cannot import it."""
    functions = client(endpoint, "lambda")
    content = {"ZipFile": zipped(python__in_the_layer="")}
    layer = functions.publish_layer_version(LayerName="probe", Content=content)["LayerVersionArn"]
    code = "import importlib.util\ndef handler(*_): return importlib.util.find_spec('in_the_layer') is not None\n"
    about = {"Runtime": "python3.13", "Role": ROLE, "Handler": "main.handler", "Layers": [layer]}
    functions.create_function(FunctionName="probe", Code={"ZipFile": zipped(main=code)}, **about)
    try:
        functions.get_waiter("function_active_v2").wait(FunctionName="probe", WaiterConfig={"Delay": 1})
        assert functions.invoke(FunctionName="probe")["Payload"].read() == b"false"
    finally:
        functions.delete_function(FunctionName="probe")


def test_write_out_gateway_responses(endpoint: str) -> None:
    """LocalStack ignores the gateway responses in an API's definition."""
    gateway = client(endpoint, "apigateway")
    ignored = {"x-amazon-apigateway-gateway-responses": {"MISSING_AUTHENTICATION_TOKEN": {"statusCode": 404}}}
    body = {"swagger": "2.0", "info": {"title": "probe", "version": "1"}, "paths": {"/": {"get": MOCK}}, **ignored}
    api = gateway.import_rest_api(body=json.dumps(body))["id"]
    gateway.create_deployment(restApiId=api, stageName="api")
    try:
        assert requests.get(f"{endpoint}/_aws/execute-api/{api}/api/none", timeout=30).status_code == 403
    finally:
        gateway.delete_rest_api(restApiId=api)


def test_a_gateway_responses_template_is_not_applied(gateway_url: str) -> None:
    """Of a gateway response LocalStack takes the status alone."""
    response = requests.get(f"{gateway_url}no/such/path", timeout=30)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/json")


def test_responses_are_not_compressed(gateway_url: str) -> None:
    response = requests.get(f"{gateway_url}openapi.json", headers={"Accept-Encoding": "gzip"}, timeout=30)
    assert len(response.content) > 1024
    assert "Content-Encoding" not in response.headers


def test_nothing_is_throttled(gateway_url: str) -> None:
    """The stage lets /health be called 5 times a second, 10 at once: LocalStack lets 30 calls pass."""
    assert {requests.get(f"{gateway_url}health", timeout=30).status_code for _ in range(30)} == {200}


def test_a_function_is_not_held_to_its_policy(endpoint: str) -> None:
    """LocalStack lets a role without any policy read a queue."""
    url = client(endpoint, "sqs").create_queue(QueueName="probe")["QueueUrl"]
    iam = client(endpoint, "iam")
    iam.create_role(RoleName="probe", AssumeRolePolicyDocument="{}")
    role = client(endpoint, "sts").assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/probe", RoleSessionName="probe")[
        "Credentials"
    ]
    session = boto3.Session(
        role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"], region_name=EMULATOR_REGION
    )
    try:
        session.client("sqs", endpoint_url=endpoint).send_message(QueueUrl=url, MessageBody="probe")
    finally:
        client(endpoint, "sqs").delete_queue(QueueUrl=url)
        iam.delete_role(RoleName="probe")


BROKEN = {
    "Type": "AWS::Lambda::EventInvokeConfig",
    "Properties": {"FunctionName": "none", "Qualifier": "$LATEST", "MaximumRetryAttempts": 1},
}


def end_of_operation(stacks: Any) -> str:
    def status() -> str | None:
        now = stacks.describe_stacks(StackName="probe")["Stacks"][0]["StackStatus"]
        return None if now.endswith("_IN_PROGRESS") else str(now)

    return str(until(status, "the stack has come to its end"))


def test_a_stack_that_could_not_be_created_is_not_rolled_back(endpoint: str) -> None:
    """AWS comes to ROLLBACK_COMPLETE; LocalStack stops at CREATE_FAILED."""
    stacks = client(endpoint, "cloudformation")
    stacks.create_stack(StackName="probe", TemplateBody=json.dumps({"Resources": {"Broken": BROKEN}}))
    try:
        assert end_of_operation(stacks) == "CREATE_FAILED"
    finally:
        stacks.delete_stack(StackName="probe")


def test_a_failed_update_is_not_rolled_back(endpoint: str) -> None:
    """AWS comes to UPDATE_ROLLBACK_COMPLETE; LocalStack forgets the resources that it had not come to.

    So the next deploy cannot correct it: delete the stack, or start LocalStack again.
    """
    stacks = client(endpoint, "cloudformation")
    topic = {"Type": "AWS::SNS::Topic"}
    stacks.create_stack(StackName="probe", TemplateBody=json.dumps({"Resources": {"Topic": topic}}))
    try:
        assert end_of_operation(stacks) == "CREATE_COMPLETE"
        resources = {"Broken": BROKEN, "Topic": topic}
        stacks.update_stack(StackName="probe", TemplateBody=json.dumps({"Resources": resources}))
        assert end_of_operation(stacks) != "UPDATE_ROLLBACK_COMPLETE"
    finally:
        stacks.delete_stack(StackName="probe")


MOCK = {
    "responses": {"200": {"description": "ok"}},
    "x-amazon-apigateway-integration": {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200"}},
    },
}
