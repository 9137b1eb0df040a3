"""The template for an emulator: what it lacks is left out, and nothing else."""

from __future__ import annotations

import copy
import json
import os
from typing import Any

import pytest

from infra.emulation import MINISTACK_BATCHES, for_emulator
from infra.package import STAGES, Package
from infra.template import Template


@pytest.fixture(params=STAGES)
def templates(request: pytest.FixtureRequest, packages: dict[str, Package]) -> tuple[Template, Template]:
    """Return a stage's template for AWS and for an emulator."""
    template = packages[request.param].template
    return template, for_emulator(copy.deepcopy(template))


def test_every_resource_is_there_but_the_policy_that_refuses_plain_http(templates: tuple[Template, Template]) -> None:
    aws, emulator = (set(template["Resources"]) for template in templates)
    assert all(name.endswith("QueuePolicy") for name in aws - emulator)
    assert all(name.startswith("Response") for name in emulator - aws)


def test_every_gateway_response_becomes_a_resource_that_says_the_same(templates: tuple[Template, Template]) -> None:
    aws, emulator = templates
    said = aws["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    written = {
        resource["Properties"]["ResponseType"]: resource["Properties"]["ResponseTemplates"]
        for resource in emulator["Resources"].values()
        if resource["Type"] == "AWS::ApiGateway::GatewayResponse"
    }
    assert written == {kind: response["ResponseTemplates"] for kind, response in said.items()}


def test_a_mapping_runs_no_more_functions_at_once_than_the_cores_can(templates: tuple[Template, Template]) -> None:
    cores = len(os.sched_getaffinity(0))
    aws, emulator = (ceilings(template) for template in templates)
    for name, ceiling in emulator.items():
        assert ceiling == min(aws[name], 2 * cores if name == "Worker" else max(cores, 2)), name


def test_the_policies_are_those_of_aws_but_for_the_calls_of_batches(templates: tuple[Template, Template]) -> None:
    aws, emulator = (set(map(json.dumps, statements(template))) for template in templates)
    assert aws <= emulator
    added = {action for statement in emulator - aws for action in json.loads(statement)["Action"]}
    assert added == set(MINISTACK_BATCHES.values())


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
