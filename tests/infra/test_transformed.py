"""Rules for each stage's template after the SAM transform, as CloudFormation gets it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint
from policy_sentry.querying.actions import get_action_data

from infra.packaging.package import STAGES, Package
from infra.packaging.template import Template
from tests.infra.transformed import PSEUDO, of_type, references, transformed

DEPLOYED = ("dev", "prod")

#: The resource of the Service Authorization Reference that each type of the template is.
ARNS = {
    "AWS::SQS::Queue": "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
    "AWS::DynamoDB::Table": "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}",
    # A log group's ARN ends with `:*` in CloudFormation, which stands for its streams too.
    "AWS::Logs::LogGroup": "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}",
}
INDEX = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}/index/${IndexName}"


@pytest.fixture(scope="module")
def templates(packages: dict[str, Package]) -> dict[str, Template]:
    """Return each stage's transformed template."""
    return {name: transformed(package) for name, package in packages.items()}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    return templates[request.param]


@pytest.fixture(params=DEPLOYED)
def deployed(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    return templates[request.param]


def test_nothing_of_sam_is_left(stage: Template) -> None:
    assert not [about["Type"] for about in stage["Resources"].values() if "Serverless" in about["Type"]]


def test_every_reference_is_to_something_in_the_template(stage: Template) -> None:
    named = set(references([stage["Resources"], stage["Outputs"]]))
    assert {name for name in named if not PSEUDO.fullmatch(name)} <= set(stage["Resources"]) | set(stage["Parameters"])


@pytest.mark.parametrize("name", ["local", "prod"])  # dev is prod but for what keeps the table
def test_cfn_lint_finds_nothing(templates: dict[str, Template], name: str) -> None:
    assert [str(match) for match in lint(json.dumps(templates[name]), config=ManualArgs(regions=["us-east-1"]))] == []


def test_the_api_has_one_stage_and_no_other(stage: Template) -> None:
    (api,) = of_type(stage, "AWS::ApiGateway::Stage").values()
    assert api["StageName"] == "api"


def test_the_one_stage_has_the_limits_and_the_access_log(stage: Template) -> None:
    (api,) = of_type(stage, "AWS::ApiGateway::Stage").values()
    throttled = {(settings["ResourcePath"], settings["HttpMethod"]) for settings in api["MethodSettings"]}
    assert throttled == {("/*", "*"), ("/~1health", "GET"), ("/~1health", "HEAD")}
    assert all(settings["ThrottlingRateLimit"] for settings in api["MethodSettings"])
    assert api["AccessLogSetting"]["DestinationArn"] == {"Fn::GetAtt": ["AccessLogs", "Arn"]}


def test_no_log_group_is_made_that_the_template_does_not_declare(stage: Template) -> None:
    """API Gateway creates a log group without expiry if execution logs are on."""
    (api,) = of_type(stage, "AWS::ApiGateway::Stage").values()
    assert {settings["LoggingLevel"] for settings in api["MethodSettings"]} == {"OFF"}
    for function in of_type(stage, "AWS::Lambda::Function").values():
        assert function["LoggingConfig"]["LogGroup"]["Ref"] in of_type(stage, "AWS::Logs::LogGroup")


def test_the_usage_plan_is_for_the_stage_and_waits_for_it(deployed: Template) -> None:
    ((name, about),) = of_type(deployed, "AWS::ApiGateway::Stage").items()
    (plan,) = [plan for plan in deployed["Resources"].values() if plan["Type"] == "AWS::ApiGateway::UsagePlan"]
    assert plan["Properties"]["ApiStages"] == [{"ApiId": {"Ref": "RestAPI"}, "Stage": about["StageName"]}]
    assert plan["DependsOn"] == name


def test_the_apis_own_address_refuses_tls_before_1_2(stage: Template) -> None:
    (api,) = of_type(stage, "AWS::ApiGateway::RestApi").values()
    assert (api["SecurityPolicy"], api["EndpointAccessMode"]) == ("SecurityPolicy_TLS13_1_2_2021_06", "BASIC")
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_the_definition_has_head_beside_get_and_the_gateways_own_responses(stage: Template) -> None:
    (api,) = of_type(stage, "AWS::ApiGateway::RestApi").values()
    assert api["MinimumCompressionSize"] == 1024
    assert all(("head" in methods) == ("get" in methods) for methods in api["Body"]["paths"].values())
    responses = api["Body"]["x-amazon-apigateway-gateway-responses"]
    assert {kind for kind, about in responses.items() if "statusCode" not in about} == {"DEFAULT_4XX", "DEFAULT_5XX"}


def test_each_queue_has_one_policy_that_names_it_alone(stage: Template) -> None:
    covered = []
    for policy in of_type(stage, "AWS::SQS::QueuePolicy").values():
        (queue,) = policy["Queues"]
        covered.append(queue["Ref"])
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Resource"] == {"Fn::GetAtt": [queue["Ref"], "Arn"]}
    assert sorted(covered) == sorted(of_type(stage, "AWS::SQS::Queue"))


def test_each_mapping_is_of_a_queue_with_a_ceiling_and_partial_batches(stage: Template) -> None:
    mappings = of_type(stage, "AWS::Lambda::EventSourceMapping").values()
    sources = sorted(mapping["EventSourceArn"]["Fn::GetAtt"][0] for mapping in mappings)
    assert sources == sorted(of_type(stage, "AWS::SQS::Queue"))
    for mapping in mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_every_action_of_a_policy_exists_and_takes_its_resource(stage: Template) -> None:
    statements = [
        statement
        for role in of_type(stage, "AWS::IAM::Role").values()
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    assert statements
    for statement in statements:
        for action in statement["Action"]:
            for resource in (
                statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            ):
                assert arn_of(stage, resource) in taken(action), (action, resource)


def arn_of(template: Template, resource: Any) -> str:
    """Return the form of a resource's ARN as the Service Authorization Reference writes it."""
    if resource == "*":
        return "*"
    if "Fn::Sub" in resource:
        assert resource["Fn::Sub"] == "${TasksTable.Arn}/index/failed"
        return INDEX
    name, attribute = resource["Fn::GetAtt"]
    assert attribute == "Arn"
    return ARNS[template["Resources"][name]["Type"]]


@cache
def taken(action: str) -> set[str]:
    """Return the forms of the resources that an action takes, `*` where it takes none."""
    service, _, name = action.partition(":")
    data = get_action_data(service, name)
    assert data, f"{action} is no action of AWS"
    forms = {row["resource_arn_format"] for row in data[service]}
    streams = {form.partition(":log-stream:")[0] for form in forms if ":log-stream:" in form}
    return forms | streams
