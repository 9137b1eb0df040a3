"""The parts of the template that each queue and its consumer have, made from the table of chalicelib/queues.py.

A queue has its policy, its output and its variable; a consumer its event source mapping, role, logs and alarms. What a
function may do beside that is in GRANTS.
"""

from typing import Any

from chalicelib.queues import MAX_RECEIVES, QUEUES, Queue, QueueRow
from chalicelib.settings import MAX_RETENTION_DAYS

Template = dict[str, Any]

#: Beside receiving its messages, the queues that a consumer sends to, and its actions on the table.
RESULTS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
GRANTS: dict[str, tuple[tuple[Queue, ...], tuple[str, ...]]] = {
    "worker": (
        (Queue.TASKS, Queue.PROOFS, Queue.LONG_PROOFS),
        ("dynamodb:UpdateItem", "dynamodb:PartiQLInsert"),
    ),
    "list_worker": ((Queue.LISTS, Queue.LONG_PROOFS), RESULTS),
    "prover": ((Queue.LONG_PROOFS,), RESULTS),
    "long_prover": ((), RESULTS),
    "dead_letters": ((), ("dynamodb:GetItem", "dynamodb:UpdateItem")),
}
#: Lambda reads the queue of a mapping by the function's own role.
RECEIVE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]

#: A message's visibility timeout in timeouts of its consumer. A prover's first call sets 60 s, so that the timeout is
#: how long a message is hidden whose function ended before that call: the least that Lambda accepts.
#: Source: AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping".
VISIBILITY_TIMEOUTS, VISIBILITY_TIMEOUTS_OF_A_PROVER = 6, 1
#: One core, which the functions that compute use. Source: AWS Lambda Developer Guide, "Configure Lambda function
#: memory".
COMPUTE_MEMORY_MB, MEMORY_MB = 1769, 256


def logical_id(name: str) -> str:
    """Return the name of a queue or a function in the template, such as LongProofs for long_proofs."""
    return name.title().replace("_", "")


def consumer_parts() -> Template:
    """Return the parts of all queues and consumers."""
    parts: Template = {
        # CloudFormation cannot multiply: RetentionDays in seconds, the unit of MessageRetentionPeriod.
        "Mappings": {
            "RetentionSeconds": {str(day): {"Value": day * 86_400} for day in range(1, MAX_RETENTION_DAYS + 1)}
        },
        "Globals": {
            "Function": {
                "Environment": {"Variables": {row.url_variable: _ref(_queue(name)) for name, row in QUEUES.items()}}
            }
        },
        "Resources": {},
        "Outputs": {f"{_queue(name)}Url": {"Value": _ref(_queue(name))} for name in QUEUES},
    }
    for queue, row in QUEUES.items():
        parts["Resources"] |= _queue_resources(queue, row) | _function_resources(queue, row)
    return parts


def _queue_resources(queue: Queue, row: QueueRow) -> Template:
    """Return a queue with its policy, which covers one queue: SQS refuses a statement that names another one."""
    is_prover = row.batch_size == 1
    timeouts = VISIBILITY_TIMEOUTS_OF_A_PROVER if is_prover else VISIBILITY_TIMEOUTS
    properties: Template = {"SqsManagedSseEnabled": True, "VisibilityTimeout": row.timeout_seconds * timeouts}
    if queue is Queue.DEAD_LETTERS:
        properties["MessageRetentionPeriod"] = MAX_RETENTION_DAYS * 86_400
    else:
        retention = {"Fn::FindInMap": ["RetentionSeconds", _ref("RetentionDays"), "Value"]}
        redrive = {"deadLetterTargetArn": _arn(_queue(Queue.DEAD_LETTERS)), "maxReceiveCount": MAX_RECEIVES}
        properties |= {"MessageRetentionPeriod": retention, "RedrivePolicy": redrive}
    tls = {
        "Sid": "DenyWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        "Resource": _arn(_queue(queue)),
    }
    return {
        _queue(queue): {"Type": "AWS::SQS::Queue", "Properties": properties},
        f"{_queue(queue)}Policy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [_ref(_queue(queue))], "PolicyDocument": _policy(tls)},
        },
    }


def _function_resources(queue: Queue, row: QueueRow) -> Template:
    """Return a consumer's function with its mapping, role, logs and alarms; Chalice has written its code."""
    name = logical_id(row.function)
    computes = queue is not Queue.DEAD_LETTERS
    properties = {
        "Role": _arn(f"{name}Role"),
        "MemorySize": COMPUTE_MEMORY_MB if computes else MEMORY_MB,
        "Timeout": row.timeout_seconds,
        "LoggingConfig": {"LogGroup": _ref(f"{name}Logs")},
        "Events": {
            f"{name}SqsEventSource": {
                "Properties": {
                    "Queue": _arn(_queue(queue)),
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "ScalingConfig": {"MaximumConcurrency": row.concurrency},
                }
            }
        },
    }
    if computes:
        properties["Layers"] = [_ref("MathLayer")]
    return {
        name: {"Properties": properties},
        f"{name}Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"RetentionInDays": _ref("LogRetentionDays")},
        },
        f"{name}Role": _role(queue, row.function),
        f"{name}ErrorsAlarm": _alarm(name, "Errors", "A function failed more than 5 times in 5 minutes", 5),
        f"{name}ThrottlesAlarm": _alarm(
            name, "Throttles", "Lambda refused to run a function because its concurrency is used up", 0
        ),
    }


def _role(queue: Queue, function: str) -> Template:
    sends_to, actions = GRANTS[function]
    statements = [
        {
            "Sid": "Tracing",  # X-Ray has no resource-level permissions for writing
            "Effect": "Allow",
            "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            "Resource": "*",
        },
        _allow(["logs:CreateLogStream", "logs:PutLogEvents"], _arn(f"{logical_id(function)}Logs")),
        _allow(RECEIVE, _arn(_queue(queue))),
        *([_allow(["sqs:SendMessage"], [_arn(_queue(each)) for each in sends_to])] if sends_to else []),
        _allow(list(actions), _arn("TasksTable")),
    ]
    assume = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": _policy(assume),
            "Policies": [{"PolicyName": "calls", "PolicyDocument": _policy(*statements)}],
        },
    }


def _alarm(function: str, metric: str, description: str, threshold: int) -> Template:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": description,
            "Namespace": "AWS/Lambda",
            "MetricName": metric,
            "Dimensions": [{"Name": "FunctionName", "Value": _ref(function)}],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [_ref("AlarmTopic")],
            "OKActions": [_ref("AlarmTopic")],
        },
    }


def _queue(queue: Queue) -> str:
    return f"{logical_id(queue)}Queue"


def _ref(name: str) -> Template:
    return {"Ref": name}


def _arn(name: str) -> Template:
    return {"Fn::GetAtt": [name, "Arn"]}


def _allow(actions: list[str], resource: Any) -> Template:  # noqa: ANN401 - one ARN or a list
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def _policy(*statements: Template) -> Template:
    return {"Version": "2012-10-17", "Statement": list(statements)}
