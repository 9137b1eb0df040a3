"""Where emulators differ from AWS, and what the template becomes for them."""

import os

from infra.template import Template

#: AWS grants a batch by the action of what is in it, on its resource; MiniStack wants the call's own, on anything.
MINISTACK_BATCHES = {
    "dynamodb:PartiQLInsert": "dynamodb:BatchExecuteStatement",
    "sqs:SendMessage": "sqs:SendMessageBatch",
}


def for_emulator(template: Template) -> Template:
    """Give the template as MiniStack and LocalStack understand it; what the service itself is stays the same."""
    _allow_plain_http(template)
    _write_out_gateway_responses(template)
    _allow_the_call_of_a_batch(template)
    _run_no_more_at_once_than_this_machine_can(template)
    return template


def _allow_plain_http(template: Template) -> None:
    """Remove the queues' policies, which refuse plain HTTP: the emulators speak nothing else."""
    policies = [name for name, about in template["Resources"].items() if about["Type"] == "AWS::SQS::QueuePolicy"]
    for name in policies:
        del template["Resources"][name]


def _write_out_gateway_responses(template: Template) -> None:
    """Make each gateway response a resource: MiniStack ignores those that SAM puts into the API's definition.

    On AWS they would come after the deployment, which would not have them.
    """
    resources = template["Resources"]
    for kind, response in resources["RestAPI"]["Properties"].pop("GatewayResponses").items():
        headers = response["ResponseParameters"]["Headers"]
        resources[f"Response{kind.replace('_', '')}"] = {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": {
                "RestApiId": {"Ref": "RestAPI"},
                "ResponseType": kind,
                "StatusCode": response["StatusCode"],
                "ResponseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
                "ResponseTemplates": response["ResponseTemplates"],
            },
        }


def _allow_the_call_of_a_batch(template: Template) -> None:
    """Allow the call of a batch beside the action of what is in it."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", []):
                statements = policy["PolicyDocument"]["Statement"]
                granted = {action for statement in statements for action in statement["Action"]}
                batches = [batch for action, batch in MINISTACK_BATCHES.items() if action in granted]
                if batches:
                    statements.append({"Effect": "Allow", "Action": batches, "Resource": "*"})


def _run_no_more_at_once_than_this_machine_can(template: Template) -> None:
    """Lower each mapping's ceiling: a running function is a process of this machine, slow to start and 50 MB.

    The worker has two processes a core, so that a small number finds a free one while others are busy; the other
    consumers have one, but at least two, the lowest MaximumConcurrency that AWS accepts.
    """
    cores = len(os.sched_getaffinity(0))
    for name, resource in template["Resources"].items():
        ceiling = 2 * cores if name == "Worker" else max(cores, 2)
        for event in resource.get("Properties", {}).get("Events", {}).values():
            scaling = event["Properties"]["ScalingConfig"]
            scaling["MaximumConcurrency"] = min(scaling["MaximumConcurrency"], ceiling)
