"""The alarms that make CloudFormation roll a deploy back.

Source: AWS CloudFormation User Guide, "Roll back your CloudFormation stack on alarm breach with rollback triggers".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.deploy.cloud import Cloud
from infra.deploy.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import RollbackConfigurationTypeDef

#: CloudFormation takes five alarms. That of the consumers is a composite one, which is on while any of its alarms is.
ALARMS = ("ApiErrorsAlarm", "APIHandlerErrorsAlarm", "ConsumersAlarm")
#: The types of alarms in CloudWatch and in CloudFormation.
TYPES = {"MetricAlarm": "AWS::CloudWatch::Alarm", "CompositeAlarm": "AWS::CloudWatch::CompositeAlarm"}
#: How long CloudFormation watches the alarms after an update of prod: the slowest of them needs 15 minutes to go off.
MONITOR_MINUTES = 20


def configuration(cloud: Cloud, stack: Stack, minutes: int) -> RollbackConfigurationTypeDef:
    """Return the alarms that roll back the next deploy of a stack, and how long they are watched after it.

    A new stack has no alarms yet, and CloudFormation fails a deploy that names an alarm which is missing. An alarm that
    is on before the deploy would roll it back at once, although it may be the correction: it is left out.
    """
    names = {logical: name for logical, name in stack.resources().items() if logical in ALARMS}
    triggers: dict[str, str] = {}
    if names:
        cloudwatch = cloud.client("cloudwatch")
        found = cloudwatch.describe_alarms(AlarmNames=sorted(names.values()), AlarmTypes=[*TYPES])
        for kind, field in TYPES.items():
            for alarm in found.get(f"{kind}s", []):
                if alarm["StateValue"] == "ALARM":
                    print(f"{alarm['AlarmName']} is on, so it does not roll this deploy back")
                else:
                    triggers[alarm["AlarmArn"]] = field
    return {
        "RollbackTriggers": [{"Arn": arn, "Type": triggers[arn]} for arn in sorted(triggers)],
        # CloudFormation waits for this time also where it has nothing to watch.
        "MonitoringTimeInMinutes": minutes if triggers else 0,
    }
