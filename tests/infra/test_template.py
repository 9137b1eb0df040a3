"""Rules for each stage's template as CloudFormation gets it, after the SAM transform."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint
from policy_sentry.querying.actions import get_action_data

from chalicelib.queues import MAX_RECEIVES
from chalicelib.tasks.task import FailedTask
from infra.packaging.package import STAGES
from infra.packaging.template import Template
from tests.infra.conftest import Templates
from tests.infra.templates import PSEUDO, PUBLIC, mappings, of_type, references, routes

DAY_SECONDS = 86_400
DEAD_LETTERS = "DeadLettersQueue"
#: What an account may run at once. Source: AWS Lambda Developer Guide, "Lambda quotas".
ACCOUNT_FUNCTIONS, RESERVABLE_FUNCTIONS = 1_000, 900
#: The resource of the Service Authorization Reference that each type of the template is.
ARNS = {
    "AWS::SQS::Queue": "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
    "AWS::DynamoDB::Table": "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}",
    # A log group's ARN ends with `:*` in CloudFormation, which stands for its streams too.
    "AWS::Logs::LogGroup": "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}",
}
INDEX = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}/index/${IndexName}"


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, templates: Templates) -> Template:
    return templates(request.param)


@pytest.fixture
def prod(templates: Templates) -> Template:
    return templates("prod")


def one(template: Template, kind: str) -> dict[str, Any]:
    """Return the properties of the only resource of a type."""
    (properties,) = of_type(template, kind).values()
    return properties


def test_nothing_of_sam_is_left(stage: Template) -> None:
    assert not [about["Type"] for about in stage["Resources"].values() if "Serverless" in about["Type"]]


def test_every_reference_is_to_something_in_the_template(stage: Template) -> None:
    named = set(references([stage["Resources"], stage["Outputs"]]))
    assert {name for name in named if not PSEUDO.fullmatch(name)} <= set(stage["Resources"]) | set(stage["Parameters"])


@pytest.mark.parametrize("name", ["local", "prod"])  # dev is prod but for what keeps the table
def test_cfn_lint_finds_nothing(templates: Templates, name: str) -> None:
    assert [str(match) for match in lint(json.dumps(templates(name)), config=ManualArgs(regions=["us-east-1"]))] == []


def test_queues_are_encrypted(stage: Template) -> None:
    assert all(queue["SqsManagedSseEnabled"] is True for queue in of_type(stage, "AWS::SQS::Queue").values())


def test_each_queue_has_one_policy_of_its_own_that_denies_plain_http(stage: Template) -> None:
    covered = []
    for policy in of_type(stage, "AWS::SQS::QueuePolicy").values():
        (queue,) = policy["Queues"]
        covered.append(queue["Ref"])
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Resource"] == {"Fn::GetAtt": [queue["Ref"], "Arn"]}
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "sqs:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert sorted(covered) == sorted(of_type(stage, "AWS::SQS::Queue"))


def test_a_consumer_reads_its_queue_with_partial_batches_and_a_ceiling(stage: Template) -> None:
    assert sorted(mappings(stage)) == sorted(of_type(stage, "AWS::SQS::Queue"))
    for _, mapping in mappings(stage).values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_a_message_is_hidden_six_times_its_functions_timeout_or_renewed(stage: Template) -> None:
    for name, (consumer, mapping) in mappings(stage).items():
        timeout = of_type(stage, "AWS::Lambda::Function")[consumer]["Timeout"]
        is_renewed = mapping["BatchSize"] == 1  # by the heartbeat of a long computation
        assert of_type(stage, "AWS::SQS::Queue")[name]["VisibilityTimeout"] == (timeout if is_renewed else 6 * timeout)


def test_a_message_is_received_five_times_before_it_is_a_dead_letter(stage: Template) -> None:
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": [DEAD_LETTERS, "Arn"]}, "maxReceiveCount": MAX_RECEIVES}
    for name, queue in of_type(stage, "AWS::SQS::Queue").items():
        assert queue.get("RedrivePolicy") == (None if name == DEAD_LETTERS else redrive)


def test_a_message_is_kept_as_long_as_its_task_and_a_dead_letter_longest(stage: Template) -> None:
    mapped = {"Fn::FindInMap": ["RetentionSeconds", {"Ref": "RetentionDays"}, "Value"]}
    days = stage["Parameters"]["RetentionDays"]["AllowedValues"]
    assert stage["Mappings"]["RetentionSeconds"] == {day: {"Value": int(day) * DAY_SECONDS} for day in days}
    for name, queue in of_type(stage, "AWS::SQS::Queue").items():
        longest = max(map(int, days)) * DAY_SECONDS
        assert queue["MessageRetentionPeriod"] == (longest if name == DEAD_LETTERS else mapped)


def test_the_table_is_restorable_and_deletes_expired_items(stage: Template) -> None:
    table = one(stage, "AWS::DynamoDB::Table")
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_index_of_failed_tasks_projects_only_what_is_shown(stage: Template) -> None:
    table = one(stage, "AWS::DynamoDB::Table")
    (index,) = table["GlobalSecondaryIndexes"]
    keys = {key["AttributeName"] for key in [*table["KeySchema"], *index["KeySchema"]]}
    shown = {field.name for field in fields(FailedTask)}
    assert set(index["Projection"]["NonKeyAttributes"]) == shown - keys, "DynamoDB projects the keys by itself"


def test_only_prod_keeps_its_table_when_the_stack_is_deleted(templates: Templates) -> None:
    kept = {
        stage: (table.get("DeletionPolicy"), table["Properties"].get("DeletionProtectionEnabled"))
        for stage, table in ((stage, templates(stage)["Resources"]["TasksTable"]) for stage in STAGES)
    }
    assert kept == {"local": (None, None), "dev": (None, None), "prod": ("Retain", True)}


def test_clients_that_wait_leave_the_consumers_of_prod_their_concurrency(prod: Template) -> None:
    ceilings = [mapping["ScalingConfig"]["MaximumConcurrency"] for _, mapping in mappings(prod).values()]
    reserved = of_type(prod, "AWS::Lambda::Function")["APIHandler"]["ReservedConcurrentExecutions"]
    assert sum(ceilings) <= ACCOUNT_FUNCTIONS - reserved
    assert reserved <= RESERVABLE_FUNCTIONS


def test_the_api_knows_the_slots_of_each_queue_but_the_dead_letters(stage: Template) -> None:
    slots = {
        mapping["ScalingConfig"]["MaximumConcurrency"] * mapping["BatchSize"]
        for name, (_, mapping) in mappings(stage).items()
        if name != DEAD_LETTERS
    }
    variables = of_type(stage, "AWS::Lambda::Function")["APIHandler"]["Environment"]["Variables"]
    assert variables["SLOTS"] == stage["Outputs"]["Slots"]["Value"]
    assert {int(part.partition("=")[2]) for part in variables["SLOTS"].split(",")} == slots


def test_every_function_is_traced_and_logs_json_to_its_own_group_that_expires(stage: Template) -> None:
    functions = of_type(stage, "AWS::Lambda::Function").values()
    groups = of_type(stage, "AWS::Logs::LogGroup")
    used = {function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions}
    assert len(used) == len(functions)
    assert used <= set(groups)
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())
    for function in functions:
        assert (function["TracingConfig"], function["LoggingConfig"]["LogFormat"]) == ({"Mode": "Active"}, "JSON")


def test_the_api_has_one_stage_which_is_traced_and_logs_its_requests(stage: Template) -> None:
    """SAM would add a second public stage, which no limit, log or alarm covers."""
    api = one(stage, "AWS::ApiGateway::Stage")
    assert (api["StageName"], api["TracingEnabled"]) == ("api", True)
    assert api["AccessLogSetting"]["DestinationArn"] == {"Fn::GetAtt": ["AccessLogs", "Arn"]}
    assert json.loads(api["AccessLogSetting"]["Format"])["status"] == "$context.status"


def test_the_api_refuses_tls_before_1_2(stage: Template) -> None:
    api = one(stage, "AWS::ApiGateway::RestApi")
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_2021_06"
    assert api["EndpointAccessMode"] == "BASIC", "API Gateway asks for a mode with every policy of this kind"
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_the_api_compresses_responses(stage: Template) -> None:
    assert one(stage, "AWS::ApiGateway::RestApi")["MinimumCompressionSize"] == 1024


def test_every_method_is_throttled_and_has_no_metrics_and_no_execution_log(stage: Template) -> None:
    every, *others = one(stage, "AWS::ApiGateway::Stage")["MethodSettings"]
    assert (every["ResourcePath"], every["HttpMethod"]) == ("/*", "*")
    assert every["ThrottlingRateLimit"] == {"Ref": "RateLimit"}
    assert every["ThrottlingBurstLimit"] == {"Ref": "BurstLimit"}
    for settings in (every, *others):
        # The log of a stage goes to a group that never expires; a trace of the data would log keys.
        assert (settings["MetricsEnabled"], settings["LoggingLevel"]) == (False, "OFF")
        assert settings["DataTraceEnabled"] is False


def test_health_which_needs_no_key_has_a_low_throttle_of_its_own(stage: Template) -> None:
    _, *health = one(stage, "AWS::ApiGateway::Stage")["MethodSettings"]
    assert {(about["ResourcePath"], about["HttpMethod"]) for about in health} == {
        ("/~1health", "GET"),
        ("/~1health", "HEAD"),
    }
    assert all(about["ThrottlingRateLimit"] < 10 for about in health)


def test_every_get_has_a_head_beside_it_that_reaches_the_same_function(stage: Template) -> None:
    gets, heads = (
        {path: about for (path, called), about in routes(stage).items() if called == method}
        for method in ("get", "head")
    )
    assert gets == heads


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_every_route_but_the_public_ones_needs_a_key_where_it_is_deployed(templates: Templates, name: str) -> None:
    about = routes(templates(name)).items()
    assert {route for route, definition in about if definition.get("security") != [{"api_key": []}]} == PUBLIC


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_a_key_has_a_rate_a_burst_and_a_quota(templates: Templates, name: str) -> None:
    plan = one(templates(name), "AWS::ApiGateway::UsagePlan")
    assert plan["Throttle"] == {"RateLimit": {"Ref": "RateLimit"}, "BurstLimit": {"Ref": "BurstLimit"}}
    assert plan["Quota"] == {"Limit": {"Ref": "DailyQuota"}, "Period": "DAY"}


def test_the_usage_plan_is_for_the_stage_and_waits_for_it(prod: Template) -> None:
    ((name, about),) = of_type(prod, "AWS::ApiGateway::Stage").items()
    plan = prod["Resources"]["UsagePlan"]
    assert plan["Properties"]["ApiStages"] == [{"ApiId": {"Ref": "RestAPI"}, "Stage": about["StageName"]}]
    assert plan["DependsOn"] == name


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


def test_every_alarm_notifies_the_topic_and_says_what_it_means(stage: Template) -> None:
    for alarm in of_type(stage, "AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmDescription"]
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["TreatMissingData"] == "notBreaching"


def test_each_queue_and_the_functions_and_the_api_have_alarms(stage: Template) -> None:
    watched = json.dumps(of_type(stage, "AWS::CloudWatch::Alarm"))
    for queue in of_type(stage, "AWS::SQS::Queue"):
        assert json.dumps({"Fn::GetAtt": [queue, "QueueName"]}) in watched
    for metric in ("Errors", "Throttles", "5XXError", "Latency", "Count"):
        assert f'"MetricName": "{metric}"' in watched


def test_the_dashboard_is_json(stage: Template) -> None:
    assert json.loads(one(stage, "AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"])["widgets"]


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
