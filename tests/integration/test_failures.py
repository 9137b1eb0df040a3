"""What fails on the real queues ends where the contract says, and can be tried again."""

from __future__ import annotations

import json

import localstack_client.session
import pytest
import requests

from chalicelib.tasks import ids
from tests.support.polling import final, until

pytestmark = pytest.mark.emulator


def send(session: localstack_client.session.Session, queue_url: str, body: str) -> None:
    session.client("sqs").send_message(QueueUrl=queue_url, MessageBody=body)


def test_a_dead_letter_fails_its_task_which_a_retry_answers(
    session: localstack_client.session.Session, outputs: dict[str, str], service_url: str
) -> None:
    task_id = ids.new_id()
    send(session, outputs["DeadLettersQueueUrl"], json.dumps({"task_id": task_id, "numbers": "b"}))
    task = final(service_url, task_id)
    assert task["status"] == "FAILURE"
    assert task["error"].startswith("the number: given up after 5 attempts")
    assert task_id in [failed["task_id"] for failed in requests.get(f"{service_url}queue", timeout=30).json()["failed"]]
    assert requests.post(f"{service_url}{task_id}/retry", timeout=30).status_code == 202
    until(
        lambda: requests.get(service_url + task_id, timeout=30).json()["status"] == "SUCCESS", "the retry is answered"
    )
    assert task_id not in requests.get(f"{service_url}queue", timeout=30).text


@pytest.mark.parametrize("queue", ["TasksQueueUrl", "ProofsQueueUrl", "DeadLettersQueueUrl"])
def test_a_message_that_is_none_of_ours_is_gone_after_one_receive(
    session: localstack_client.session.Session, outputs: dict[str, str], queue: str
) -> None:
    send(session, outputs[queue], "none of ours")
    counted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def is_empty() -> bool:
        answer = session.client("sqs").get_queue_attributes(QueueUrl=outputs[queue], AttributeNames=counted)
        return all(int(answer["Attributes"][name]) == 0 for name in counted)

    until(is_empty, f"{queue} is empty")
