"""The template for MiniStack and for LocalStack differs from that for AWS only where the emulator lacks a feature."""

from __future__ import annotations

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
    """Return a stage's template for AWS."""
    return packages(request.param).template


@pytest.fixture(params=[Engine.MINISTACK, Engine.LOCALSTACK])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return an emulator."""
    return cast("Engine", request.param)


@pytest.fixture
def emulator(aws: Template, engine: Engine) -> Template:
    """Return the same stage's template for the emulator."""
    return adapt(copy.deepcopy(aws), engine)


def test_for_aws_nothing_changes(aws: Template) -> None:
    assert adapt(copy.deepcopy(aws), Engine.AWS) == aws


def test_ministack_has_no_policy_that_denies_plain_http(aws: Template) -> None:
    ministack = adapt(copy.deepcopy(aws), Engine.MINISTACK)
    assert {kind(aws, name) for name in only_in(aws, ministack)} == {"AWS::SQS::QueuePolicy"}


def test_localstack_has_no_layer(aws: Template) -> None:
    localstack = adapt(copy.deepcopy(aws), Engine.LOCALSTACK)
    assert only_in(aws, localstack) == {"MathLayer"}
    assert "Layers" not in json.dumps(localstack)


def test_nothing_is_added_but_gateway_responses(aws: Template, emulator: Template) -> None:
    added = only_in(emulator, aws)
    assert {kind(emulator, name) for name in added} == {"AWS::ApiGateway::GatewayResponse"}


def test_every_gateway_response_becomes_a_resource_that_says_the_same(aws: Template, emulator: Template) -> None:
    defined = aws["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    written = {
        resource["Properties"]["ResponseType"]: resource["Properties"]["ResponseTemplates"]
        for resource in emulator["Resources"].values()
        if resource["Type"] == "AWS::ApiGateway::GatewayResponse"
    }
    assert written == {kind: response["ResponseTemplates"] for kind, response in defined.items()}


def test_a_mapping_runs_no_more_functions_at_once_than_the_cores_can(aws: Template, emulator: Template) -> None:
    most = max(2, 2 * len(os.sched_getaffinity(0)))
    lowered = ceilings(emulator)
    assert all(2 <= lowered[name] <= min(ceiling, most) for name, ceiling in ceilings(aws).items())


def test_the_policies_are_those_of_aws_but_for_ministacks_calls_of_batches(
    aws: Template, emulator: Template, engine: Engine
) -> None:
    before, after = (set(map(json.dumps, statements(template))) for template in (aws, emulator))
    assert before <= after
    added = {action for statement in after - before for action in json.loads(statement)["Action"]}
    assert added == (set(MINISTACK_BATCHES.values()) if engine is Engine.MINISTACK else set())


def only_in(one: Template, other: Template) -> set[str]:
    """Return the names of the resources that only the first template has."""
    return set(one["Resources"]) - set(other["Resources"])


def kind(template: Template, name: str) -> str:
    """Return a resource's type."""
    return str(template["Resources"][name]["Type"])


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
    }
