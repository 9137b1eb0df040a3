"""A role for each function: exact actions on exact resources."""

from typing import Any

from chalicelib.queues import QUEUES, Queue

Template = dict[str, Any]

RESULTS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
#: What a consumer may do beside receiving its messages: the queues that it sends to, and its actions on the table.
GRANTS: dict[Queue, tuple[tuple[Queue, ...], tuple[str, ...]]] = {
    Queue.TASKS: (
        (Queue.TASKS, Queue.PROOFS, Queue.LONG_PROOFS, Queue.FACTORS),
        (*RESULTS, "dynamodb:PartiQLInsert"),
    ),
    Queue.LISTS: ((Queue.LISTS,), RESULTS),
    Queue.LONG_LISTS: ((Queue.LONG_LISTS,), RESULTS),
    Queue.PROOFS: ((Queue.PROOFS, Queue.LONG_PROOFS, Queue.FACTORS), RESULTS),
    Queue.LONG_PROOFS: ((Queue.LONG_PROOFS, Queue.FACTORS), RESULTS),
    Queue.FACTORS: ((Queue.FACTORS, Queue.LONG_FACTORS), RESULTS),
    Queue.LONG_FACTORS: ((Queue.LONG_FACTORS,), RESULTS),
    Queue.DEAD_LETTERS: ((Queue.TASKS, Queue.LISTS, Queue.LONG_LISTS), RESULTS),
}
#: Lambda reads the queue of a mapping by the function's own role.
RECEIVE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]


def logical_id(name: str) -> str:
    """Return the name of a function in the template, such as LongProver for long_prover."""
    return name.title().replace("_", "")


def queue_id(queue: Queue) -> str:
    """Return the name of a queue in the template, such as LongProofsQueue."""
    return f"{logical_id(queue)}Queue"


def ref(name: str) -> Template:
    """Return a reference to a resource or a parameter."""
    return {"Ref": name}


def arn(name: str) -> Template:
    """Return the ARN of a resource."""
    return {"Fn::GetAtt": [name, "Arn"]}


def table_arn(rest: str = "") -> Template:
    """Return the ARN of the table that the service uses, or of a part of it such as `/index/tasks`."""
    name = {"Fn::If": ["HasTableName", ref("TableName"), ref("TasksTable")]}
    text = f"arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/${{Table}}{rest}"
    return {"Fn::Sub": [text, {"Table": name}]}


def policy(*statements: Template) -> Template:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role_of_api() -> Template:
    """Return the role of the API's function."""
    return _role(
        "APIHandler",
        _send(Queue.TASKS, Queue.LISTS, Queue.LONG_LISTS),
        _allow(["sqs:GetQueueAttributes"], [arn(queue_id(queue)) for queue in QUEUES]),
        _allow([*RESULTS, "dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:Query"], table_arn()),
        _allow(["dynamodb:Query"], [table_arn(f"/index/{name}") for name in ("tasks", "failed")]),
    )


def role_of_verifier() -> Template:
    """Return the role of the function that checks certificates: it calls nothing but its log."""
    return _role("CertificateVerifier")


def role_of(queue: Queue) -> Template:
    """Return the role of the function that consumes a queue."""
    sends_to, actions = GRANTS[queue]
    return _role(
        logical_id(QUEUES[queue].function),
        _allow(RECEIVE, arn(queue_id(queue))),
        _send(*sends_to),
        _allow(list(actions), table_arn()),
    )


def _role(function: str, *statements: Template) -> Template:
    logs = _allow(["logs:CreateLogStream", "logs:PutLogEvents"], arn(f"{function}Logs"))
    assume = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": policy(assume),
            "Policies": [{"PolicyName": "calls", "PolicyDocument": policy(logs, *statements)}],
        },
    }


def _send(*queues: Queue) -> Template:
    return _allow(["sqs:SendMessage"], [arn(queue_id(queue)) for queue in queues])


def _allow(actions: list[str], resource: Any) -> Template:  # noqa: ANN401 - one ARN or a list
    return {"Effect": "Allow", "Action": actions, "Resource": resource}
