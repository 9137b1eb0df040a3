"""Least privilege: each function has exactly the permissions for the actions and resources that its code uses."""

import itertools
from typing import Any

from chalicelib.queues import QUEUES
from infra.packaging.roles import logical_id
from infra.packaging.template import Template
from tests.infra.calls import actions_of, routes
from tests.infra.templates import mappings_of_queues, of_type

#: Lambda reads the queue of an event source mapping by the function's own role.
#: Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS".
MAPPING = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
#: Source: the same, "Using Lambda to process records from Amazon DynamoDB streams".
STREAM = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}

CONSUMERS = {logical_id(row.function): {f"app.{row.function}"} for row in QUEUES.values()}
HANDLERS = CONSUMERS | {
    "APIHandler": routes(),
    "CertificateVerifier": {"app.verify_certificate"},
    "Publisher": {"app.publisher"},
}
#: What Lambda does by a function's own role.
BY_LAMBDA = {"APIHandler": set[str](), "CertificateVerifier": set[str](), "Publisher": STREAM}


def statements(template: Template, role: str) -> list[dict[str, Any]]:
    policies = template["Resources"][role]["Properties"]["Policies"]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_function_may_do_what_its_code_calls_and_nothing_else(prod: Template) -> None:
    for function in of_type(prod, "AWS::Lambda::Function"):
        called = actions_of(HANDLERS[function]) | LOGS | BY_LAMBDA.get(function, MAPPING)
        if function != "Worker":  # shares the code that writes results: its tasks have an item
            called -= {"dynamodb:PartiQLInsert"}
        allowed = {action for statement in statements(prod, f"{function}Role") for action in statement["Action"]}
        assert allowed == called, function


def test_a_policy_names_exact_actions_on_exact_resources(prod: Template) -> None:
    for statement in itertools.chain.from_iterable(statements(prod, f"{function}Role") for function in HANDLERS):
        assert statement["Effect"] == "Allow"
        assert "*" not in str(statement["Action"])
        if statement["Action"] == ["dynamodb:ListStreams"]:  # of the table's streams, whose names have a time
            assert statement["Resource"] == {"Fn::Sub": "${TasksTable.Arn}/stream/*"}
            continue
        for resource in as_list(statement["Resource"]):
            assert "*" not in str(resource)
            assert set(resource) <= {"Fn::GetAtt", "Fn::Sub"}, "an ARN is taken from the resource, not written out"


def test_a_function_that_sends_to_its_own_queue_is_not_stopped_as_an_endless_loop(prod: Template) -> None:
    functions, sends_to_itself = of_type(prod, "AWS::Lambda::Function"), set[str]()
    for mapping in mappings_of_queues(prod):
        name = mapping["FunctionName"]["Ref"]
        for statement in statements(prod, f"{name}Role"):
            if "sqs:SendMessage" in statement["Action"] and mapping["EventSourceArn"] in as_list(statement["Resource"]):
                sends_to_itself.add(name)
    assert {name for name, about in functions.items() if about.get("RecursiveLoop") == "Allow"} == sends_to_itself
    assert sends_to_itself == set(CONSUMERS) - {"DeadLetters"}
