"""A consumer in this process instead of its function, on the queue of the running `make run`: for a debugger.

`python -m pdb -m infra.tools.consumer worker`, in `make shell`. The deployed function gets no messages as long as it
runs.
"""

import argparse
import importlib
import os
import signal
import sys
from bdb import BdbQuit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from chalice.local import LambdaContext

from chalicelib.queues import QUEUES
from infra import ROOT
from infra.packaging.roles import logical_id

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

#: The rows of the table of the queues by their functions.
CONSUMERS = {row.function: row for row in QUEUES.values()}
#: How long an invocation may take, Lambda's longest: the time spent in the debugger counts.
SECONDS = 900
#: Between two looks at an empty queue.
WAIT_SECONDS = 1
#: What a handler in app.py is: it takes an event and a context, and returns the partial batch response.
Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


@contextmanager
def paused(name: str, functions: "LambdaClient") -> Iterator[None]:
    """Disable the event source mapping of a consumer's function, and enable it at the end."""
    mappings = functions.list_event_source_mappings()["EventSourceMappings"]
    (uuid,) = [mapping["UUID"] for mapping in mappings if f"-{logical_id(name)}-" in mapping["FunctionArn"]]
    functions.update_event_source_mapping(UUID=uuid, Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=uuid, Enabled=True)


def consume_batch(name: str, handler: Handler, sqs: "SQSClient") -> int:
    """Receive a batch, call the consumer's handler, and delete what it finished, as Lambda does.

    Returns:
        How many messages were received.
    """
    row = CONSUMERS[name]
    url = os.environ[row.url_variable]
    messages = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=row.batch_size,
        MessageSystemAttributeNames=["All"],
        VisibilityTimeout=SECONDS,
        WaitTimeSeconds=WAIT_SECONDS,
    ).get("Messages", [])
    if not messages:
        return 0
    handles = {message["MessageId"]: message["ReceiptHandle"] for message in messages}
    records = [
        {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
        }
        for message in messages
    ]
    try:
        response = handler({"Records": records}, LambdaContext(name, 1769, SECONDS * 1000))
    except BaseException:  # the debugger was left: another consumer may have the messages at once
        for handle in handles.values():
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        raise
    failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
    for message_id in handles.keys() - failed:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=handles[message_id])
    return len(messages)


def main() -> None:
    """Consume until Ctrl-C or the end of the terminal, or until the debugger is left."""
    parser = argparse.ArgumentParser(description=__doc__)
    held = ", ".join(f"{name} {row.holds}" for name, row in CONSUMERS.items())
    parser.add_argument("name", choices=CONSUMERS, help=f"the consumer: {held}")
    name: str = parser.parse_args().name
    if "AWS_ENDPOINT_URL" not in os.environ or CONSUMERS[name].url_variable not in os.environ:
        sys.exit("consumer: start the service with `make run`, and run this in `make shell`.")
    sys.path.insert(0, str(ROOT))
    handler: Handler = getattr(importlib.import_module("app"), name)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit())  # so that the function is enabled again
    sqs: SQSClient = boto3.client("sqs")
    with paused(name, boto3.client("lambda")):
        print(f"{name} waits for messages here; Ctrl-C ends it and lets its function go on", flush=True)
        try:
            while True:
                consume_batch(name, handler, sqs)
        except (KeyboardInterrupt, BdbQuit):
            pass


if __name__ == "__main__":
    main()
