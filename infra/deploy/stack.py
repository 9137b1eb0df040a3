"""A CloudFormation stack: created, updated and deleted, with its events reported as they come."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, WaiterError

from infra.errors import InfraError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import (
        ParameterTypeDef,
        RollbackConfigurationTypeDef,
        StackEventTypeDef,
        StackTypeDef,
    )

#: CloudFormation takes no update in these: only deleting the stack helps.
#: Source: CloudFormation user guide, "Understand CloudFormation stack creation events".
ONLY_DELETE_HELPS = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


@dataclass
class Stack:
    """A stack by its name; `seconds` is the time between two reads of its state."""

    client: CloudFormationClient
    name: str
    seconds: float
    _reported: set[str] = field(default_factory=set)

    def describe(self) -> StackTypeDef:
        """Return what CloudFormation says of the stack."""
        return self.client.describe_stacks(StackName=self.name)["Stacks"][0]

    def status(self) -> str | None:
        """Return the stack's status, None when there is no such stack."""
        try:
            return self.describe()["StackStatus"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs by name."""
        return {output["OutputKey"]: output["OutputValue"] for output in self.describe().get("Outputs", [])}

    def resources(self) -> dict[str, str]:
        """Return the physical ids of the stack's resources by their names in the template; none for a new stack."""
        if self.status() is None:
            return {}
        pages = self.client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
        return {resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "") for resource in resources}

    def apply(self, template_url: str, parameters: Mapping[str, str], rollback: RollbackConfigurationTypeDef) -> None:
        """Create the stack, or update it, by a change set; parameters not named keep their values.

        Raises:
            InfraError: with the reason of the first resource that failed.
        """
        status = self.status()
        if status in ONLY_DELETE_HELPS:
            print(f"the stack is {status}, so it is deleted first")
            self.delete()
            status = None
        if status and status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            message = f"The stack {self.name} is {status}: wait until that deploy is done, then try again."
            raise InfraError(message)
        exists = status is not None and status != "REVIEW_IN_PROGRESS"
        self._remember_events()
        values = self._parameters(template_url, parameters, exists=exists)
        watched = rollback if exists else {}  # what was deleted first has no alarms any more
        change_set = self._change_set(template_url, values, watched, exists=exists)
        if change_set is None:
            print("nothing to change")
            return
        self.client.execute_change_set(ChangeSetName=change_set)
        self.follow("UPDATE_COMPLETE" if exists else "CREATE_COMPLETE")

    def delete(self) -> None:
        """Delete the stack; what its template retains stays.

        Raises:
            InfraError: with the reason of the first resource that failed.
        """
        if self.status() is None:
            print(f"there is no stack {self.name}")
            return
        self._remember_events()
        # Once it is deleted only its id still finds it.
        deleted = replace(self, name=self.describe()["StackId"])
        self.client.delete_stack(StackName=self.name)
        deleted.follow("DELETE_COMPLETE")

    def _parameters(self, template_url: str, given: Mapping[str, str], *, exists: bool) -> list[ParameterTypeDef]:
        parameters: list[ParameterTypeDef] = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in given.items()
        ]
        if exists:
            declared = self.client.get_template_summary(TemplateURL=template_url).get("Parameters", [])
            kept = {old["ParameterKey"] for old in self.describe().get("Parameters", [])}
            kept &= {new["ParameterKey"] for new in declared}
            parameters += [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted(kept - set(given))]
        return parameters

    def _change_set(
        self,
        template_url: str,
        parameters: list[ParameterTypeDef],
        rollback: RollbackConfigurationTypeDef,
        *,
        exists: bool,
    ) -> str | None:
        """Return a change set ready to execute, None when there is nothing to change."""
        try:
            created = self.client.create_change_set(
                StackName=self.name,
                ChangeSetName=f"deploy-{uuid.uuid4().hex}",
                ChangeSetType="UPDATE" if exists else "CREATE",
                TemplateURL=template_url,
                Parameters=parameters,
                RollbackConfiguration=rollback,
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            )["Id"]
            pause: Any = {"Delay": self.seconds}
            self.client.get_waiter("change_set_create_complete").wait(ChangeSetName=created, WaiterConfig=pause)
        except WaiterError as error:
            reason = error.last_response.get("StatusReason", "no reason given")
            self.client.delete_change_set(ChangeSetName=created)
            if any(words in reason for words in NO_CHANGES):
                return None
            message = f"CloudFormation refuses the change: {reason}"
            raise InfraError(message) from error
        except ClientError as error:
            message = f"CloudFormation refuses the template: {error.response['Error']['Message']}"
            raise InfraError(message) from error
        return created

    def _events(self) -> list[StackEventTypeDef]:
        """Return the events that are not reported yet, oldest first."""
        try:
            pages = self.client.get_paginator("describe_stack_events").paginate(StackName=self.name)
            events = [event for page in pages for event in page["StackEvents"]]
        except ClientError as error:
            if "does not exist" in str(error):
                return []
            raise
        return [event for event in reversed(events) if event["EventId"] not in self._reported]

    def _remember_events(self) -> None:
        self._reported |= {event["EventId"] for event in self._events()}

    def follow(self, wanted: str) -> None:
        """Print the events until the stack's operation has ended.

        The stack's status does not tell that: just after an update began, it may still be that of the update before.

        Raises:
            InfraError: the operation ended otherwise than `wanted`; with the reason of the first resource that failed.
        """
        failures: list[str] = []
        while True:
            for event in self._events():
                self._reported.add(event["EventId"])
                state, name = event.get("ResourceStatus", ""), event.get("LogicalResourceId", "")
                print(f"{state:<28} {event.get('ResourceType', ''):<36} {name}")
                # An alarm that rolls the stack back fails no resource: the stack's own event has the reason.
                if state.endswith(("_FAILED", "ROLLBACK_IN_PROGRESS")):
                    failures.append(f"{name}: {event.get('ResourceStatusReason', 'no reason given').rstrip('.')}.")
                if event.get("PhysicalResourceId") == event["StackId"] and not state.endswith("_IN_PROGRESS"):
                    if state == wanted:
                        return
                    reason = failures[0] if failures else "something that no event names."
                    message = f"The stack is {state} because of {reason} Correct that and deploy again."
                    raise InfraError(message)
            time.sleep(self.seconds)
