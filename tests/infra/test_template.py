"""Rules for each stage's template as CloudFormation gets it, after the SAM transform."""

import json
from dataclasses import fields
from functools import cache
from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data

from chalicelib.queues import MAX_RECEIVES, QUEUES
from chalicelib.store.task_index import FAILED, TASKS
from chalicelib.tasks.task import FailedTask
from chalicelib.telemetry import METRICS
from infra.packaging.package import STAGES
from infra.packaging.template import API_FUNCTIONS, Template
from tests.infra.conftest import Templates
from tests.infra.templates import mappings_of_queues, of_type, routes

#: What an account may reserve of its 1,000 functions at once. Source: AWS Lambda Developer Guide, "Lambda quotas".
RESERVABLE_FUNCTIONS = 900
#: Function timeouts that AWS advises for a queue's visibility timeout. Source: the same, "Configuring a queue to use
#: with Lambda".
VISIBILITY_TIMEOUTS = 6
#: The resource of the Service Authorization Reference that each type of the template is.
ARNS = {
    "AWS::SQS::Queue": "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
    "AWS::DynamoDB::Table": "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}",
    "AWS::Events::EventBus": "arn:${Partition}:events:${Region}:${Account}:event-bus/${EventBusName}",
    # A log group's ARN ends with `:*` in CloudFormation, which stands for its streams too.
    "AWS::Logs::LogGroup": "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}",
}
STREAM = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}/stream/${StreamLabel}"
INDEX = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}/index/${IndexName}"


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, templates: Templates) -> Template:
    return templates(request.param)


def one(template: Template, kind: str) -> dict[str, Any]:
    """Return the properties of the only resource of a type."""
    (properties,) = of_type(template, kind).values()
    return properties


def test_what_is_stored_and_sent_is_encrypted(stage: Template) -> None:
    queues = of_type(stage, "AWS::SQS::Queue")
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    policies = of_type(stage, "AWS::SQS::QueuePolicy").values()
    assert sorted(policy["Queues"][0]["Ref"] for policy in policies) == sorted(queues)
    assert one(stage, "AWS::DynamoDB::Table")["SSESpecification"] == {"SSEEnabled": True}
    assert one(stage, "AWS::ApiGateway::RestApi")["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_2021_06"


def test_every_function_logs_to_a_group_of_its_own_that_expires(stage: Template) -> None:
    functions = of_type(stage, "AWS::Lambda::Function").values()
    groups = of_type(stage, "AWS::Logs::LogGroup")
    assert len({function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions} & set(groups)) == len(functions)
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_the_api_has_no_second_stage_which_no_limit_covers(stage: Template) -> None:
    ((name, about),) = of_type(stage, "AWS::ApiGateway::Stage").items()
    assert about["MethodSettings"][0]["ThrottlingRateLimit"] == {"Ref": "MethodRateLimit"}
    assert stage["Resources"].get("UsagePlan", {"DependsOn": name})["DependsOn"] == name, "it refers to the stage"


def test_one_key_can_use_up_a_small_part_of_the_stage_only(prod: Template) -> None:
    default = {name: about.get("Default") for name, about in prod["Parameters"].items()}
    assert one(prod, "AWS::ApiGateway::UsagePlan")["Throttle"]["RateLimit"] == {"Ref": "RateLimit"}
    assert default["MethodRateLimit"] >= 10 * default["RateLimit"]
    assert default["MethodBurstLimit"] >= 10 * default["BurstLimit"]


def test_the_routes_without_a_key_take_less_than_half_of_the_functions(prod: Template) -> None:
    (stage,) = of_type(prod, "AWS::ApiGateway::Stage").values()
    limits = {(each["ResourcePath"], each["HttpMethod"]): each for each in stage["MethodSettings"]}
    open_routes = [route for route, about in routes(prod).items() if not about.get("security")]
    assert len(open_routes) >= 8
    settings = [limits[path if path == "/" else f"/~1{path[1:]}", method.upper()] for path, method in open_routes]
    # An execution environment serves ten requests a second at most.
    assert sum(each["ThrottlingRateLimit"] for each in settings) / 10 < API_FUNCTIONS / 2


def test_the_check_of_certificates_does_not_occupy_the_functions_of_the_api(prod: Template) -> None:
    uris = {path: str(about["x-amazon-apigateway-integration"]["uri"]) for (path, _), about in routes(prod).items()}
    assert {path for path, uri in uris.items() if "APIHandler" not in uri} == {"/certificates"}
    verifier = of_type(prod, "AWS::Lambda::Function")["CertificateVerifier"]
    (plan,) = one(prod, "AWS::ApiGateway::UsagePlan")["ApiStages"]
    assert plan["Throttle"]["/certificates/POST"]["RateLimit"] <= verifier["ReservedConcurrentExecutions"]


def test_waits_hold_half_of_the_functions_at_most_and_an_alarm_sees_four_fifths(prod: Template) -> None:
    assert prod["Parameters"]["MaxWaits"]["Default"] <= API_FUNCTIONS / 2
    alarm = of_type(prod, "AWS::CloudWatch::Alarm")["ConcurrencyAlarm"]
    assert alarm["MetricName"] == "ConcurrentExecutions"
    assert alarm["Threshold"] == 0.8 * API_FUNCTIONS


def test_a_message_is_hidden_while_its_function_is_throttled_and_fails_alone(stage: Template) -> None:
    queues, functions = of_type(stage, "AWS::SQS::Queue"), of_type(stage, "AWS::Lambda::Function")
    for mapping in mappings_of_queues(stage):
        function = functions[mapping["FunctionName"]["Ref"]]
        queue = queues.pop(mapping["EventSourceArn"]["Fn::GetAtt"][0])
        assert queue["VisibilityTimeout"] >= VISIBILITY_TIMEOUTS * function["Timeout"]
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        is_dead_letters = queue is of_type(stage, "AWS::SQS::Queue")["DeadLettersQueue"]
        assert is_dead_letters or queue["RedrivePolicy"]["maxReceiveCount"] == MAX_RECEIVES
    assert set(queues) == {"UnpublishedQueue"}, "a queue without a consumer, but for what people look at"


def test_every_queue_has_an_alarm(stage: Template) -> None:
    watched = json.dumps(of_type(stage, "AWS::CloudWatch::Alarm"))
    for queue in of_type(stage, "AWS::SQS::Queue"):
        assert json.dumps({"Fn::GetAtt": [queue, "QueueName"]}) in watched


def test_the_metrics_that_are_paid_for_are_those_that_an_alarm_or_a_panel_uses(prod: Template) -> None:
    name = {"Ref": "AWS::StackName"}
    alarms = [each for each in of_type(prod, "AWS::CloudWatch::Alarm").values() if each.get("Namespace") == name]
    used = {(alarm["MetricName"], *(each["Name"] for each in alarm.get("Dimensions", []))) for alarm in alarms}
    functions = set()
    for widget in json.loads(one(prod, "AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"])["widgets"]:
        for namespace, metric, *rest in widget["properties"]["metrics"]:
            if namespace == "${AWS::StackName}":
                used.add((metric, *rest[:1]) if len(rest) > 1 else (metric,))
                functions |= set(rest[1:2])
    assert used == {(metric, "function") if of_function else (metric,) for metric, (_, of_function) in METRICS.items()}
    assert functions == {row.function for row in QUEUES.values()}


def test_an_index_projects_only_what_is_shown_and_that_of_tasks_only_keys(stage: Template) -> None:
    table = one(stage, "AWS::DynamoDB::Table")
    tasks, index = table["GlobalSecondaryIndexes"]
    assert tasks["Projection"] == {"ProjectionType": "KEYS_ONLY"}, "a later write would be one to the index, too"
    keys = {key["AttributeName"] for key in [*table["KeySchema"], *index["KeySchema"]]}
    shown = {field.name for field in fields(FailedTask)}
    assert set(index["Projection"]["NonKeyAttributes"]) == shown - keys, "DynamoDB projects the keys by itself"


def test_no_other_function_throttles_a_consumer_of_prod(prod: Template) -> None:
    functions = of_type(prod, "AWS::Lambda::Function")
    for mapping in mappings_of_queues(prod):
        function = functions[mapping["FunctionName"]["Ref"]]
        assert function["ReservedConcurrentExecutions"] == mapping["ScalingConfig"]["MaximumConcurrency"]
    assert sum(about.get("ReservedConcurrentExecutions", 0) for about in functions.values()) <= RESERVABLE_FUNCTIONS


def test_every_get_has_a_head_beside_it_that_reaches_the_same_function(stage: Template) -> None:
    gets, heads = ({p: about for (p, called), about in routes(stage).items() if called == m} for m in ("get", "head"))
    assert gets == heads


def test_cross_origin_requests_are_closed_by_default(stage: Template) -> None:
    assert not [route for route in routes(stage) if route[1] == "options"]
    assert "access-control" not in json.dumps(stage).lower()


def test_every_response_of_the_gateway_itself_is_a_problem(stage: Template) -> None:
    body = one(stage, "AWS::ApiGateway::RestApi")["Body"]
    for kind, response in body["x-amazon-apigateway-gateway-responses"].items():
        # With a status, the default would turn 401, 403 and 413 into that one.
        assert ("statusCode" in response) == (not kind.startswith("DEFAULT_"))
        (template,) = response["responseTemplates"].values()
        problem = json.loads(template)
        assert {"type", "title", "detail"} <= set(problem) <= {"type", "title", "status", "detail"}
        assert str(problem.get("status", "")) == response.get("statusCode", "")
        assert response["responseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"


def test_every_action_of_a_policy_exists_and_takes_its_resource(prod: Template) -> None:
    for role in of_type(prod, "AWS::IAM::Role").values():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                resources = statement["Resource"]
                for resource in resources if isinstance(resources, list) else [resources]:
                    for action in statement["Action"]:
                        assert arn_of(prod, resource) in taken(action), (action, resource)


def arn_of(template: Template, resource: Any) -> str:
    """Return the form of a resource's ARN as the Service Authorization Reference writes it."""
    if resource == "*":
        return "*"
    if "Fn::Sub" in resource:
        if resource["Fn::Sub"] == "${TasksTable.Arn}/stream/*":
            return "*"  # of ListStreams, for which the reference names no resource
        place = resource["Fn::Sub"][0].partition(":table/${Table}")[2]
        assert place in {"", *(f"/index/{index.name}" for index in (TASKS, FAILED))}
        return INDEX if place else ARNS["AWS::DynamoDB::Table"]
    name, attribute = resource["Fn::GetAtt"]
    if attribute == "StreamArn":
        return STREAM
    assert attribute == "Arn"
    return ARNS[template["Resources"][name]["Type"]]


@cache
def taken(action: str) -> set[str]:
    """Return the forms of the resources that an action takes; `*` if it takes none."""
    service, _, name = action.partition(":")
    data = get_action_data(service, name)
    assert data, f"{action} is no action of AWS"
    forms = {row["resource_arn_format"] for row in data[service]}
    streams = {form.partition(":log-stream:")[0] for form in forms if ":log-stream:" in form}
    return forms | streams
