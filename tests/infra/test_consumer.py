"""A consumer in this process: it handles messages as Lambda does, and makes them visible when it is interrupted."""

import contextlib
import sys
from bdb import BdbQuit
from typing import Any, cast

import pytest
from chalice.local import LambdaContext

from chalicelib import queues
from chalicelib.aws import sqs
from chalicelib.queues import Counts, Queue
from infra.tools import consumer
from infra.tools.consumer import consume_batch, paused


class Functions:
    """The two calls to Lambda that pausing needs."""

    def __init__(self, *names: str) -> None:
        self.enabled = dict.fromkeys(names, True)

    def list_event_source_mappings(self) -> dict[str, Any]:
        arn = "arn:aws:lambda:us-east-1:000000000000:function:is-it-prime-local"
        return {"EventSourceMappings": [{"UUID": name, "FunctionArn": f"{arn}-{name}-1A2B"} for name in self.enabled]}

    def update_event_source_mapping(self, *, UUID: str, Enabled: bool) -> None:  # noqa: N803 - AWS's names
        self.enabled[UUID] = Enabled


def send(*bodies: str) -> None:
    for body in bodies:
        sqs().send_message(QueueUrl=queues.url_of(Queue.TASKS), MessageBody=body)


@pytest.mark.usefixtures("aws")
def test_what_the_handler_finished_is_deleted_and_what_failed_stays_hidden() -> None:
    def fail_the_bad_one(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        assert {record["attributes"]["ApproximateReceiveCount"] for record in event["Records"]} == {"1"}
        failed = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    send("good", "bad")
    assert consume_batch("worker", fail_the_bad_one, sqs()) == 2
    assert queues.counts(Queue.TASKS) == Counts(waiting=0, in_flight=1, delayed=0)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, BdbQuit])
def test_messages_are_visible_at_once_when_the_handler_is_interrupted(interruption: type[BaseException]) -> None:
    def interrupt(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        raise interruption

    send("good")
    with pytest.raises(interruption):
        consume_batch("worker", interrupt, sqs())
    assert queues.counts(Queue.TASKS) == Counts(waiting=1, in_flight=0, delayed=0)


@pytest.mark.parametrize(("name", "function"), [("worker", "Worker"), ("long_prover", "LongProver")])
def test_only_its_own_function_gets_no_messages_as_long_as_it_runs(name: str, function: str) -> None:
    fake = Functions("Worker", "ListWorker", "Prover", "LongProver")
    with contextlib.suppress(KeyboardInterrupt), paused(name, cast("Any", fake)):
        assert [name for name, is_enabled in fake.enabled.items() if not is_enabled] == [function]
        raise KeyboardInterrupt
    assert all(fake.enabled.values())


def test_outside_of_make_shell_it_says_where_to_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(sys, "argv", ["consumer", "worker"])
    with pytest.raises(SystemExit, match="run this in `make shell`"):
        consumer.main()
