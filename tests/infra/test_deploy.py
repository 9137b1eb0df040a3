"""A deploy creates the stack on the emulator, updates it, or leaves it unchanged."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from infra.deploy.cloud import connect
from infra.deploy.deploy import deploy, destroy, read_parameters
from infra.deploy.outputs import VARIABLES, outputs_of
from infra.errors import InfraError
from infra.packaging import package as packaging
from tests.infra.broken import broken

pytestmark = pytest.mark.emulator

Lines = list[str]


@pytest.fixture(scope="module")
def deployed(endpoint: str, project: Path) -> Iterator[dict[str, str]]:
    """Deploy stage dev, which needs a key, and delete it afterwards."""
    yield deploy("dev", endpoint, report=lambda _: None, project=project)
    destroy("dev", endpoint, report=lambda _: None)


def function_code(endpoint: str, name: str) -> str:
    client = connect(endpoint).session.client("lambda", endpoint_url=endpoint)
    return client.get_function(FunctionName=name)["Configuration"]["CodeSha256"]


def status_without_key(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            status: int = response.status
    except urllib.error.HTTPError as error:
        return error.code
    return status


def test_a_deploy_returns_the_outputs_that_its_callers_need(deployed: dict[str, str], endpoint: str) -> None:
    assert {"RestAPIId", "EndpointURL", "ApiKeyId", *VARIABLES} <= set(deployed)
    assert outputs_of("dev", endpoint)["TableName"] == deployed["TableName"]


def test_a_deployed_stage_needs_a_key_for_all_but_the_page(deployed: dict[str, str]) -> None:
    assert status_without_key(deployed["EndpointURL"]) == 200
    assert status_without_key(f"{deployed['EndpointURL']}queue") == 403


def test_expired_items_are_deleted_from_the_table(deployed: dict[str, str], endpoint: str) -> None:
    described = connect(endpoint).dynamodb.describe_time_to_live(TableName=deployed["TableName"])
    assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


@pytest.mark.skipif(
    "AWS_ENDPOINT_URL" in os.environ, reason="only the emulator that the tests start is known to apply policies"
)
def test_a_function_can_call_only_what_its_policy_allows(deployed: dict[str, str], endpoint: str) -> None:
    """This shows that the emulator applies the policies, so that the other tests notice a missing permission."""
    iam = connect(endpoint).session.client("iam", endpoint_url=endpoint)
    functions = connect(endpoint).session.client("lambda", endpoint_url=endpoint)
    role = functions.get_function_configuration(FunctionName=deployed["APIHandlerName"])["Role"].rpartition("/")[2]
    policy = iam.get_role_policy(RoleName=role, PolicyName="calls")["PolicyDocument"]
    assert status_without_key(f"{deployed['EndpointURL']}health") == 200
    iam.delete_role_policy(RoleName=role, PolicyName="calls")
    try:
        assert status_without_key(f"{deployed['EndpointURL']}health") == 500, "a denied call is an error of the service"
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="calls", PolicyDocument=json.dumps(policy))


def test_an_unchanged_deploy_changes_nothing(deployed: dict[str, str], endpoint: str, project: Path) -> None:
    reported: Lines = []
    assert deploy("dev", endpoint, report=reported.append, project=project) == deployed
    # LocalStack runs a change set without changes, too.
    assert [line for line in reported if "AWS::" in line and "AWS::CloudFormation::Stack" not in line] == []


def test_changed_code_updates_the_functions_and_keeps_the_table(
    deployed: dict[str, str], endpoint: str, project: Path
) -> None:
    before = function_code(endpoint, deployed["APIHandlerName"])
    (project / "chalicelib" / "extra.py").write_text("NEW = True\n")
    reported: Lines = []
    after = deploy("dev", endpoint, report=reported.append, project=project)
    assert function_code(endpoint, after["APIHandlerName"]) != before
    assert after["TableName"] == deployed["TableName"]
    assert any("UPDATE_COMPLETE" in line and "APIHandler" in line for line in reported), "the events are reported"


def test_a_parameter_keeps_its_value_until_it_is_given_another(
    deployed: dict[str, str], endpoint: str, project: Path
) -> None:
    def retention() -> str:
        function = connect(endpoint).session.client("lambda", endpoint_url=endpoint)
        about = function.get_function_configuration(FunctionName=deployed["APIHandlerName"])
        return about["Environment"]["Variables"]["RETENTION_DAYS"]

    deploy("dev", endpoint, {"RetentionDays": "3"}, report=lambda _: None, project=project)
    assert retention() == "3"
    (project / "chalicelib" / "extra.py").write_text("NEWER = True\n")
    deploy("dev", endpoint, report=lambda _: None, project=project)
    assert retention() == "3"


def test_a_failed_update_names_the_resource_and_the_next_deploy_corrects_it(
    deployed: dict[str, str], endpoint: str, project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(packaging, "MERGED_AFTERWARDS", (*packaging.MERGED_AFTERWARDS, str(broken(tmp_path))))
    with pytest.raises(InfraError, match=r"^The stack is UPDATE_\w+ because of Broken: .*[Ff]unction"):
        deploy("dev", endpoint, report=lambda _: None, project=project)
    monkeypatch.undo()
    assert deploy("dev", endpoint, report=lambda _: None, project=project)["TableName"] == deployed["TableName"]
    assert status_without_key(deployed["EndpointURL"]) == 200


def test_an_endpoint_that_does_not_respond_is_an_error_of_one_line() -> None:
    with pytest.raises(InfraError, match=r"^Nothing responds at http://127\.0\.0\.1:1 .* correct AWS_ENDPOINT_URL"):
        deploy("dev", "http://127.0.0.1:1", report=lambda _: None)


@pytest.mark.parametrize("word", ["RateLimit", "=500", "RateLimit:500"])
def test_a_parameter_that_is_not_name_and_value_is_an_error_that_shows_the_form(word: str) -> None:
    with pytest.raises(InfraError, match=rf"^'{word}' is not Name=Value: write for example PARAMETERS="):
        read_parameters(["RetentionDays=3", word])


def test_a_parameters_value_may_hold_an_equals_sign() -> None:
    assert read_parameters(["AlarmEmail=a=b@example.org"]) == {"AlarmEmail": "a=b@example.org"}


def test_stage_local_is_for_emulators_only() -> None:
    with pytest.raises(InfraError, match=r"needs no key .* STAGE=dev or STAGE=prod"):
        deploy("local")


def test_without_a_region_a_deploy_to_aws_says_how_to_choose_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3.Session, "region_name", None)
    with pytest.raises(InfraError, match="AWS_DEFAULT_REGION="):
        connect(None)
