"""A deploy creates a stage on the emulator, updates it, or leaves it unchanged."""

import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
import requests
from localstack_client.session import Session

from chalicelib.queues import QUEUES
from infra.deploy import rollback
from infra.deploy.__main__ import read_parameters
from infra.deploy.cloud import connect
from infra.deploy.deploy import deploy, destroy
from infra.deploy.outputs import stack_of
from infra.deploy.stack import Stack
from infra.errors import InfraError
from infra.packaging.roles import GRANTS, logical_id
from infra.packaging.template import Template
from tests.infra.templates import of_type
from tests.support.doubles import spy

pytestmark = pytest.mark.emulator


@dataclass(frozen=True)
class Stage:
    """Stage dev, deployed from a copy of the app."""

    endpoint: str
    session: Session
    project: Path
    outputs: dict[str, str]

    def deploy(self, monitor_minutes: int = 0, **parameters: str) -> tuple[dict[str, str], list[str]]:
        """Deploy again, and return the outputs and the lines that were printed."""
        with redirect_stdout(io.StringIO()) as printed:
            outputs = deploy("dev", self.endpoint, parameters, self.project, monitor_minutes)
        return outputs, printed.getvalue().splitlines()

    def function(self) -> dict[str, str]:
        """Return what is known of the API's function."""
        about = self.session.client("lambda").get_function_configuration(FunctionName=self.outputs["APIHandlerName"])
        return {"code": about["CodeSha256"], "role": about["Role"], **about["Environment"]["Variables"]}

    def status(self, path: str = "") -> int:
        """Return the status of a request without a key."""
        return requests.get(self.outputs["EndpointURL"] + path, timeout=30).status_code


@pytest.fixture(scope="module")
def dev(endpoint: str, session: Session, project: Path) -> Iterator[Stage]:
    """Deploy stage dev, which needs a key, and delete it afterwards."""
    outputs = deploy("dev", endpoint, project=project)
    yield Stage(endpoint, session, project, outputs)
    destroy("dev", endpoint)


def test_expired_items_are_deleted_from_the_table(dev: Stage) -> None:
    described = dev.session.client("dynamodb").describe_time_to_live(TableName=dev.outputs["TableName"])
    assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


@pytest.mark.skipif(
    "AWS_ENDPOINT_URL" in os.environ, reason="only the emulator that the tests start is known to apply policies"
)
def test_a_function_can_call_only_what_its_policy_allows(dev: Stage) -> None:
    """This shows that the emulator applies the policies, so that the other tests notice a missing permission."""
    iam, role = dev.session.client("iam"), dev.function()["role"].rpartition("/")[2]
    policy = iam.get_role_policy(RoleName=role, PolicyName="calls")["PolicyDocument"]
    assert dev.status("health") == 200
    iam.delete_role_policy(RoleName=role, PolicyName="calls")
    try:
        assert dev.status("health") == 500, "a denied call is an error of the service"
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="calls", PolicyDocument=json.dumps(policy))


def test_an_unchanged_deploy_changes_nothing(dev: Stage) -> None:
    outputs, lines = dev.deploy()
    assert outputs == dev.outputs
    # LocalStack runs a change set without changes, too.
    assert [line for line in lines if "AWS::" in line and "AWS::CloudFormation::Stack" not in line] == []


def test_changed_code_updates_the_functions_and_keeps_the_table_and_the_parameters(dev: Stage) -> None:
    dev.deploy(RetentionDays="3")
    before = dev.function()
    (dev.project / "chalicelib" / "extra.py").write_text("NEW = True\n")
    outputs, lines = dev.deploy()
    after = dev.function()
    assert after["code"] != before["code"]
    assert (before["RETENTION_DAYS"], after["RETENTION_DAYS"]) == ("3", "3")
    assert outputs["TableName"] == dev.outputs["TableName"]
    assert any("UPDATE_COMPLETE" in line and "APIHandler" in line for line in lines), "the events are reported"


def test_a_failed_update_names_the_resource_and_the_next_deploy_corrects_it(
    dev: Stage, broken: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InfraError, match=r"^The stack is UPDATE_\w+ because of Broken: .*[Ff]unction"):
        dev.deploy()
    broken.undo()
    assert dev.deploy()[0]["TableName"] == dev.outputs["TableName"]
    assert dev.status() == 200


def test_the_alarms_that_are_not_on_roll_a_deploy_back(dev: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator rolls nothing back by an alarm: this is what CloudFormation is asked for."""
    asked = spy(monkeypatch, Stack, "_change_set")
    names = stack_of(connect(dev.endpoint), "dev").resources()
    set_state = dev.session.client("cloudwatch").set_alarm_state
    set_state(AlarmName=names["ApiErrorsAlarm"], StateValue="ALARM", StateReason="a test")
    _, lines = dev.deploy(monitor_minutes=20)
    ((*_, configuration),) = asked
    watched = {trigger["Arn"].rpartition(":")[2] for trigger in configuration["RollbackTriggers"]}
    # MiniStack has no composite alarm.
    assert watched - {names.get("ConsumersAlarm")} == {names["APIHandlerErrorsAlarm"]}
    assert configuration["MonitoringTimeInMinutes"] == 20
    assert f"{names['ApiErrorsAlarm']} is on, so it does not roll this deploy back" in lines


def test_a_first_deploy_waits_for_no_alarm(dev: Stage) -> None:
    cloud = connect(dev.endpoint)
    asked = rollback.configuration(cloud, stack_of(cloud, "none-such"), 20)
    assert asked == {"RollbackTriggers": [], "MonitoringTimeInMinutes": 0}


def test_the_alarms_of_a_deploy_are_watched_until_the_slowest_has_gone_off(prod: Template) -> None:
    alarms, composite = of_type(prod, "AWS::CloudWatch::Alarm"), of_type(prod, "AWS::CloudWatch::CompositeAlarm")
    assert len(rollback.ALARMS) <= 5, "CloudFormation takes no more"
    of_consumers = re.findall(r"\${(\w+)}", composite["ConsumersAlarm"]["AlarmRule"]["Fn::Sub"])
    assert {f"{logical_id(QUEUES[queue].function)}ErrorsAlarm" for queue in GRANTS} < set(of_consumers)
    assert set(rollback.ALARMS) <= {*alarms, *composite}
    for name in {*rollback.ALARMS, *of_consumers} - set(composite):
        assert alarms[name]["Period"] * alarms[name]["EvaluationPeriods"] < 60 * rollback.MONITOR_MINUTES


def test_an_endpoint_that_does_not_respond_is_an_error_of_one_line() -> None:
    with pytest.raises(InfraError, match=r"^Nothing responds at http://127\.0\.0\.1:1 .* correct AWS_ENDPOINT_URL"):
        deploy("dev", "http://127.0.0.1:1")


@pytest.mark.parametrize("word", ["RateLimit", "=500"])
def test_a_parameter_that_is_not_name_and_value_is_an_error_that_shows_the_form(word: str) -> None:
    with pytest.raises(InfraError, match=rf"^'{word}' is not Name=Value: write for example PARAMETERS="):
        read_parameters(["AlarmEmail=a=b@example.org", word])


def test_stage_local_is_for_emulators_only() -> None:
    with pytest.raises(InfraError, match=r"needs no key .* STAGE=dev or STAGE=prod"):
        deploy("local")


def test_without_a_region_a_deploy_to_aws_says_how_to_choose_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3.Session, "region_name", None)
    with pytest.raises(InfraError, match="AWS_DEFAULT_REGION="):
        connect(None)
