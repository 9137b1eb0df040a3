"""The stack of a stage, and the API's environment from the stack's outputs."""

from collections.abc import Mapping

from chalicelib.queues import QUEUES
from infra.deploy.cloud import Cloud, connect
from infra.deploy.stack import Stack
from infra.emulator import environment
from infra.packaging.roles import logical_id

APP = "is-it-prime"

#: The service's environment variables, by the stack's output that each one holds.
VARIABLES = {
    "TableName": "TABLE_NAME",
    **{f"{logical_id(queue)}QueueUrl": row.url_variable for queue, row in QUEUES.items()},
    "Slots": "SLOTS",
}


def stack_of(cloud: Cloud, stage: str) -> Stack:
    """Return the stack of a stage; an emulator's state is read more often than AWS's."""
    return Stack(cloud.client("cloudformation"), f"{APP}-{stage}", seconds=0.1 if cloud.endpoint else 2)


def outputs_of(stage: str, endpoint: str) -> dict[str, str]:
    """Return the outputs of a stage that is deployed to an emulator."""
    return stack_of(connect(endpoint), stage).outputs()


def settings_of(outputs: Mapping[str, str], endpoint: str) -> dict[str, str]:
    """Return the environment that lets the API, outside of Lambda, use a stack of an emulator."""
    return {variable: outputs[output] for output, variable in VARIABLES.items()} | environment(endpoint)
