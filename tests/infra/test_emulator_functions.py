"""The functions of MiniStack: their processes are forks of a parent."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.emulator.ministack import Emulator
from tests.support.emulator import create_function, emulator_session, function_of, is_running
from tests.support.polling import until
from tests.support.servers import free_port

pytestmark = pytest.mark.emulator

#: `handle` returns its process id and the id of the process that has imported it, and ends or stays where it is told
#: to. `work` prints the messages that it gets, and fails the first time that the first one is among them.
CODE = """
import os, time
IMPORTED_BY = os.getpid()
def handle(event, _):
    os.write(1, b"what a native library writes\\n")
    if event == "end":
        os._exit(1)
    if event == "stay":
        time.sleep(60)
    return [os.getpid(), IMPORTED_BY, os.environ["NAME"]]
def work(event, _):
    records = event["Records"]
    if ("message-0", "1") in [(record["body"], record["attributes"]["ApproximateReceiveCount"]) for record in records]:
        raise ValueError("the first message")
    print(*[record["body"] for record in records])
"""


class Functions:
    """Functions with the same code."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client: Any = emulator_session(emulator.url).client("lambda")
        for name, handler in (("One", "handle"), ("Two", "handle"), ("Queue", "work")):
            create_function(emulator.url, name, CODE, handler, NAME=name)

    def call(self, name: str, event: str = "") -> Any:
        return json.load(self.client.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"])

    def messages(self) -> list[str]:
        """Return the messages that the function of a queue has printed."""
        log = self.emulator.state / "logs" / "queue.log"
        return re.findall(r"message-\d+", log.read_text()) if log.exists() else []

    def kill(self, *pids: int) -> None:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        until(lambda: not any(map(is_running, pids)), "they have ended")


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Functions]:
    state: Path = tmp_path_factory.mktemp("state")
    emulator = Emulator(free_port(), state)
    with emulator:
        yield Functions(emulator)


def test_two_functions_with_the_same_code_import_it_once(functions: Functions) -> None:
    one, parent, name = functions.call("One")
    two, other_parent, other_name = functions.call("Two")
    assert (name, other_name) == ("One", "Two")
    assert parent == other_parent
    assert len({one, two, parent}) == 3
    assert function_of(one) == "One"


@pytest.mark.parametrize("parent_too", [False, True])
def test_a_function_is_called_after_its_processes_were_killed(functions: Functions, *, parent_too: bool) -> None:
    function, parent, _ = functions.call("One")
    functions.kill(function, *[parent] * parent_too)
    again, other_parent, _ = functions.call("One")
    assert again != function
    assert (other_parent != parent) is parent_too
    assert functions.call("Two")[2] == "Two"


def test_a_function_that_ends_while_it_is_called_is_logged_and_started_again(functions: Functions) -> None:
    assert functions.call("One", "end")["errorMessage"] == "Worker process died"
    assert "Worker process died" in (functions.emulator.state / "logs" / "one.log").read_text()
    assert functions.call("One")[2] == "One"


def test_a_function_that_takes_longer_than_its_timeout_is_ended(functions: Functions) -> None:
    functions.client.update_function_configuration(FunctionName="Two", Timeout=1)
    assert functions.call("Two", "stay")["errorMessage"] == "Task timed out after 1.00 seconds"
    assert functions.call("Two")[2] == "Two"


def test_each_message_is_worked_on_once_also_after_a_batch_has_failed(functions: Functions) -> None:
    sqs: Any = emulator_session(functions.emulator.url).client("sqs")
    url = sqs.create_queue(QueueName="probe", Attributes={"VisibilityTimeout": "3"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    functions.client.create_event_source_mapping(FunctionName="Queue", EventSourceArn=arn)
    sent = [f"message-{number}" for number in range(25)]
    sqs.send_message(QueueUrl=url, MessageBody=sent[0])
    log = functions.emulator.state / "logs" / "queue.log"
    until(lambda: log.exists() and "the first message" in log.read_text(), "its batch has failed")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})  # on a busy machine, too
    for body in sent[1:]:
        sqs.send_message(QueueUrl=url, MessageBody=body)
    until(lambda: len(functions.messages()) >= len(sent), "all messages are printed")
    assert sorted(functions.messages()) == sorted(sent)
