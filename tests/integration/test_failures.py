"""A message in the dead letters fails its task, which a client can retry."""

from __future__ import annotations

import pytest
import requests
from localstack_client.session import Session

from chalicelib.tasks import ids
from chalicelib.tasks.messages import NumberMessage, encode
from tests.support.polling import final_task, until

pytestmark = pytest.mark.emulator


def test_a_dead_letter_fails_its_task_and_a_retry_finishes_it(
    session: Session, outputs: dict[str, str], service_url: str
) -> None:
    task_id = ids.new_id()
    body = encode(NumberMessage(task_id, 11))
    session.client("sqs").send_message(QueueUrl=outputs["DeadLettersQueueUrl"], MessageBody=body)
    task = final_task(service_url, task_id)
    assert task["status"] == "FAILURE"
    assert task["error"].startswith("the number: failed after 5 attempts")
    assert task_id in [failed["task_id"] for failed in requests.get(f"{service_url}queue", timeout=30).json()["failed"]]
    assert requests.post(f"{service_url}{task_id}/retry", timeout=30).status_code == 202
    until(
        lambda: requests.get(service_url + task_id, timeout=30).json()["status"] == "SUCCESS", "the retry is finished"
    )
    assert task_id not in requests.get(f"{service_url}queue", timeout=30).text
