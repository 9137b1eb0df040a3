"""Least privilege: each function has exactly the permissions for the actions and resources that its code uses."""

from __future__ import annotations

from typing import Any

import pytest

from infra.packaging.template import Template
from tests.infra.calls import actions_of, routes, users_of
from tests.infra.conftest import Templates
from tests.infra.templates import of_type

#: Lambda reads the queue of an event source mapping by the function's own role.
#: Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".
MAPPING = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
#: Has no resource-level permissions: Service Authorization Reference, "AWS X-Ray".
TRACING = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}

#: Modules with which code could open a connection. boto3 and botocore, which call AWS, are not among them.
NETWORK = (
    *("asyncio", "ftplib", "http.client", "httpx", "requests", "smtplib"),
    *("socket", "ssl", "urllib.request", "urllib3"),
)
#: Sends the calls to AWS where their endpoint is an emulator on this machine: see tests/unit/test_loopback.py.
TRANSPORT = "chalicelib/loopback.py"

FUNCTIONS = {
    "APIHandler": routes(),
    "Worker": {"app.worker"},
    "ListWorker": {"app.list_worker"},
    "Prover": {"app.prover"},
    "LongProver": {"app.long_prover"},
    "DeadLetters": {"app.dead_letters"},
}
#: The queues that each function sends to: docs/architecture.md.
SENDS = {
    "APIHandler": {"TasksQueue", "ListsQueue"},
    "Worker": {"TasksQueue", "ProofsQueue", "LongProofsQueue"},
    "ListWorker": {"ListsQueue", "LongProofsQueue"},
    "Prover": {"LongProofsQueue"},
    "LongProver": set(),
    "DeadLetters": set(),
}


def calls(function: str) -> set[str]:
    """Return the actions that a function and its mapping call."""
    mapping = set() if function == "APIHandler" else MAPPING
    made = actions_of(FUNCTIONS[function]) | LOGS | TRACING | mapping
    # Both provers run the same code; only the one of the short proofs forwards.
    return made if SENDS[function] else made - {"sqs:SendMessage"}


@pytest.fixture
def prod(templates: Templates) -> Template:
    return templates("prod")


def statements(template: Template, role: str) -> list[dict[str, Any]]:
    policies = template["Resources"][role]["Properties"]["Policies"]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def actions(statement: dict[str, Any]) -> set[str]:
    return set(as_list(statement["Action"]))


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_all_that_its_code_calls(prod: Template, function: str) -> None:
    allowed = set().union(*(actions(statement) for statement in statements(prod, f"{function}Role")))
    assert calls(function) <= allowed


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_nothing_else(prod: Template, function: str) -> None:
    allowed = set().union(*(actions(statement) for statement in statements(prod, f"{function}Role")))
    assert allowed <= calls(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_send_to_the_queues_that_it_sends_to_and_to_no_other(prod: Template, function: str) -> None:
    sending = [s for s in statements(prod, f"{function}Role") if "sqs:SendMessage" in actions(s)]
    resources = [resource for statement in sending for resource in as_list(statement["Resource"])]
    assert {resource["Fn::GetAtt"][0] for resource in resources} == SENDS[function]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_policy_names_exact_actions_on_exact_resources(prod: Template, function: str) -> None:
    for statement in statements(prod, f"{function}Role"):
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in actions(statement))
        if actions(statement) == TRACING:
            continue
        for resource in as_list(statement["Resource"]):
            assert "*" not in str(resource)
            assert set(resource) <= {"Fn::GetAtt", "Fn::Sub"}, "an ARN is taken from the resource, not written out"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_a_role_of_its_own(prod: Template, function: str) -> None:
    role = of_type(prod, "AWS::Lambda::Function")[function]["Role"]
    assert role == {"Fn::GetAtt": [f"{function}Role", "Arn"]}


def test_every_function_is_checked(prod: Template) -> None:
    assert set(of_type(prod, "AWS::Lambda::Function")) == set(FUNCTIONS)


def test_only_the_modules_of_the_table_and_the_queues_have_the_clients() -> None:
    assert users_of("chalicelib.aws.dynamodb") | users_of("chalicelib.aws.sqs") == {
        "chalicelib/store/table.py",
        "chalicelib/queues.py",
    }
    assert users_of("boto3") == {"chalicelib/aws.py"}


def test_the_service_can_open_no_address_that_a_client_names() -> None:
    """Only the transport to an emulator opens connections, and only to the endpoint of the AWS client."""
    assert {file for module in NETWORK for file in users_of(module)} == {TRANSPORT}
