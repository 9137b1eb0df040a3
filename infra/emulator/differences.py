"""The differences of MiniStack 1.5.33 and LocalStack 4.14.0 from AWS, and what a deploy changes for each.

A test shows each difference on its emulator (tests/infra/test_ministack.py and tests/localstack/test_differences.py).
It fails when the emulator no longer has the difference, so that nothing is kept without need. The tests that LocalStack
cannot pass are in tests/localstack/__main__.py. What a change of MiniStack itself makes up for is in the modules beside
this one: the streams of tables in ministack_streams.py.
"""

import os
from collections.abc import Callable

from infra.deploy.cloud import Cloud, Engine
from infra.packaging.template import Template

#: AWS checks a batch by the action of what is in it, on its resource; MiniStack by the name of the batch's own call, on
#: any resource.
MINISTACK_BATCHES = {
    "dynamodb:PartiQLInsert": "dynamodb:BatchExecuteStatement",
    "sqs:SendMessage": "sqs:SendMessageBatch",
}

#: How long MiniStack hides a received message at most, in seconds.
MAX_HIDDEN_SECONDS = 300


def adapt(template: Template, engine: Engine) -> Template:
    """Return the template as the engine understands it; for AWS it stays as it is."""
    for change in CHANGES.get(engine, ()):
        change(template)
    return template


def drop_what_ministack_lacks(template: Template) -> None:
    """Remove what MiniStack cannot create, and the queues' policies, which deny plain HTTP: it serves nothing else.

    It refuses an alarm on a query of metrics, and its CloudFormation does not know composite alarms.
    """
    for name, about in list(template["Resources"].items()):
        is_query = about["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in about["Properties"]
        if is_query or about["Type"] in {"AWS::SQS::QueuePolicy", "AWS::CloudWatch::CompositeAlarm"}:
            del template["Resources"][name]


def write_out_gateway_responses(template: Template) -> None:
    """Make each gateway response a resource: both emulators ignore those in the API's definition, where SAM puts them.

    On AWS these resources would come after the deployment, which would not have them.
    """
    resources = template["Resources"]
    for kind, response in resources["RestAPI"]["Properties"].pop("GatewayResponses").items():
        headers = response["ResponseParameters"]["Headers"]
        properties = {
            "RestApiId": {"Ref": "RestAPI"},
            "ResponseType": kind,
            "ResponseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
            "ResponseTemplates": response["ResponseTemplates"],
        }
        if "StatusCode" in response:
            properties["StatusCode"] = response["StatusCode"]
        resources[f"Response{kind.replace('_', '')}"] = {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": properties,
        }


def allow_calls_of_batches(template: Template) -> None:
    """Allow the batch call besides the actions in it: MiniStack asks for that permission.

    Source of AWS's actions: Service Authorization Reference, "Amazon SQS" and "Amazon DynamoDB".
    """
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", []):
                statements = policy["PolicyDocument"]["Statement"]
                granted = {action for statement in statements for action in statement["Action"]}
                batches = [batch for action, batch in MINISTACK_BATCHES.items() if action in granted]
                if batches:
                    statements.append({"Effect": "Allow", "Action": batches, "Resource": "*"})


def expire_items(cloud: Cloud, table: str) -> None:
    """Switch the deployed table's TTL on, which MiniStack's CloudFormation leaves out."""
    tables, expiry = cloud.client("dynamodb"), {"Enabled": True, "AttributeName": "expires_at"}
    now = tables.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if now.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"}:
        tables.update_time_to_live(TableName=table, TimeToLiveSpecification=expiry)


def drop_layers(template: Template) -> None:
    """Remove the layer: LocalStack stores layers and ignores them, so the libraries are in the functions' own zips.

    Source: localstack/docs, pull requests 851 and 1293.
    """
    template["Resources"].pop("MathLayer")
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"].pop("Layers", None)


def lower_ceilings(template: Template) -> None:
    """Lower each mapping's ceiling: a running function is a process of this machine.

    The worker has two processes a core, so that a small number finds a free one while others are busy; the other
    consumers have one, but at least two, the lowest MaximumConcurrency that AWS accepts.
    """
    cores = len(os.sched_getaffinity(0))
    for name, resource in template["Resources"].items():
        ceiling = 2 * cores if name == "Worker" else max(cores, 2)
        for event in resource.get("Properties", {}).get("Events", {}).values():
            scaling = event["Properties"].get("ScalingConfig")
            if scaling:  # a queue's: one function reads the stream
                scaling["MaximumConcurrency"] = min(scaling["MaximumConcurrency"], ceiling)


def raise_timeouts(template: Template) -> None:
    """Let each function that computes in a child process run as long as a long prover.

    Here the functions share the cores, so that ten seconds take minutes. A screening that does not end in its
    function's time is a failed attempt, and a short proof is given up.
    """
    functions = template["Resources"]
    for name in ("ListWorker", "Prover"):
        functions[name]["Properties"]["Timeout"] = functions["LongProver"]["Properties"]["Timeout"]


def hide_messages_for_minutes(template: Template) -> None:
    """Hide a received message for at most five minutes: no call for a function is throttled here.

    A message whose function is killed before its first heartbeat would be hidden for an hour and a half. MiniStack does
    not compare this with the function's timeout, as Lambda does.
    """
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::SQS::Queue":
            properties = resource["Properties"]
            properties["VisibilityTimeout"] = min(properties["VisibilityTimeout"], MAX_HIDDEN_SECONDS)


ON_ONE_MACHINE = (lower_ceilings, raise_timeouts)
CHANGES: dict[Engine, tuple[Callable[[Template], None], ...]] = {
    Engine.MINISTACK: (
        drop_what_ministack_lacks,
        write_out_gateway_responses,
        allow_calls_of_batches,
        hide_messages_for_minutes,
        *ON_ONE_MACHINE,
    ),
    Engine.LOCALSTACK: (drop_layers, write_out_gateway_responses, *ON_ONE_MACHINE),
}
