"""The parts of the template that each queue and its consumer have, made from the table of chalicelib/queues.py.

A queue has its policy, its output and its variable; a consumer its event source mapping, logs and alarms, and its role
(roles.py).
"""

from typing import Any

from chalicelib.queues import MAX_RECEIVES, QUEUES, Queue, QueueRow
from chalicelib.settings import MAX_RETENTION_DAYS
from infra.packaging.roles import (
    GRANTS,
    Template,
    arn,
    logical_id,
    policy,
    queue_id,
    ref,
    role_of,
    role_of_api,
    role_of_verifier,
)

#: A message's visibility timeout in timeouts of its consumer: for as long Lambda tries to start a function that is
#: throttled, before the message has used one of its receives. A prover's first call sets 60 s.
#: Sources: AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping" and "Handling
#: errors for an SQS event source in Lambda".
VISIBILITY_TIMEOUTS = 6
#: One core, which the functions that compute use. Source: AWS Lambda Developer Guide, "Configure Lambda function
#: memory".
COMPUTE_MEMORY_MB, MEMORY_MB = 1769, 256
#: The age that the oldest message of a queue has at most for 99 minutes of 100, in seconds: what each class of cost
#: promises.
PROMISED_AGE_SECONDS = {
    Queue.TASKS: 30,
    Queue.LISTS: 120,
    Queue.LONG_LISTS: 1_800,
    Queue.PROOFS: 120,
    Queue.LONG_PROOFS: 1_800,
    Queue.FACTORS: 120,
    Queue.LONG_FACTORS: 1_800,
    Queue.DEAD_LETTERS: 120,
}
#: Minutes of an hour that break the promise before its alarm: at this rate, 15 times the one that is promised, two days
#: use up what a month may have. Source: Google, "The Site Reliability Workbook", chapter 5, "Alerting on SLOs".
ALARM_MINUTES = 9


def consumer_parts() -> Template:
    """Return the parts of all queues and consumers."""
    parts: Template = {
        "Globals": {
            "Function": {
                "Environment": {"Variables": {row.url_variable: ref(queue_id(name)) for name, row in QUEUES.items()}}
            }
        },
        "Resources": {"APIHandlerRole": role_of_api(), "CertificateVerifierRole": role_of_verifier()},
        "Outputs": {f"{queue_id(name)}Url": {"Value": ref(queue_id(name))} for name in QUEUES},
    }
    for queue, row in QUEUES.items():
        parts["Resources"] |= _queue_resources(queue, row) | _function_resources(queue, row)
    return parts


def _queue_resources(queue: Queue, row: QueueRow) -> Template:
    """Return a queue with its alarm and its policy: SQS refuses a statement that names another queue."""
    promised = PROMISED_AGE_SECONDS[queue]
    properties: Template = {
        "SqsManagedSseEnabled": True,
        "VisibilityTimeout": row.timeout_seconds * VISIBILITY_TIMEOUTS,
        # Whatever RetentionDays is: a message says when its task expires, and a lower value must delete none.
        "MessageRetentionPeriod": MAX_RETENTION_DAYS * 86_400,
    }
    if queue is not Queue.DEAD_LETTERS:
        redrive = {"deadLetterTargetArn": arn(queue_id(Queue.DEAD_LETTERS)), "maxReceiveCount": MAX_RECEIVES}
        properties["RedrivePolicy"] = redrive
    tls = {
        "Sid": "DenyWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        "Resource": arn(queue_id(queue)),
    }
    return {
        queue_id(queue): {"Type": "AWS::SQS::Queue", "Properties": properties},
        f"{queue_id(queue)}Policy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [ref(queue_id(queue))], "PolicyDocument": policy(tls)},
        },
        f"{queue_id(queue)}AgeAlarm": _alarm(
            f"The oldest of {row.holds} was older than {promised} s for {ALARM_MINUTES} minutes of an hour",
            "AWS/SQS",
            "ApproximateAgeOfOldestMessage",
            {"QueueName": {"Fn::GetAtt": [queue_id(queue), "QueueName"]}},
            promised,
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=60,
            DatapointsToAlarm=ALARM_MINUTES,
        ),
    }


def _function_resources(queue: Queue, row: QueueRow) -> Template:
    """Return a consumer's function with its mapping, role, logs and alarms; Chalice has written its code."""
    name = logical_id(row.function)
    computes = queue is not Queue.DEAD_LETTERS
    properties = {
        "Role": arn(f"{name}Role"),
        "MemorySize": COMPUTE_MEMORY_MB if computes else MEMORY_MB,
        "Timeout": row.timeout_seconds,
        "LoggingConfig": {"LogGroup": ref(f"{name}Logs")},
        "Events": {
            f"{name}SqsEventSource": {
                "Properties": {
                    "Queue": arn(queue_id(queue)),
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "ScalingConfig": {"MaximumConcurrency": row.concurrency},
                }
            }
        },
    }
    if queue in GRANTS[queue][0]:
        # It hands messages back to its own queue. Lambda stops a chain of those after 16, unless it is allowed.
        # Source: AWS Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops".
        properties["RecursiveLoop"] = "Allow"
    if computes:
        properties["Layers"] = [ref("MathLayer")]
    return {
        name: {"Properties": properties},
        f"{name}Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"RetentionInDays": ref("LogRetentionDays")},
        },
        f"{name}Role": role_of(queue),
        f"{name}ErrorsAlarm": _alarm(
            "A function failed more than 5 times in 5 minutes", "AWS/Lambda", "Errors", {"FunctionName": ref(name)}, 5
        ),
        f"{name}ThrottlesAlarm": _alarm(
            "Lambda refused to run a function because its concurrency is used up",
            "AWS/Lambda",
            "Throttles",
            {"FunctionName": ref(name)},
            0,
        ),
    }


def _alarm(
    description: str,
    namespace: str,
    metric: str,
    dimensions: Template,
    threshold: int,
    **properties: Any,  # noqa: ANN401 - CloudFormation's
) -> Template:
    """Return an alarm, by default on the sum of 5 minutes, that goes to the alarms' topic."""
    defaults = {"Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1}
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": description,
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [ref("AlarmTopic")],
            "OKActions": [ref("AlarmTopic")],
            **defaults,
            **properties,
        },
    }
