"""Rules for the packaged template of each stage: encryption, limits, retention, keys, logs and alarms."""

from __future__ import annotations

import copy
import json
from dataclasses import fields

import pytest

from chalicelib.queues import MAX_RECEIVES
from chalicelib.tasks.task import FailedTask
from infra.packaging.package import STAGES, Package
from infra.packaging.template import with_slots
from tests.infra.packaged import PUBLIC, of_type, routes

DEPLOYED = ("dev", "prod")
CONSUMERS = {
    "TasksQueue": "Worker",
    "ListsQueue": "ListWorker",
    "ProofsQueue": "Prover",
    "LongProofsQueue": "LongProver",
    "DeadLettersQueue": "DeadLetters",
}
#: Functions that use the native libraries.
COMPUTING = {"Worker", "ListWorker", "Prover", "LongProver"}
WORK_QUEUES = sorted(set(CONSUMERS) - {"DeadLettersQueue"})


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, packages: dict[str, Package]) -> Package:
    return packages[request.param]


@pytest.fixture(params=DEPLOYED)
def deployed(request: pytest.FixtureRequest, packages: dict[str, Package]) -> Package:
    return packages[request.param]


def test_queues_are_encrypted(stage: Package) -> None:
    queues = of_type(stage, "AWS::SQS::Queue")
    assert set(queues) == set(CONSUMERS)
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())


def test_each_queue_has_one_policy_of_its_own_that_denies_plain_http(stage: Package) -> None:
    policies = list(of_type(stage, "AWS::SQS::QueuePolicy").values())
    covered = [policy["Queues"] for policy in policies]
    assert sorted(covered, key=str) == [[{"Ref": queue}] for queue in sorted(CONSUMERS)]
    for policy in policies:
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert statement["Resource"] == {"Fn::GetAtt": [policy["Queues"][0]["Ref"], "Arn"]}
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "sqs:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(("queue", "consumer"), CONSUMERS.items(), ids=CONSUMERS)
def test_a_message_stays_hidden_six_times_as_long_as_its_consumer_may_run_unless_heartbeats_renew_it(
    stage: Package, queue: str, consumer: str
) -> None:
    visibility = of_type(stage, "AWS::SQS::Queue")[queue]["VisibilityTimeout"]
    timeout = of_type(stage, "AWS::Serverless::Function")[consumer]["Timeout"]
    assert visibility == (timeout if "Prover" in consumer else 6 * timeout)


@pytest.mark.parametrize("queue", WORK_QUEUES)
def test_a_message_is_received_five_times_before_it_is_a_dead_letter(stage: Package, queue: str) -> None:
    redrive = of_type(stage, "AWS::SQS::Queue")[queue]["RedrivePolicy"]
    assert redrive == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["DeadLettersQueue", "Arn"]},
        "maxReceiveCount": MAX_RECEIVES,
    }


@pytest.mark.parametrize("queue", WORK_QUEUES)
def test_a_message_is_kept_as_long_as_its_task(stage: Package, queue: str) -> None:
    retention = of_type(stage, "AWS::SQS::Queue")[queue]["MessageRetentionPeriod"]
    assert retention == {"Fn::FindInMap": ["RetentionSeconds", {"Ref": "RetentionDays"}, "Value"]}
    days = stage.template["Parameters"]["RetentionDays"]
    assert days["AllowedValues"] == [str(day) for day in range(1, 15)], "SQS keeps a message for 14 days at most"
    seconds = {day: {"Value": int(day) * 86400} for day in days["AllowedValues"]}
    assert stage.template["Mappings"]["RetentionSeconds"] == seconds


def test_dead_letters_are_kept_as_long_as_sqs_can(stage: Package) -> None:
    assert of_type(stage, "AWS::SQS::Queue")["DeadLettersQueue"]["MessageRetentionPeriod"] == 14 * 86400


@pytest.mark.parametrize(("queue", "consumer"), CONSUMERS.items(), ids=CONSUMERS)
def test_a_consumer_reads_its_queue_with_partial_batches_and_a_ceiling(
    stage: Package, queue: str, consumer: str
) -> None:
    (event,) = of_type(stage, "AWS::Serverless::Function")[consumer]["Events"].values()
    assert event["Properties"]["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 2 <= event["Properties"]["ScalingConfig"]["MaximumConcurrency"] <= 1000


def test_the_table_is_on_demand_encrypted_and_restorable_and_deletes_expired_items(stage: Package) -> None:
    (table,) = of_type(stage, "AWS::DynamoDB::Table").values()
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_index_of_failed_tasks_is_sharded_and_projects_only_what_is_shown(stage: Package) -> None:
    (table,) = of_type(stage, "AWS::DynamoDB::Table").values()
    (index,) = table["GlobalSecondaryIndexes"]
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["failed_shard", "finished_at"]
    keys = {key["AttributeName"] for key in [*table["KeySchema"], *index["KeySchema"]]}
    shown = {field.name for field in fields(FailedTask)}
    assert index["Projection"]["ProjectionType"] == "INCLUDE"
    assert set(index["Projection"]["NonKeyAttributes"]) == shown - keys, "DynamoDB projects the keys by itself"


def test_only_prod_keeps_its_table_when_the_stack_is_deleted(packages: dict[str, Package]) -> None:
    tables = {stage: packages[stage].template["Resources"]["TasksTable"] for stage in STAGES}
    assert {stage: table.get("DeletionPolicy") for stage, table in tables.items()} == {
        "local": None,
        "dev": None,
        "prod": "Retain",
    }
    assert tables["prod"]["UpdateReplacePolicy"] == "Retain"
    assert tables["prod"]["Properties"]["DeletionProtectionEnabled"] is True


def test_clients_that_wait_leave_the_consumers_of_prod_their_concurrency(packages: dict[str, Package]) -> None:
    functions = of_type(packages["prod"], "AWS::Serverless::Function")
    ceilings = [
        event["ScalingConfig"]["MaximumConcurrency"]
        for consumer in CONSUMERS.values()
        for event in (about["Properties"] for about in functions[consumer]["Events"].values())
    ]
    reserved = functions["APIHandler"]["ReservedConcurrentExecutions"]
    # An account has 1,000, of which 100 cannot be reserved.
    assert sum(ceilings) <= 1_000 - reserved
    assert reserved <= 900


def test_every_function_is_traced_and_logs_json_to_a_group_of_its_own(stage: Package) -> None:
    functions = of_type(stage, "AWS::Serverless::Function")
    assert stage.template["Globals"]["Function"]["LoggingConfig"]["LogFormat"] == "JSON"
    groups = {function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions.values()}
    assert len(groups) == len(functions) == 6
    assert groups <= set(of_type(stage, "AWS::Logs::LogGroup"))
    assert all(function["Tracing"] == "Active" for function in functions.values())


def test_no_log_is_kept_for_ever(stage: Package) -> None:
    groups = of_type(stage, "AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_only_the_functions_that_compute_have_the_native_libraries(stage: Package) -> None:
    functions = of_type(stage, "AWS::Serverless::Function")
    assert {name for name, function in functions.items() if "Layers" in function} == COMPUTING


def test_the_api_is_regional_traced_and_logs_its_requests(stage: Package) -> None:
    api = of_type(stage, "AWS::Serverless::Api")["RestAPI"]
    assert api["EndpointConfiguration"] == "REGIONAL"
    assert api["TracingEnabled"] is True
    assert json.loads(api["AccessLogSetting"]["Format"])["status"] == "$context.status"


def test_the_api_refuses_tls_before_1_2(stage: Package) -> None:
    api = of_type(stage, "AWS::Serverless::Api")["RestAPI"]
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_2021_06"
    assert api["EndpointAccessMode"] == "BASIC", "API Gateway asks for a mode with every policy of this kind"


def test_the_api_compresses_responses(stage: Package) -> None:
    assert of_type(stage, "AWS::Serverless::Api")["RestAPI"]["MinimumCompressionSize"] == 1024


def test_every_method_is_throttled_and_has_neither_metrics_of_its_own_nor_an_execution_log(stage: Package) -> None:
    every, *_ = of_type(stage, "AWS::Serverless::Api")["RestAPI"]["MethodSettings"]
    assert (every["ResourcePath"], every["HttpMethod"]) == ("/*", "*")
    assert (every["ThrottlingRateLimit"], every["ThrottlingBurstLimit"]) == (
        {"Ref": "RateLimit"},
        {"Ref": "BurstLimit"},
    )
    for settings in of_type(stage, "AWS::Serverless::Api")["RestAPI"]["MethodSettings"]:
        assert (settings["MetricsEnabled"], settings["LoggingLevel"]) == (False, "OFF")
        assert settings["DataTraceEnabled"] is False, "a trace of the data would log whole requests, keys included"


def test_health_which_needs_no_key_has_a_low_throttle_of_its_own(stage: Package) -> None:
    _, *health = of_type(stage, "AWS::Serverless::Api")["RestAPI"]["MethodSettings"]
    assert [(settings["ResourcePath"], settings["HttpMethod"]) for settings in health] == [
        ("/~1health", "GET"),
        ("/~1health", "HEAD"),
    ]
    assert {settings["ThrottlingRateLimit"] for settings in health} == {5}


def test_every_get_has_a_head_beside_it_that_reaches_the_same_function(stage: Package) -> None:
    about = routes(stage)
    gets = {path for path, method in about if method == "get"}
    assert gets
    for path in gets:
        assert about[path, "head"] == about[path, "get"]
    assert {path for path, method in about if method == "head"} == gets


def test_every_route_but_the_public_ones_needs_a_key_where_it_is_deployed(deployed: Package) -> None:
    assert {route for route, about in routes(deployed).items() if about.get("security") != [{"api_key": []}]} == PUBLIC


def test_locally_no_route_needs_a_key(packages: dict[str, Package]) -> None:
    assert not any("security" in about for about in routes(packages["local"]).values())
    assert "ApiKeyId" not in packages["local"].template["Outputs"]


def test_a_key_has_a_rate_a_burst_and_a_quota(deployed: Package) -> None:
    plan = of_type(deployed, "AWS::ApiGateway::UsagePlan")["UsagePlan"]
    assert plan["Throttle"] == {"RateLimit": {"Ref": "RateLimit"}, "BurstLimit": {"Ref": "BurstLimit"}}
    assert plan["Quota"] == {"Limit": {"Ref": "DailyQuota"}, "Period": "DAY"}


def test_cross_origin_requests_are_closed_by_default(stage: Package) -> None:
    assert not [route for route in routes(stage) if route[1] == "options"]
    assert "access-control" not in json.dumps(stage.template).lower()


def test_every_response_of_the_gateway_itself_is_a_problem(stage: Package) -> None:
    responses = of_type(stage, "AWS::Serverless::Api")["RestAPI"]["GatewayResponses"]
    for response in responses.values():
        (template,) = response["ResponseTemplates"].values()
        problem = json.loads(template)
        assert {"type", "title", "detail"} <= set(problem) <= {"type", "title", "status", "detail"}
        assert str(problem.get("status", "")) == response.get("StatusCode", "")
        assert response["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"


def test_the_kinds_of_response_that_are_not_named_keep_their_status(stage: Package) -> None:
    responses = of_type(stage, "AWS::Serverless::Api")["RestAPI"]["GatewayResponses"]
    for kind in ("DEFAULT_4XX", "DEFAULT_5XX"):
        assert "StatusCode" not in responses[kind], "it would turn 401, 403 and 413 into this one"


def test_every_alarm_notifies_the_topic_and_has_a_description(stage: Package) -> None:
    alarms = of_type(stage, "AWS::CloudWatch::Alarm")
    assert len(alarms) == 21
    for alarm in alarms.values():
        assert alarm["AlarmDescription"]
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["TreatMissingData"] == "notBreaching"


def test_each_queue_and_the_functions_and_the_api_have_alarms(stage: Package) -> None:
    watched = json.dumps(of_type(stage, "AWS::CloudWatch::Alarm"))
    for queue in CONSUMERS:
        assert json.dumps({"Fn::GetAtt": [queue, "QueueName"]}) in watched
    for metric in ("Errors", "Throttles", "5XXError", "Latency", "Count"):
        assert f'"MetricName": "{metric}"' in watched


def test_the_dashboard_is_json(stage: Package) -> None:
    (dashboard,) = of_type(stage, "AWS::CloudWatch::Dashboard").values()
    assert len(json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]) == 6


def test_the_api_knows_how_many_messages_the_consumers_of_each_queue_can_hold(stage: Package) -> None:
    functions = of_type(stage, "AWS::Serverless::Function")
    template = with_slots(copy.deepcopy(stage.template))
    slots = "tasks=200,lists=200,proofs=10,long_proofs=5"
    assert template["Outputs"]["Slots"]["Value"] == slots
    api = template["Resources"]["APIHandler"]["Properties"]
    assert api == functions["APIHandler"] | {"Environment": {"Variables": {"SLOTS": slots}}}
