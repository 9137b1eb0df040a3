"""Each difference between LocalStack 4.14.0 and AWS that infra/emulator/differences.py makes up for.

A test fails when LocalStack no longer differs: then what is done for it can go.
"""

import io
import json
import zipfile
from typing import Any

import pytest
import requests

from tests.support.emulator import emulator_session

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


MOCK = {
    "responses": {"200": {"description": "ok"}},
    "x-amazon-apigateway-integration": {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200"}},
    },
}
