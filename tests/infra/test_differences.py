"""The template for MiniStack and LocalStack differs from AWS's only if the emulator lacks a feature."""

import copy
import json
import os
from typing import Any, cast

import pytest

from infra.deploy.cloud import Engine
from infra.emulator.differences import MINISTACK_BATCHES, adapt
from infra.packaging.package import STAGES
from infra.packaging.template import Template
from tests.infra.conftest import Packages


@pytest.fixture(params=STAGES)
def aws(request: pytest.FixtureRequest, packages: Packages) -> Template:
    return packages(request.param).template


@pytest.fixture(params=[Engine.MINISTACK, Engine.LOCALSTACK])
def engine(request: pytest.FixtureRequest) -> Engine:
    return cast("Engine", request.param)


@pytest.fixture
def emulator(aws: Template, engine: Engine) -> Template:
    return adapt(copy.deepcopy(aws), engine)


def test_for_aws_nothing_changes(aws: Template) -> None:
    assert adapt(copy.deepcopy(aws), Engine.AWS) == aws


def test_resources_differ_only_by_what_the_emulator_lacks(aws: Template, emulator: Template, engine: Engine) -> None:
    removed, added = (
        {one["Resources"][name]["Type"] for name in set(one["Resources"]) - set(other["Resources"])}
        for one, other in ((aws, emulator), (emulator, aws))
    )
    on_ministack = {"AWS::SQS::QueuePolicy", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"}
    assert removed == (on_ministack if engine is Engine.MINISTACK else {"AWS::Serverless::LayerVersion"})
    assert added == {"AWS::ApiGateway::GatewayResponse"}
    assert ("Layers" in json.dumps(emulator)) == (engine is Engine.MINISTACK)


def test_a_mapping_runs_no_more_functions_at_once_than_the_cores_can(aws: Template, emulator: Template) -> None:
    most = max(2, 2 * len(os.sched_getaffinity(0)))
    lowered = ceilings(emulator)
    assert all(2 <= lowered[name] <= min(ceiling, most) for name, ceiling in ceilings(aws).items())


def test_a_message_is_hidden_for_five_minutes_at_most_on_ministack(emulator: Template, engine: Engine) -> None:
    queues = [each["Properties"] for each in emulator["Resources"].values() if each["Type"] == "AWS::SQS::Queue"]
    assert (max(queue["VisibilityTimeout"] for queue in queues) <= 300) == (engine is Engine.MINISTACK)


@pytest.mark.parametrize("function", ["ListWorker", "Prover"])
def test_what_computes_in_a_child_process_may_take_as_long_as_a_long_proof(
    aws: Template, emulator: Template, function: str
) -> None:
    on_aws, raised, longest = (
        template["Resources"][name]["Properties"]["Timeout"]
        for template, name in ((aws, function), (emulator, function), (aws, "LongProver"))
    )
    assert on_aws < raised == longest


def test_the_policies_are_those_of_aws_but_for_ministacks_calls_of_batches(
    aws: Template, emulator: Template, engine: Engine
) -> None:
    before, after = (set(map(json.dumps, statements(template))) for template in (aws, emulator))
    assert before <= after
    added = {action for statement in after - before for action in json.loads(statement)["Action"]}
    assert added == (set(MINISTACK_BATCHES.values()) if engine is Engine.MINISTACK else set())


def statements(template: Template) -> list[dict[str, Any]]:
    """Return what all roles allow."""
    roles = [resource for resource in template["Resources"].values() if resource["Type"] == "AWS::IAM::Role"]
    policies = [policy for role in roles for policy in role["Properties"].get("Policies", [])]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def ceilings(template: Template) -> dict[str, int]:
    """Return each consumer's MaximumConcurrency."""
    return {
        name: event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        for name, resource in template["Resources"].items()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if "ScalingConfig" in event["Properties"]
    }
